// “Something else”: the press that asks the helpdesk for a person, and what the presser is told about it.
import type { Clock } from '../../flows/ports.ts';
import { unreachable } from '../../flows/unreachable.ts';
import type { Text } from '../cards/card.ts';
import { drawHelpWanted, drawSentence, drawSentences } from '../cards/plain-card.ts';
import type { Copy } from '../copy/copy.ts';
import type { HelpResult, RequestHelp } from '../helpdesk/help-request.ts';
import type { Pressed } from '../inbound.ts';
import type { Throttle } from '../throttle.ts';
import type { PressResult } from './press-result.ts';

export interface HelpPressParts {
  readonly requestHelp: RequestHelp;
  /** How to reach the helpdesk, in the operator's words. */
  readonly helpdeskContact?: string;
  readonly throttle: Pick<Throttle, 'permits'>;
  readonly copy: Copy;
  readonly clock: Clock;
}

export async function takeHelpPress(
  { actor }: Pressed,
  parts: HelpPressParts,
  patienceMs: number,
): Promise<PressResult> {
  const { copy, clock } = parts;
  if (!parts.throttle.permits(actor)) return { is: 'card', card: drawSentence([copy.tooOften], copy) };
  const asked = await parts.requestHelp(actor, drawHelpWanted(actor, clock.now(), copy), patienceMs);
  const contact = parts.helpdeskContact === undefined ? [] : [copy.helpdeskContact(parts.helpdeskContact)];
  return { is: 'card', card: drawSentences([textOf(asked, copy), ...contact], copy) };
}

function textOf(asked: HelpResult, copy: Copy): Text {
  switch (asked.is) {
    case 'told':
      return copy.helpdeskTold;
    case 'telling':
      return copy.helpdeskTelling;
    case 'known':
      return copy.helpdeskKnows(asked.since);
    case 'unreachable':
      return copy.helpdeskNotReached;
    case 'nobody':
      return copy.askHelpdeskYourself;
    default:
      return unreachable(asked);
  }
}
