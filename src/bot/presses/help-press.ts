// *Ask the helpdesk* and *Something else*: the press that asks the helpdesk for a person, and what the presser is told about it.
import type { Clock } from '../../flows/ports.ts';
import { freshProof } from '../../flows/show.ts';
import type { Flow } from '../../flows/state.ts';
import { unreachable } from '../../flows/unreachable.ts';
import type { Line, Text } from '../cards/card.ts';
import { line } from '../cards/card-parts.ts';
import { drawHelp, drawHelpAnswer, drawHelpWanted } from '../cards/plain-card.ts';
import { askHelpdesk, type HelpdeskWays } from '../cards/ways-on.ts';
import type { Copy } from '../copy/copy.ts';
import type { HelpResult, RequestHelp } from '../helpdesk/help-request.ts';
import type { Pressed } from '../inbound.ts';
import type { Requests } from '../requests.ts';
import type { Throttle } from '../throttle.ts';
import { notice, type PressResult } from './press-result.ts';

export interface HelpPressParts {
  readonly requestHelp: RequestHelp;
  readonly ways: HelpdeskWays;
  /** Finds the request on whose card the button is. */
  readonly find: Requests['find'];
  readonly throttle: Pick<Throttle, 'permits'>;
  readonly copy: Copy;
  readonly clock: Clock;
}

/** On the card of a request, the answer is shown above what the card says, so that nothing is lost. */
export async function takeHelpPress(
  { actor, flow: id, isPrivate }: Pressed,
  parts: HelpPressParts,
  patienceMs: number,
): Promise<PressResult> {
  const { copy, ways } = parts;
  const found = await parts.find(id, actor);
  if (found.is === 'not-yours') return notice(copy.notYours);
  const flow = found.is === 'found' && isPrivate ? found.flow : undefined;
  if (!parts.throttle.permits(actor)) {
    const tooOften = [copy.tooOften];
    return flow === undefined
      ? { is: 'card', card: drawHelp([tooOften], copy) }
      : { is: 'flow', flow, moved: false, remarks: [line(tooOften, 'alert')] };
  }
  const asked = await ask(actor, flow, parts, patienceMs);
  const contact = ways.contact === undefined ? [] : [line(copy.helpdeskContact(ways.contact))];
  const lines: readonly Line[] = [line(textOf(asked, copy), asked.is === 'told' ? 'success' : 'normal'), ...contact];
  if (flow !== undefined) return { is: 'flow', flow, moved: false, remarks: lines };
  const actions = asked.is === 'unreachable' ? askHelpdesk(ways, copy).actions : [];
  return { is: 'card', card: drawHelpAnswer({ lines, actions }, copy) };
}

function ask(
  actor: Pressed['actor'],
  flow: Flow | undefined,
  { requestHelp, copy, clock }: HelpPressParts,
  patienceMs: number,
): Promise<HelpResult> {
  const now = clock.now();
  const proof = flow === undefined ? undefined : freshProof(flow, now);
  const proven = flow === undefined || proof === undefined ? undefined : { kind: flow.kind, proof };
  return requestHelp(
    { actor, card: drawHelpWanted(actor, now, proven, copy), isProven: proven !== undefined },
    patienceMs,
  );
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
