// What every listener does with a request, with words and with a press, around what its platform says about them: the limits,
// the time that may pass, and an apology where something fails inside.
import type { Logger } from 'pino';
import { type Background, errorName } from '../concurrency/background-tasks.ts';
import { withTimeout } from '../concurrency/timeout.ts';
import type { ActorId } from '../flows/ids.ts';
import type { FlowKind } from '../flows/state.ts';
import { unreachable } from '../flows/unreachable.ts';
import type { Act, Card } from './cards/card.ts';
import type { Conversation } from './conversation.ts';
import type { Pressed, Reply, Said, ThrottleVerdict } from './inbound.ts';
import type { Requester, RequestSurface } from './take-request.ts';

export interface ListenerParts {
  readonly conversation: Conversation;
  readonly background: Background;
  readonly log: Logger;
}

/** How a request is taken. */
export interface RequestListener {
  /** What the work is called in the log. */
  readonly what: string;
  /** Milliseconds in which it must be stored. Absent: nobody waits for it. */
  readonly withinMs?: number;
  readonly surface: RequestSurface;
  /** After the request has been started and shown. */
  afterwards?(): Promise<void>;
  /** Tells the person that they ask too often, at most once a minute. Absent: the caller says it in its answer. */
  tooOften?(): Promise<void>;
}

/** `taken`: stored, so the platform may be answered; what follows runs in the background. Rejects if it is not stored in time. */
export async function startRequest(
  requester: Requester,
  kind: FlowKind,
  { what, withinMs, surface, afterwards, tooOften }: RequestListener,
  { conversation, background }: Pick<ListenerParts, 'conversation' | 'background'>,
): Promise<'taken' | 'throttled'> {
  const taking = conversation.take(requester, kind);
  const request = await (withinMs === undefined ? taking : withTimeout(taking, withinMs));
  if (request === undefined) throw new Error('the store did not answer in time');
  switch (request.is) {
    case 'throttled':
      if (tooOften !== undefined && conversation.complains(requester.actor)) background.run('throttled', tooOften);
      return 'throttled';
    case 'duplicate':
      return 'taken';
    case 'accepted':
      background.run(what, async () => {
        await request.proceed(surface);
        await afterwards?.();
      });
      return 'taken';
    default:
      return unreachable(request);
  }
}

/** Answers words that start no request. If that fails, apologises and rejects. */
export async function answerSaid(
  said: Said,
  how: { tell(cards: readonly Card[]): Promise<void>; tooOften(): Promise<void> },
  { conversation }: Pick<ListenerParts, 'conversation'>,
): Promise<void> {
  const verdict = conversation.checkThrottle(said.actor, 'words');
  if (verdict === 'too-often') await how.tooOften();
  if (verdict !== 'allowed') return;
  try {
    await how.tell(await conversation.answer(said));
  } catch (error) {
    await how.tell([conversation.apology()]);
    throw error;
  }
}

/** What surrounds a press. */
export interface PressListener<T> {
  /** The name of a failure in the log. */
  readonly event: `${string}.failed`;
  /** `silent`: the person has been told already. */
  tooOften(verdict: Exclude<ThrottleVerdict, 'allowed'>): T | Promise<T>;
  answer(): Promise<T>;
  apologise(apology: Card): T | Promise<T>;
}

/** `act`: undefined for a button that this version never made. */
export async function answerPress<T>(
  { actor, act }: { readonly actor: ActorId; readonly act: Act | undefined },
  { event, tooOften, answer, apologise }: PressListener<T>,
  { conversation, log }: Pick<ListenerParts, 'conversation' | 'log'>,
): Promise<T> {
  const verdict = conversation.checkThrottle(actor, 'press');
  if (verdict !== 'allowed') return tooOften(verdict);
  try {
    return await answer();
  } catch (error) {
    log.error({ event, act, error: errorName(error) });
    return apologise(conversation.apology());
  }
}

/** A press whose answer is the response to the platform's own request. */
export interface RespondingPress<T> {
  /** Milliseconds for the work, and until the response must be there. */
  readonly patienceMs: number;
  readonly responseMs: number;
  /** Settles when the response was sent. */
  readonly sent: Promise<unknown>;
  respond(reply: Reply): Promise<T>;
  /** The response if the reply is not there in time. */
  meanwhile(): T;
  /** Sends the reply that came too late for the response. */
  sendLate(reply: Reply): Promise<void>;
  apologiseLate(apology: Card): Promise<void>;
}

/** Rejects if the press fails before the response had to be there. */
export async function respondToPress<T>(
  pressed: Pressed,
  how: RespondingPress<T>,
  { conversation, background }: Pick<ListenerParts, 'conversation' | 'background'>,
): Promise<T> {
  const response: { is: 'awaited' | 'made' | 'late' } = { is: 'awaited' };
  const answer = async (reply: Reply): Promise<T | undefined> => {
    if (response.is !== 'late') {
      response.is = 'made';
      return how.respond(reply);
    }
    await how.sendLate(reply);
    return undefined;
  };
  const work = conversation.press(pressed, how.patienceMs, answer, how.sent);
  const answered = await withTimeout(work, how.responseMs);
  if (answered !== undefined) return answered;
  // The reply came at the last moment, and its response is being made.
  if (response.is === 'made') return (await work) ?? how.meanwhile();
  response.is = 'late';
  background.run('late press', async () => {
    try {
      await work;
    } catch (error) {
      await how.apologiseLate(conversation.apology());
      throw error;
    }
  });
  return how.meanwhile();
}
