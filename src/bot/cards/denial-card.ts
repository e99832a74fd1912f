// The form in which an agent says why not. The reasons are a list: what is not typed cannot leak.
import type { Flow } from '../../flows/state.ts';
import type { Copy } from '../copy/copy.ts';
import type { Card } from './card.ts';
import { line, summaryOf } from './person-card.ts';

/** `channel` is where the card stands; it travels with the form, so that the right to decide can be asked again. */
export function drawDenial(flow: Flow, channel: string | undefined, copy: Copy): Card {
  const title = copy.denyTitle;
  const lines = [line(copy.denyIntro(flow.actor))];
  const choices = Object.entries(copy.denyReasons).map(([value, label]) => ({ value, label }));
  return {
    flow: flow.id,
    ...(channel === undefined ? {} : { channel }),
    version: flow.version,
    title,
    summary: summaryOf(title, lines, copy),
    lines,
    inputs: [{ kind: 'choice', name: 'reason', label: copy.denyLabel, choices, initial: 'not-convinced' }],
    submit: { act: 'submit-denial', label: copy.buttons.submitDenial, style: 'danger' },
    actions: [],
    closeLabel: copy.close,
  };
}
