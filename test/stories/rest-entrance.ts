// Jane at the login page of her company, whose program uses the REST flow.
import { expect } from 'vitest';
import { unreachable } from '../../src/flows/unreachable.ts';
import { dueIn, type RestReply, saidBy } from '../rest/client.ts';
import { clientOf } from '../rest/world.ts';
import { eventually } from './chat.ts';
import type { Entrance, Visit } from './entrance.ts';
import { opensByLink, type PasswordPage } from './password-page.ts';
import { people } from './people.ts';
import type { Platform } from './platform.ts';
import type { Said } from './said.ts';
import type { Scene } from './story.ts';

const flows = { reset: 'password-reset', unlock: 'account-unlock' } as const;
const channels: Readonly<Record<string, string>> = { EMAIL_OTP_REQUIRED: 'email', SMS_OTP_REQUIRED: 'sms' };

export const restEntrance = (platform: Platform): Entrance => ({
  ...{ name: `Over REST, with the helpdesk in ${platform.name},`, short: 'over REST' },
  ...{ platform, isVouched: false, canCancel: false },
  visit: visitOf,
});

/** Status, code, step, and what else the document says of how it stands. */
type Answer = readonly [number, string, string | undefined, (string | number | undefined)?];

function visitOf(scene: Scene): Visit {
  const { world } = scene;
  const client = clientOf(world);
  let last: RestReply | undefined;
  /** The other contact, once it was offered. */
  let contact: string | undefined;
  /** The step at which a code is due. */
  let codeStep = 'EMAIL_OTP_REQUIRED';
  const notes = (reply: RestReply): void => {
    last = reply;
    const due = dueIn(reply);
    if (reply.status === 200 && due !== undefined && channels[due] !== undefined) codeStep = due;
    contact = reply.json.data?.attributes.contacts?.[0]?.id ?? contact;
  };
  let open: PasswordPage | undefined;
  /** Undefined: the program itself sends the password. */
  const page = async (): Promise<PasswordPage | undefined> => {
    if (world.setsPasswordIn !== undefined) return undefined;
    open ??= await opensByLink(scene, last?.json.data?.attributes.link);
    return open;
  };
  const post = async (path: string, body?: object): Promise<void> => notes(await client.post(path, body));
  const answer = (): Answer => (last === undefined ? [0, 'nothing', undefined] : answerIn(last));
  const types: Visit['types'] = (otp) => {
    world.planted.add(otp);
    return post(`/verification/${channels[codeStep]}/otp/check/`, { otp });
  };
  const sendsAgain: Visit['sendsAgain'] = () => post(`/verification/${channels[codeStep]}/otp/resend/`);
  return {
    async asks(what) {
      await post(`/flows/${flows[what]}/select/`);
      await post('/username/identify/', { username: people.jane.email });
    },
    types,
    typesLate: types,
    sendsAgain,
    async hasToWaitForAnotherCode() {
      await sendsAgain();
      expect(answer()).toEqual([429, 'TOO_MANY_REQUESTS', codeStep, undefined]);
      const seconds = Number(last?.headers.get('retry-after'));
      expect([seconds > 50, seconds <= 60], `${seconds}`).toEqual([true, true]);
    },
    asksForMoreThanTheHourHas: sendsAgain,
    asksForSecondCode: () => post('/verification/contact/select/', { contact }),
    async insistsOn(otp) {
      await types(otp);
      expect(answer()).toEqual([401, 'NOT_AUTHORIZED', undefined, undefined]);
    },
    async hasNoWayToSave(password) {
      expect(last?.json.data?.attributes.link).toBeUndefined();
      const before = answer();
      await post('/password/set/', { newPassword: password });
      const [, , step] = before;
      // Where the request is over, that is said again.
      expect(answer()).toEqual(step === undefined ? before : [401, 'NOT_AUTHORIZED', step, undefined]);
    },
    opensPage: async () => void (await page()),
    async saves(password) {
      world.planted.add(password);
      const elsewhere = await page();
      await (elsewhere === undefined ? post('/password/set/', { newPassword: password }) : elsewhere.saves(password));
    },
    async savesInVain(password) {
      world.planted.add(password);
      const elsewhere = await page();
      if (elsewhere !== undefined) return elsewhere.savesInVain(password);
      await post('/password/set/', { newPassword: password });
      expect(last?.status).toBe(403);
    },
    cancels: () => Promise.reject(new Error('the REST flow has no such step')),
    waits: async (seconds) => world.pass(seconds),
    async sees(said) {
      const wanted = answerFor(said, { codeStep, isSetHere: world.setsPasswordIn !== undefined });
      // An error about what was typed is told once; how the request stands, whenever it is asked.
      if (isToldOnce(said)) return expect(answer()).toEqual(wanted);
      const isSo = (): boolean => JSON.stringify(answer()) === JSON.stringify(wanted);
      await eventually(
        async () => {
          if (!isSo()) notes(await client.get('/status/'));
          return isSo() ? true : undefined;
        },
        () => `${JSON.stringify(answer())}\n(wanted: ${JSON.stringify(wanted)})`,
      );
      const { result } = last?.json.data?.attributes ?? {};
      if (result !== undefined) expect(last?.json.data?.attributes).toEqual({ result });
      if (isWaitedFor(said)) expect(Number(last?.headers.get('retry-after'))).toBeGreaterThan(0);
    },
  };
}

function answerIn(reply: RestReply): Answer {
  const { result, approvals, contacts } = reply.json.data?.attributes ?? {};
  const { detail, attemptsLeft } = reply.json.errors?.[0]?.meta ?? {};
  const given = approvals === undefined ? undefined : `${approvals.given} of ${approvals.needed}`;
  const offered = contacts?.map(({ masked }) => masked).join();
  return [...saidBy(reply), result ?? given ?? offered ?? detail ?? attemptsLeft];
}

const toldOnce: ReadonlySet<string> = new Set([
  ...['not-a-code', 'code-expired', 'code-used-up', 'code-wrong', 'password-refused'],
]);
const isToldOnce = (said: Said): boolean => toldOnce.has(typeof said === 'string' ? said : said.is);

const isWaitedFor = (said: Said): boolean => typeof said !== 'string' && said.is === 'approval-awaited';

const due = (nextStep: string, more?: string): Answer => [200, 'OK', nextStep, more];
const done = (result: string): Answer => [200, 'OK', undefined, result];
const ended = (status: number, code: string, detail?: string): Answer => [status, code, undefined, detail];

const answers: Readonly<
  Record<Exclude<Extract<Said, string>, 'not-a-code' | 'code-expired' | 'password-asked'>, Answer>
> = {
  'code-asked': due('EMAIL_OTP_REQUIRED'),
  'second-proof-asked': due('CONTACT_REQUIRED', '•••12'),
  'second-code-asked': due('SMS_OTP_REQUIRED'),
  'code-used-up': ended(400, 'AUTHENTICATION_FAILED'),
  'password-changed': done('PASSWORD_CHANGED'),
  unlocked: done('UNLOCKED'),
  'not-locked': done('NOT_LOCKED'),
  unanswered: ended(410, 'EXPIRED', 'APPROVAL'),
  'request-expired': ended(401, 'NOT_AUTHORIZED'),
  'link-expired': ended(410, 'EXPIRED', 'LINK'),
  cancelled: ended(410, 'CANCELLED', 'PERSON'),
  superseded: ended(410, 'CANCELLED', 'SUPERSEDED'),
  'unlocks-spent': ended(429, 'LIMIT_REACHED', 'UNLOCKS_SPENT'),
  'no-more-codes': ended(429, 'LIMIT_REACHED', 'SENDS_SPENT'),
  'tries-spent': ended(429, 'LIMIT_REACHED', 'ATTEMPTS_SPENT'),
  paused: ended(403, 'ACCOUNT_PAUSED', 'FROZEN'),
};

function answerFor(said: Said, at: { readonly codeStep: string; readonly isSetHere: boolean }): Answer {
  if (said === 'not-a-code') return [400, 'OTP_WRONG', at.codeStep, 'NOT_A_CODE'];
  if (said === 'code-expired') return [400, 'OTP_EXPIRED', at.codeStep, undefined];
  if (said === 'password-asked') return due(at.isSetHere ? 'NEW_PASSWORD_REQUIRED' : 'PASSWORD_LINK_REQUIRED');
  if (typeof said === 'string') return answers[said];
  switch (said.is) {
    case 'code-wrong':
      return [400, 'OTP_WRONG', at.codeStep, said.left];
    case 'approval-awaited':
      return due('APPROVAL_REQUIRED', `${said.given} of ${said.needed}`);
    case 'denied':
      return ended(403, 'APPROVAL_DENIED', inCapitals(said.reason));
    case 'password-refused':
      return [400, 'PASSWORD_POLICY_VIOLATED', 'NEW_PASSWORD_REQUIRED', inCapitals(said.rule)];
    default:
      return unreachable(said);
  }
}

const inCapitals = (words: string): string => words.toUpperCase().replaceAll('-', '_');
