// A program that resets a password or lifts a lock for its person over the REST flow. It knows no more than docs/rest.md: it does the step
// that is due, asks for the status after a lost answer, and begins anew where its session cannot go on.
import { buttonsIn } from '../../playground/slack/visible.ts';
import { codeIn, createRestClient, dueIn, type RestReply } from '../rest/client.ts';
import { type Lived, newPassword, type Story } from './person.ts';
import { helpdesk, type Newcomer, type ProcessHarness, sam } from './process-harness.ts';

export type RestWish = 'rest-reset' | 'rest-unlock';
export const isRestWish = (wish: string): wish is RestWish => wish === 'rest-reset' || wish === 'rest-unlock';

export interface RestCourse extends Lived {
  /** Ids of the sessions that were begun. */
  readonly sessions: readonly string[];
  readonly codesTyped: readonly string[];
  /** Each session as it was held before its first code was typed: what somebody may have planted or stolen. */
  readonly earlierCookies: readonly string[];
  readonly cookies: readonly string[];
  /** What was answered and did not hold afterwards. */
  readonly broken: readonly string[];
  /** Whether the person had to come back after an hour. */
  readonly isHeldUp: () => boolean;
  /** Undefined: the password works, although nobody could say so. */
  readonly result: () => string | undefined;
}

/** Whoever sees no code come asks for another one, and in the end begins anew. */
const codeWithinMs = 75_000;
const statusEveryMs = 2_000;
const pressEveryMs = 15_000;
const hourSeconds = 3_600;
/** How often one request is repeated whose answer is lost or says to come again. */
const repeatsAtMost = 12;

interface Held {
  readonly client: ReturnType<typeof createRestClient>;
  reply: RestReply | undefined;
  /** Whether the last answer was lost: then the status says what is due. */
  isLost: boolean;
  /** Whether a code was promised. */
  isPromised: boolean;
  /** Whether the answer to a code was lost: it may have been accepted. */
  isCheckLost: boolean;
  isProven: boolean;
  resends: number;
  codesBefore: number;
  askedAt: number;
}

export function createRestStory(harness: ProcessHarness, person: Newcomer, wish: RestWish): Story & RestCourse {
  const { slack, auth0 } = harness;
  const agent = slack.client(sam);
  const diary: string[] = [];
  const sessions: string[] = [];
  const codesTyped: string[] = [];
  const earlierCookies: string[] = [];
  const cookies: string[] = [];
  const broken: string[] = [];
  /** When something may be tried again, by what it is. */
  const notBefore = new Map<string, number>();
  const repeats = new Map<string, number>();
  /** Codes of which the answer said that they will not do. */
  const lookedAt = new Set<string>();
  /** The answer to the accepted code was under way: nobody knows whether a client has it. */
  let mayBeHeldUp = false;
  let isHeldUp = false;
  let held: Held | undefined;
  let sight = '';
  let isDone = false;
  let result: string | undefined;

  const note = (what: string): void => void diary.push(what);
  const now = harness.now;
  const codes = (): readonly string[] =>
    auth0.control.outbox.flatMap(({ to, code }) => (to === person.mailbox && code !== undefined ? [code] : []));
  const mayTry = (what: string): boolean => now() >= (notBefore.get(what) ?? 0);
  const waits = (what: string, ms: number): void => void notBefore.set(what, now() + ms);

  /** Undefined: the answer was lost, or nobody was there. */
  const asks = async (
    session: Held,
    method: 'get' | 'post',
    path: string,
    body?: unknown,
  ): Promise<RestReply | undefined> => {
    try {
      const reply = await (method === 'get' ? session.client.get(path) : session.client.post(path, body));
      const cookie = session.client.cookie();
      if (cookie !== undefined && !cookies.includes(cookie)) cookies.push(cookie);
      session.reply = reply;
      session.isLost = false;
      const said = `${reply.status} ${codeIn(reply) ?? reply.json.data?.attributes.result ?? ''} ${dueIn(reply) ?? ''}`;
      const seconds = Number(reply.headers.get('retry-after') ?? 0);
      sight = `${path}: ${said}${seconds > 0 ? ` Try again in ${seconds} seconds` : ''}`;
      note(`${path}: ${said}`);
      return reply;
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      note(`${path}: no answer`);
      session.isLost = true;
      return undefined;
    }
  };
  const again = (path: string, reply: RestReply | undefined): void => {
    const times = (repeats.get(path) ?? 0) + 1;
    repeats.set(path, times);
    if (times > repeatsAtMost) throw new Error(`${path} was repeated for ever:\n${diary.join('\n')}`);
    waits(path, Number(reply?.headers.get('retry-after') ?? 0) * 1_000);
  };

  const begins = async (): Promise<void> => {
    const client = createRestClient(harness.url);
    const session: Held = {
      ...{ client, reply: undefined, isLost: false, isPromised: false, isCheckLost: false, isProven: false },
      ...{ resends: 0, codesBefore: codes().length, askedAt: now() },
    };
    const kind = wish === 'rest-unlock' ? 'account-unlock' : 'password-reset';
    const reply = await asks(session, 'post', `/flows/${kind}/select`);
    if (reply?.json.data === undefined) return;
    notBefore.clear();
    repeats.clear();
    held = session;
    sessions.push(reply.json.data.id);
  };
  /** A session ends for a reason that a client can know. */
  const beginsAnew = (session: Held, why: string): void => {
    note(`begins anew: ${why}`);
    if (session.isCheckLost && sight.startsWith('/status: 401')) mayBeHeldUp = true;
    const said = session.reply === undefined ? undefined : codeIn(session.reply);
    if (session.isProven && said !== 'OUTCOME_UNKNOWN') broken.push(`a session that was proven ended: ${why}`);
    else if (session.isPromised && !session.isCheckLost && !session.isProven && !mayBeHeldUp)
      broken.push(`a session ended that had promised a code: ${why}`);
    held = undefined;
  };

  const identifies = async (session: Held): Promise<void> => {
    const reply = await asks(session, 'post', '/username/identify/', { username: person.workEmail });
    session.askedAt = now();
    if (reply === undefined) return again('/username/identify/', reply);
    // Only this answer promises one: whoever repeats the request learns which step is due.
    session.isPromised ||= reply.status === 200;
    const cookie = session.client.cookie();
    if (cookie !== undefined) earlierCookies.push(cookie);
  };
  const check = '/verification/email/otp/check/';
  const resend = '/verification/email/otp/resend/';
  const checks = async (session: Held, otp: string): Promise<boolean> => {
    if (!mayTry(check)) return false;
    if (codesTyped.at(-1) !== otp) codesTyped.push(otp);
    const reply = await asks(session, 'post', check, { otp });
    session.isProven = reply?.status === 200;
    session.isCheckLost ||= reply === undefined;
    const said = reply === undefined ? undefined : codeIn(reply);
    if (said === 'OTP_WRONG' || said === 'OTP_EXPIRED') lookedAt.add(otp);
    if (reply === undefined || codeIn(reply) === 'BUSY') again(check, reply);
    return true;
  };
  /** The code of this session: one that came after it began, unless it was looked at. */
  const codeToType = (session: Held): string | undefined => {
    const fresh = codes().slice(session.codesBefore).at(-1);
    return fresh === undefined || lookedAt.has(fresh) ? undefined : fresh;
  };
  const awaitsCode = async (session: Held): Promise<boolean> => {
    const code = codeToType(session);
    if (code !== undefined && (!codesTyped.includes(code) || session.isCheckLost)) return checks(session, code);
    const isWrong = code === undefined && codes().length > session.codesBefore;
    if (!mayTry(resend) || (!isWrong && now() < session.askedAt + codeWithinMs)) return false;
    if (session.resends > 0 && !isWrong) {
      beginsAnew(session, 'no code came');
      if (!mayBeHeldUp) return true;
      note('comes back after an hour');
      isHeldUp = true;
      harness.pass(hourSeconds);
      return true;
    }
    if (session.isPromised && !session.isCheckLost && !isWrong && !mayBeHeldUp)
      broken.push('a code that was promised never came');
    const before = codes().length;
    const reply = await asks(session, 'post', resend);
    if (reply?.status === 200) {
      session.resends += 1;
      session.askedAt = now();
      session.codesBefore = before;
    } else if (reply !== undefined && dueIn(reply) === undefined) beginsAnew(session, 'it cannot be sent again');
    else again(resend, reply);
    return true;
  };

  const sets = async (session: Held): Promise<boolean> => {
    const path = '/password/set/';
    if (!mayTry(path)) return false;
    const reply = await asks(session, 'post', path, { newPassword });
    if (reply === undefined || codeIn(reply) === 'SERVICE_UNAVAILABLE') again(path, reply);
    return true;
  };
  const looks = async (session: Held): Promise<boolean> => {
    if (!mayTry('/status')) return false;
    const reply = await asks(session, 'get', '/status');
    if (reply !== undefined)
      waits('/status', Math.max(statusEveryMs, Number(reply.headers.get('retry-after') ?? 0) * 1_000));
    return true;
  };
  const approves = async (): Promise<boolean> => {
    const card = slack.control
      .messages(helpdesk)
      .findLast(
        ({ blocks, ts, deleted }) =>
          deleted !== true && buttonsIn(blocks).some(({ text }) => text === 'Approve') && mayTry(ts),
      );
    const button = buttonsIn(card?.blocks ?? []).find(({ text }) => text === 'Approve');
    if (card === undefined || button === undefined) return false;
    waits(card.ts, pressEveryMs);
    note('Sam approves');
    await agent.press({ channel: helpdesk, ts: card.ts }, { actionId: button.actionId, blockId: button.blockId });
    return true;
  };
  const ends = async (session: Held, reply: RestReply): Promise<void> => {
    result = reply.json.data?.attributes.result;
    if (result !== undefined) isDone = true;
    else if (codeIn(reply) === 'OUTCOME_UNKNOWN' && auth0.control.signIn(person.account, newPassword).ok === true) {
      note('tries the new password, and it works');
      isDone = true;
    } else beginsAnew(session, `${codeIn(reply)}`);
  };

  return {
    ...{ diary, sessions, codesTyped, earlierCookies, cookies, broken },
    waits: [],
    isHeldUp: () => isHeldUp,
    result: () => result,
    look: () => sight,
    hasSaved: () => false,
    triesAnew: () => undefined,
    survives() {
      note('the process died and another one has taken over');
    },
    isDone: () => isDone,
    async act() {
      const session = held;
      if (session === undefined) {
        await begins();
        return true;
      }
      if (session.isLost) return looks(session);
      const { reply } = session;
      switch (reply === undefined ? undefined : dueIn(reply)) {
        case 'USERNAME_REQUIRED':
          await identifies(session);
          return true;
        case 'EMAIL_OTP_REQUIRED':
          return awaitsCode(session);
        case 'NEW_PASSWORD_REQUIRED':
          return sets(session);
        case 'APPROVAL_REQUIRED':
          return (await approves()) || looks(session);
        case 'PENDING':
          return looks(session);
        default:
          if (reply !== undefined) await ends(session, reply);
          return true;
      }
    },
    /** Its person looks on: what is in progress is done, or said to be unknown, in the end. */
    asksAgain: async () => void (held === undefined || (await looks(held))),
  };
}
