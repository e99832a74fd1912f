// The form in which an agent gives a reason for a denial. The reasons are a fixed list: free text could leak something.
// Each shows the sentence that the person will read.
import { whomOf } from '../../flows/show.ts';
import type { Flow } from '../../flows/state.ts';
import type { Copy } from '../copy/copy.ts';
import type { Card } from './card.ts';
import { line } from './card-parts.ts';

/** `channel`: where the helpdesk card is. The form carries it, so that the permission can be checked again on submit. */
export function drawDenial(flow: Flow, channel: string | undefined, copy: Copy): Card {
  const title = copy.denyTitle;
  const lines = [line(copy.denyIntro(whomOf(flow)))];
  const choices = Object.entries(copy.denyReasons).map(([value, { label, told }]) => ({ value, label, hint: told }));
  return {
    flow: flow.id,
    ...(channel === undefined ? {} : { channel }),
    version: flow.version,
    title,
    summary: [title],
    lines,
    inputs: [{ kind: 'choice', name: 'reason', label: copy.denyLabel, choices, initial: 'not-convinced' }],
    submit: { act: 'submit-denial', label: copy.buttons.submitDenial, style: 'danger' },
    actions: [],
    closeLabel: copy.close,
  };
}
