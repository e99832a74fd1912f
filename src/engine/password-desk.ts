// Serves the page of ours on which a new password is chosen. The password lives in the call of `submit` and nowhere else: it is in no
// event, no state, no log line and no error.
import type { Logger } from 'pino';
import { errorName } from '../concurrency/background-tasks.ts';
import { type RetryOptions, retry } from '../concurrency/retry.ts';
import type { Ending } from '../flows/ending.ts';
import type { FlowEvent } from '../flows/event.ts';
import type { Instant, LinkId } from '../flows/ids.ts';
import type { Failure, Outcome } from '../flows/outcome.ts';
import type { PasswordRule } from '../flows/password-rule.ts';
import type {
  ChangedPassword,
  Clock,
  Directory,
  KnownPasswords,
  PasswordPage,
  Passwords,
  People,
} from '../flows/ports.ts';
import type { ChoosingPassword, Flow } from '../flows/state.ts';
import type { Applied } from '../flows/store.ts';
import { commonPasswords, type IsCommonPassword } from '../text/common-passwords.ts';
import { asSet, faultsOf, type TypedFault, type TypedPassword } from '../text/new-password.ts';
import type { Deliver } from './deliver.ts';
import { refusalOf } from './employment-check.ts';
import { givingUp, isPermanent } from './giving-up.ts';

/** What the page shows. `faults`: what is wrong with what was typed; `refused`: the provider refused the last password by these rules. */
export interface PasswordForm extends Partial<Pick<PasswordPage, 'username'>> {
  readonly givenName?: string;
  readonly rules: PasswordPage['rules'];
  readonly faults: readonly TypedFault[];
  readonly refused?: readonly PasswordRule[];
  /** How many passwords may still be sent. */
  readonly left: number;
  /** The old password is asked for too, and may be wrong so often. */
  readonly oldLeft?: number;
  /** The last old password was wrong. */
  readonly isOldWrong?: true;
}

export type ShownForm =
  | { readonly is: 'form'; readonly form: PasswordForm }
  | { readonly is: 'limited'; readonly inMs: number }
  | { readonly is: 'unreachable' | 'refused' };
/** `spent`: no more passwords may be sent. `unconfirmed`: nobody knows whether it was set. */
export type PasswordAnswer =
  | ShownForm
  /** `mustChange`: whoever signs in with it has to choose another one. */
  | { readonly is: 'done'; readonly mustChange?: true }
  | { readonly is: 'spent' | 'unconfirmed' | 'dead' | 'busy' | 'saving' }
  /** The old password alone is not enough: the link leads to the sign-in. */
  | { readonly is: 'sign-in-needed' }
  /** The account takes no password now, or none before a time; or too many were wrong in a day. The chat says which. */
  | { readonly is: 'blocked' }
  /** No more old passwords may be tried. */
  | { readonly is: 'old-spent' };

/** What was typed, and where the browser is. */
export type SubmittedPassword = TypedPassword & { readonly browser?: string };

export interface PasswordDeskParts {
  readonly clock: Clock;
  readonly deliver: Deliver;
  readonly people: People;
  readonly passwords: Passwords;
  readonly knownPasswords: KnownPasswords;
  readonly directory: Pick<Directory, 'givenName'>;
  readonly log: Logger;
}

export interface PasswordDesk {
  show(state: ChoosingPassword): Promise<ShownForm>;
  submit(flow: Flow, state: ChoosingPassword, link: LinkId, typed: SubmittedPassword): Promise<PasswordAnswer>;
}

/** As for a ticket: many people may save at the same moment. Together with all timeouts of the call shorter than `setSeconds`. */
const retryOptions: RetryOptions = {
  triesAtMost: 20,
  withinMs: 18_000,
  isWorthIt: ({ kind }) => kind === 'rate-limited',
};

const unknownPage: PasswordPage = { rules: { isComplete: false }, ownWords: [] };

export function createPasswordDesk(parts: PasswordDeskParts): PasswordDesk {
  const { clock, passwords, directory, log } = parts;

  /** Undefined: it cannot be read now. What is refused for good is told when the password is set, with a word to the helpdesk. */
  async function pageOf({ account }: ChoosingPassword): Promise<PasswordPage | Failure> {
    const read = await passwords.page(account);
    if (read.ok) return read.value;
    return isPermanent(read.failure) ? unknownPage : read.failure;
  }

  async function show(
    state: ChoosingPassword,
    page: PasswordPage,
    more: Pick<PasswordForm, 'faults' | 'refused' | 'isOldWrong'>,
  ): Promise<ShownForm> {
    const name = await directory.givenName(state.account);
    const { rules, username } = page;
    const form = {
      ...{ rules, left: state.left, ...more },
      ...(state.oldLeft === undefined ? {} : { oldLeft: state.oldLeft }),
      ...(username === undefined ? {} : { username }),
      ...(name.ok && name.value !== undefined ? { givenName: name.value } : {}),
    };
    return { is: 'form', form };
  }

  return {
    async show(state) {
      const wait = waitOf(state, clock.now());
      if (wait !== undefined) return wait;
      const page = await pageOf(state);
      if ('kind' in page) return asAnswer(page);
      return show(state, page, { faults: [], ...lastTryOf(state) });
    },
    async submit(flow, state, link, typed) {
      const [page, isCommon] = await Promise.all([pageOf(state), readCommon(log)]);
      if ('kind' in page) return asAnswer(page);
      const faults = faultsOf(asked(typed, state), page.rules, page.ownWords, isCommon);
      if (faults.length > 0) return show(state, page, { faults });
      const reserved = await parts.deliver(flow.id, { type: 'password.submitted', link });
      if (reserved.kind === 'ignored' && reserved.again !== undefined) return limitedUntil(reserved.again, clock.now());
      if (reserved.kind !== 'moved')
        return { is: reserved.kind === 'ignored' && reserved.because === 'stale' ? 'saving' : 'dead' };
      if (reserved.flow.state.at !== 'setting-password') return { is: isSpent(reserved.flow) ? 'blocked' : 'dead' };
      const applied = await carryOut(reserved.flow, state, typed, parts);
      if (applied.is !== 'back') return applied;
      return show(applied.state, page, { faults: [], ...lastTryOf(applied.state) });
    },
  };
}

/** The old password belongs to it only where the page asks for it. */
const asked = (
  { password, confirm, current = '' }: SubmittedPassword,
  { oldLeft }: ChoosingPassword,
): TypedPassword => ({
  ...{ password, confirm },
  ...(oldLeft === undefined ? {} : { current }),
});

/** What came of the last try. */
const lastTryOf = ({ refused, isOldWrong }: ChoosingPassword): Pick<PasswordForm, 'refused' | 'isOldWrong'> => ({
  ...(refused === undefined ? {} : { refused }),
  ...(isOldWrong === undefined ? {} : { isOldWrong }),
});

/** Too many were wrong in a day. */
const isSpent = ({ state }: Flow): boolean => state.at === 'closed' && state.ending.because === 'attempts-spent';

/** Without the list, the provider's own is left. */
async function readCommon(log: Logger): Promise<IsCommonPassword> {
  try {
    return await commonPasswords();
  } catch (error) {
    log.error({ err: error }, 'the list of common passwords cannot be read');
    return () => false;
  }
}

type CarriedOut =
  | Exclude<PasswordAnswer, { readonly is: 'form' }>
  | { readonly is: 'back'; readonly state: ChoosingPassword };

/** The one call that holds the password. Whatever happens in it, the flow hears of it, or its own deadline says that nobody knows. */
async function carryOut(
  flow: Flow,
  { account, oldLeft }: ChoosingPassword,
  typed: SubmittedPassword,
  { clock, deliver, people, passwords, knownPasswords, log }: PasswordDeskParts,
): Promise<CarriedOut> {
  const asOf = { asOf: flow.version };
  const refusal = await refusalOf(flow.actor, people);
  if (refusal.ok && refusal.value !== undefined) {
    await deliver(flow.id, { type: 'person.refused', because: refusal.value }, asOf);
    return { is: 'refused' };
  }
  const password = asSet(typed.password);
  const { current = '', browser } = typed;
  const work = (): Promise<Outcome<ChangedPassword>> =>
    oldLeft === undefined
      ? passwords.set(account, password)
      : knownPasswords.change(account, { current, password, ...(browser === undefined ? {} : { browser }) });
  const set = refusal.ok ? await retry(() => setIn(work, flow, log), retryOptions) : refusal;
  if (!set.ok) log.error({ flow: flow.id, failure: set.failure }, 'could not set a password');
  const event = reportOf(set, clock.now());
  // That it was set is a fact wherever the request stands: it may have been disowned meanwhile, or taken over.
  const applied = await deliver(flow.id, event, event.type === 'password.set' ? {} : asOf);
  return answerTo(set, applied);
}

/** An error says nothing about what became of the password, and its text might hold it: it is not logged. */
async function setIn(
  work: () => Promise<Outcome<ChangedPassword>>,
  { id }: Flow,
  log: Logger,
): Promise<Outcome<ChangedPassword>> {
  try {
    return await work();
  } catch (error) {
    log.error({ flow: id, error: errorName(error) }, 'setting a password crashed');
    return { ok: true, value: { is: 'unknown' } };
  }
}

function reportOf(set: Outcome<ChangedPassword>, now: Instant): FlowEvent {
  if (!set.ok) return { type: 'password.not-set', ...givingUp(set.failure, now) };
  const { value } = set;
  switch (value.is) {
    case 'set':
      return { type: 'password.set', at: now, ...(value.mustChange === true ? { mustChange: true } : {}) };
    case 'unknown':
      return { type: 'password.unknown' };
    case 'refused':
      return {
        ...{ type: 'password.refused', rules: value.rules },
        ...('isOldRight' in value && value.isOldRight === true ? { isOldRight: true } : {}),
      };
    case 'second-factor':
      return { type: 'old-password.rejected', because: 'not-enough' };
    case 'wrong':
    case 'locked':
    case 'no-tries':
      return { type: 'old-password.rejected', because: value.is };
    case 'too-soon':
      return { type: 'password.too-soon', from: value.from };
    default:
      return { type: 'password.not-set', because: value.is };
  }
}

function answerTo(set: Outcome<ChangedPassword>, applied: Applied): CarriedOut {
  const state = applied.kind === 'moved' ? applied.flow.state : undefined;
  const spent = state?.at === 'closed' ? spentBy[state.ending.because] : undefined;
  if (spent !== undefined) return { is: spent };
  if (!set.ok) return state?.at === 'closed' && !isPermanent(set.failure) ? { is: 'dead' } : asAnswer(set.failure);
  switch (set.value.is) {
    case 'set':
      if (state?.at !== 'closed' || state.ending.because !== 'password-changed') return { is: 'dead' };
      return { is: 'done', ...(set.value.mustChange === true ? { mustChange: true } : {}) };
    case 'unknown':
      return { is: 'unconfirmed' };
    case 'refused':
    case 'wrong':
      return state?.at === 'choosing-password' ? { is: 'back', state } : { is: 'dead' };
    case 'second-factor':
      return { is: state?.at === 'change-ready' ? 'sign-in-needed' : 'dead' };
    default:
      return { is: 'refused' };
  }
}

const spentBy: { readonly [because in Ending['because']]?: 'spent' | 'old-spent' | 'blocked' } = {
  'passwords-refused': 'spent',
  'old-passwords-wrong': 'old-spent',
  'password-blocked': 'blocked',
  'changed-too-soon': 'blocked',
};

function asAnswer(failure: Failure): Exclude<ShownForm, { readonly is: 'form' }> {
  if (failure.kind === 'rate-limited') return { is: 'limited', inMs: failure.retryAfterMs };
  return { is: isPermanent(failure) ? 'refused' : 'unreachable' };
}

const limitedUntil = (again: Instant, now: Instant) => ({ is: 'limited', inMs: again - now }) as const;

const waitOf = ({ again }: ChoosingPassword, now: Instant) =>
  again !== undefined && again > now ? limitedUntil(again, now) : undefined;
