// *Something else* asks what it is about; *Ask the helpdesk* asks the helpdesk for a person. Both tell the presser what came of it.
import { lockOf } from '../../flows/lock.ts';
import type { Clock } from '../../flows/ports.ts';
import { freshProof } from '../../flows/show.ts';
import type { Flow } from '../../flows/state.ts';
import { unreachable } from '../../flows/unreachable.ts';
import type { Card, Line, Text } from '../cards/card.ts';
import { line } from '../cards/card-parts.ts';
import { drawHelp, drawHelpAnswer, drawHelpWanted, drawNote, noteCharsAtMost } from '../cards/plain-card.ts';
import { askHelpdesk, type HelpdeskWays } from '../cards/ways-on.ts';
import type { Copy } from '../copy/copy.ts';
import type { Proven } from '../copy/helpdesk-copy.ts';
import type { HelpResult, RequestHelp } from '../helpdesk/help-request.ts';
import { readNote } from '../helpdesk/note.ts';
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

/** Asks what it is about. Where asking the helpdesk would change nothing, says so instead, before anything is typed. */
export async function takeSomethingElsePress({ actor }: Pressed, parts: HelpPressParts): Promise<PressResult> {
  const answer = parts.requestHelp.settled({ actor, isProven: false });
  return { is: 'card', card: answer === undefined ? drawNote(parts.copy) : answerCard(answer, parts) };
}

/** On the card of a request, the answer is shown above what the card says, so that nothing is lost. */
export async function takeHelpPress(pressed: Pressed, parts: HelpPressParts, patienceMs: number): Promise<PressResult> {
  const { copy } = parts;
  const { actor } = pressed;
  const found = await parts.find(pressed.flow, actor);
  if (found.is === 'not-yours') return notice(copy.notYours);
  const flow = found.is === 'found' && pressed.isPrivate ? found.flow : undefined;
  if (!parts.throttle.permits(actor)) {
    const tooOften = [copy.tooOften];
    return flow === undefined
      ? { is: 'card', card: drawHelp([tooOften], copy) }
      : { is: 'flow', flow, moved: false, remarks: [line(tooOften, 'alert')] };
  }
  const asked = await ask(pressed, flow, parts, patienceMs);
  if (flow !== undefined) return { is: 'flow', flow, moved: false, remarks: linesOf(asked, parts) };
  return { is: 'card', card: answerCard(asked, parts) };
}

function ask(
  { actor, values }: Pressed,
  flow: Flow | undefined,
  { requestHelp, copy, clock }: HelpPressParts,
  patienceMs: number,
): Promise<HelpResult> {
  const now = clock.now();
  const proof = flow === undefined ? undefined : freshProof(flow, now);
  const proven =
    flow === undefined || proof === undefined ? {} : { proven: { kind: flow.kind, proof, ...aboutLock(flow) } };
  const note = readNote(values.note ?? '', noteCharsAtMost, copy.intentWords);
  const words = note === undefined ? {} : { words: note };
  const card = drawHelpWanted({ person: actor, at: now, ...proven, ...words }, copy);
  return requestHelp.ask({ actor, card, isProven: 'proven' in proven }, patienceMs);
}

/** What the helpdesk needs to know of an account that keeps being locked. */
function aboutLock({ state }: Flow): Pick<Proven, 'lock' | 'isAgain'> {
  const isAgain = state.at === 'closed' && state.ending.because === 'unlocked' && state.ending.isAgain === true;
  return { ...('lock' in state ? lockOf(state) : {}), ...(isAgain ? { isAgain } : {}) };
}

function answerCard(asked: HelpResult, parts: HelpPressParts): Card {
  const actions = asked.is === 'unreachable' ? askHelpdesk(parts.ways, parts.copy).actions : [];
  return drawHelpAnswer({ lines: linesOf(asked, parts), actions }, parts.copy);
}

function linesOf(asked: HelpResult, { copy, ways }: HelpPressParts): readonly Line[] {
  const contact = ways.contact === undefined ? [] : [line(copy.helpdeskContact(ways.contact))];
  return [line(textOf(asked, copy), asked.is === 'told' ? 'success' : 'normal'), ...contact];
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
