// `latchkey explain EMAIL reset|unlock|change`: what would become of a request of this person, and why. Reads only. Says what the person must
// not see, so it is for operators; and no address.
import type { Candidate, ExplainedAccount } from '../auth0/account-explanation.ts';
import { connectDirectories } from '../compose/directories.ts';
import { readForAccounts } from '../config/config.ts';
import { readWithPolicy } from '../config/installation.ts';
import type { Policy } from '../config/policy/policy-file.ts';
import { type Foreseen, foresee } from '../engine/foresee.ts';
import { remedies } from '../engine/unmatched.ts';
import { attemptFrom, failures, sendFrom, sends, unlockFrom, unlocks } from '../flows/budget.ts';
import { usableFrom } from '../flows/contact.ts';
import { isReplaceable } from '../flows/decide.ts';
import type { Moment } from '../flows/decision.ts';
import type { Binding } from '../flows/enrolment-ports.ts';
import { type AccountId, accountId, actorParts, linkId } from '../flows/ids.ts';
import { factsRead } from '../flows/inspection.ts';
import { daySeconds } from '../flows/limits.ts';
import type { DirectoryBarrier, LockFacts } from '../flows/lock.ts';
import type { Failure, Outcome } from '../flows/outcome.ts';
import {
  type AccountFacts,
  type ChangeWay,
  changeWayFor,
  type GatedKind,
  gatedKinds,
  gatesFor,
  isLinkMailed,
  ruleFor,
} from '../flows/policy.ts';
import type { NoMatch } from '../flows/ports.ts';
import { recoveryCodesFrom } from '../flows/second-proof.ts';
import { joinDirectories } from '../ldap/directories.ts';
import { createLogger } from '../observability/logger.ts';
import type { OperatorStore } from '../store/operator/open.ts';
import { readArguments, usageError } from './arguments.ts';
import { connectAuth0, nobody } from './auth0-account.ts';
import { clock, complain, print, printJson, time, withOperator } from './operator.ts';
import { rulesOf } from './operator-events.ts';

/** 0: it would go through. 1: it would not. 2: it could not be found out. */
export async function explain(words: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const args = readArguments(words, { flags: ['json'], values: [] });
  const [address, action, ...more] = args.words;
  const kind = action === 'change' ? action : gatedKinds.find((each) => each === action);
  if (address === undefined || kind === undefined || more.length > 0)
    throw usageError('say `explain EMAIL reset`, `unlock` or `change`; an account id does in place of the address');
  const {
    settings,
    found: wasFound,
    directories,
  } = readWithPolicy(env, (all) => readForAccounts(all, 'explain'), { withDirectories: true });
  const { policy } = wasFound;
  const auth0 = connectAuth0(settings.auth0, policy);
  const log = createLogger({ level: 'warn', stream: process.stderr });
  const joined = joinDirectories({ ...auth0, directories: await connectDirectories(directories), clock, log });
  return withOperator(settings, args, env, async ({ store }) => {
    const found = await findAccount(address, auth0);
    if (!found.ok) return cannotSay(found.failure);
    if (found.value.is === 'none') {
      if (args.has('json')) printJson({ ok: false, ...found.value });
      else print(told(found.value, kind));
      return 1;
    }
    const { account } = found.value;
    const [about, facts] = [
      await auth0.explanations.account(account),
      await joined.directory.inspect(account, factsRead[kind]),
    ];
    if (!about.ok) return cannotSay(about.failure);
    if (!facts.ok) return cannotSay(facts.failure);
    const explained = await assemble({ kind, account, about: about.value, facts: facts.value, policy, store });
    if (args.has('json')) printJson(explained);
    else print(linesOf(explained).join('\n'));
    return explained.ok ? 0 : 1;
  });
}

function cannotSay({ kind, cause, ...failure }: Failure): number {
  const remedy = 'remedy' in failure && failure.remedy !== undefined ? ` ${failure.remedy}` : '';
  const who = cause.startsWith('ldap: ') ? 'The directory' : 'Auth0';
  complain(`${who} did not say (${kind}: ${cause}).${remedy}`);
  return 2;
}

type None = {
  readonly is: 'none';
  readonly because: NoMatch;
  readonly remedy: string;
  readonly found: readonly Candidate[];
};

async function findAccount(
  word: string,
  { directory, explanations }: ReturnType<typeof connectAuth0>,
): Promise<Outcome<None | { readonly is: 'account'; readonly account: AccountId }>> {
  if (word.includes('|')) return { ok: true, value: { is: 'account', account: accountId(word) } };
  const match = await directory.match(word, nobody);
  if (!match.ok) return match;
  if (match.value.is === 'account') return { ok: true, value: { is: 'account', account: match.value.account } };
  const candidates = await explanations.candidates(word);
  if (!candidates.ok) return candidates;
  const { because } = match.value;
  return { ok: true, value: { is: 'none', because, remedy: remedies[because], found: candidates.value } };
}

const told = ({ because, remedy, found }: None, kind: GatedKind | 'change'): string =>
  [
    `No request: the address does not lead to exactly one account (${because}). ${remedy}`,
    ...found.map(({ account, connection, verdict }) => `  ${account} in ${connection}: ${verdict}`),
    kind === 'change'
      ? 'The person signs in first, and that shows whose account it is; it must be their own.'
      : 'The person reads that they have no recovery contact, whatever the reason is.',
  ].join('\n');

interface Parts {
  readonly kind: GatedKind | 'change';
  readonly account: AccountId;
  readonly about: ExplainedAccount;
  readonly facts: AccountFacts;
  readonly policy: Policy;
  readonly store: OperatorStore;
}

type Explained = Awaited<ReturnType<typeof assemble>>;

async function assemble({ kind, account, about, facts, policy, store }: Parts) {
  const now = clock.now();
  const rules = rulesOf(policy);
  const budget = await store.pauses.budget(account, now);
  const open = await store.pauses.openRequests(account);
  const codes = await store.recoveryCodes.find(account);
  const rivals = open.filter((flow) => flow.kind === kind);
  const moment: Moment = {
    ...{ now, policy: rules, budget, freshLink: linkId('foreseen'), isSendingElsewhere: false },
    rival: rivals.length === 0 ? 'none' : rivals.every(({ state }) => isReplaceable(state)) ? 'replaceable' : 'busy',
    ...(codes === undefined ? {} : { recoveryCodes: codes }),
  };
  // Of somebody who is bound to the account, if anybody is: an operator's question is about its owner.
  const binding: Binding = about.bound === undefined ? 'others' : about.bound.length === 0 ? 'free' : 'bound';
  const { limits } = policy;
  const foreseen = foresee({ kind, account, contacts: about.contacts, binding, facts }, nobody, moment);
  const rule = ruleFor(policy.rules, kind, facts);
  const { approvals, proofs = 1 } = gatesFor(policy.rules, kind, facts);
  return {
    ok: foreseen.hindrances.length === 0,
    ...{ kind, account, connection: facts.connection, disabled: facts.disabled },
    ...(facts.locked === undefined ? {} : { locked: facts.locked }),
    ...(facts.lock === undefined ? {} : { lock: lockOfAccount(facts.lock) }),
    ...(facts.barrier === undefined ? {} : { directory: facts.barrier }),
    hindrances: foreseen.hindrances.map(({ because, again }) => ({
      because,
      means:
        because === 'barred' && facts.barrier !== undefined ? barredBy[facts.barrier] : (whyNot[because] ?? because),
      ...(again === undefined ? {} : { until: time(again) }),
    })),
    needless: foreseen.needless,
    // From 1, as somebody counts who reads the file.
    rule: rule < 0 ? 'the default' : `rule ${rule + 1} of ${policy.rules.length}`,
    needs: { proofs, approvals },
    ...(kind === 'change' ? { way: changeWayFor(policy.rules, account, facts) } : {}),
    ...(kind === 'reset' && facts.choosesPassword !== 'nowhere' ? { link: wayOf(facts, policy) } : {}),
    contacts: [
      ...about.contacts.map((contact) => contactNow(contact, policy, now)),
      ...about.unusable.map(({ channel, masked, because }) => ({ channel, masked, usable: false, because })),
    ],
    recoveryCodes: codes === undefined ? 0 : codes.left,
    ...(codes === undefined || recoveryCodesFrom(codes.madeAt, policy.contacts.coolOffHours) <= now
      ? {}
      : { recoveryCodesFrom: time(recoveryCodesFrom(codes.madeAt, policy.contacts.coolOffHours)) }),
    binding: { policy: policy.binding, bound: countByPlatform(about.bound) },
    counters: {
      wrongCodesToday: counter(
        failures(budget, now).length,
        limits.codeFailuresPerDay,
        attemptFrom(budget, limits, now),
        now,
      ),
      codesThisHour: counter(sends(budget, now).length, limits.codesPerHour, sendFrom(budget, limits, now), now),
      unlocksToday: counter(
        unlocks(budget, daySeconds, now).length,
        limits.unlocksPerDay,
        unlockFrom(budget, limits, now),
        now,
      ),
      ...(budget.liftedAt === undefined ? {} : { liftedAt: time(budget.liftedAt) }),
    },
    ...(budget.frozenUntil !== undefined && budget.frozenUntil > now ? { pausedUntil: time(budget.frozenUntil) } : {}),
    openRequests: open.map(({ id, kind: of, state, actor }) => ({ id, kind: of, at: state.at, actor })),
  };
}

/** How the person gets to the page for a new password. */
function wayOf(facts: AccountFacts, { rules }: Policy): 'own-page' | 'email' | 'ticket' {
  if (facts.choosesPassword === 'here') return 'own-page';
  return isLinkMailed(rules, facts) ? 'email' : 'ticket';
}
const linkWords = {
  'own-page': 'a link in the chat, to a page of Latchkey',
  ticket: 'a link in the chat, to Auth0’s page',
  email: 'a link that Auth0 mails to the work address',
};

/** Counts, times and words, as the person’s request would keep them. */
const lockOfAccount = ({ of, failures, since, until, signIns }: LockFacts) => ({
  of,
  ...(failures === undefined ? {} : { failures }),
  ...(since === undefined ? {} : { since: time(since) }),
  ...(until === undefined ? {} : { until: until === 'lifted' ? 'somebody lifts it' : time(until) }),
  ...(signIns === undefined ? {} : { signIns: { ...signIns, since: time(signIns.since) } }),
});

const whereLocked: Readonly<Record<LockFacts['of'], string>> = {
  provider: 'at Auth0',
  directory: 'in the directory',
  both: 'at Auth0 and in the directory',
};

/** The sentence about a lock, for an operator. */
function lockWords({ of, failures, since, until, signIns }: ReturnType<typeof lockOfAccount>): string {
  const counted = failures === undefined ? '' : `, after ${failures} failed sign-ins`;
  const tried = signIns === undefined ? '' : ` ${triedWords(signIns)}`;
  return `Locked ${whereLocked[of]}${since === undefined ? '' : ` since ${since}`}${until === undefined ? '' : ` until ${until}`}${counted}.${tried}`;
}

function triedWords({ count, isAtLeast, since, origins }: NonNullable<ReturnType<typeof lockOfAccount>['signIns']>) {
  const from = origins.map(
    ({ application, device, country, count: many }) =>
      `${[application, device, country].filter((word) => word !== undefined).join(', ')} (${many})`,
  );
  return `Auth0’s log of the last day: ${isAtLeast === true ? 'at least ' : ''}${count} failed sign-ins since ${since}${from.length === 0 ? '' : `, from ${from.join('; ')}`}.`;
}

const barredBy: Readonly<Record<DirectoryBarrier, string>> = {
  absent: 'the directory has no such user below `baseDn`, or the id of the account at Auth0 does not end with its GUID',
  protected:
    'it is an administrator’s account in the directory, or in one of `protectedGroups`: such accounts are never touched',
  disabled: 'it is disabled in the directory',
  'account-expired': 'it has expired in the directory',
  'smart-card': 'it signs in with a smart card only',
  'not-readable': 'the service account cannot read everything that decides: `latchkey doctor` names the missing right',
  'lock-kept': 'it is locked in the directory, and the policy leaves that lock to the helpdesk (`unlock: false`)',
};

const counter = (used: number, of: number, again: number, now: number) => ({
  used,
  of,
  ...(again > now ? { nextAt: time(again) } : {}),
});

function contactNow(contact: ExplainedAccount['contacts'][number], policy: Policy, now: ReturnType<typeof clock.now>) {
  const { channel, masked, unconfirmed } = contact;
  const from = usableFrom(contact, policy.contacts, now);
  if (unconfirmed === true && policy.contacts.unconfirmed !== 'usable')
    return { channel, masked, usable: false, because: 'unconfirmed-contact' };
  if (from !== undefined) return { channel, masked, usable: false, because: 'resting-contact', from: time(from) };
  return { channel, masked, usable: true };
}

/** `1 in slack, 2 in teams`. */
function boundWords(bound: Readonly<Record<string, number>>): string {
  const each = Object.entries(bound).map(([platform, count]) => `${count} in ${platform}`);
  return each.length === 0 ? 'none' : each.join(', ');
}

/** How many chat people are bound, by platform; `unreadable`: the record of the account cannot be read. */
function countByPlatform(bound: ExplainedAccount['bound']): 'unreadable' | Readonly<Record<string, number>> {
  if (bound === undefined) return 'unreadable';
  const counts = new Map<string, number>();
  for (const actor of bound) counts.set(actorParts(actor).platform, (counts.get(actorParts(actor).platform) ?? 0) + 1);
  return Object.fromEntries(counts);
}

/** What is not obvious from the word. */
const whyNot: Readonly<Partial<Record<Foreseen['hindrances'][number]['because'], string>>> = {
  'no-contact': 'no contact can be used, or nobody is bound where the policy asks for that: see contacts and binding',
  'contacts-resting': 'all contacts are in their cool-off',
  frozen: 'somebody said "It wasn\'t me": `latchkey pauses lift` ends the pause',
  disabled:
    'an administrator has blocked the account at Auth0. The person is told only after they have proven who they are',
  unsupported: 'Auth0 makes no password link for this connection',
  'attempts-spent': 'wrong codes and passwords of the day are used up',
  'sends-spent': 'codes of the hour are used up',
  'unlocks-spent': 'unlocks of the day are used up',
  'cool-down': 'the last code was sent a moment ago',
  'no-helpdesk': 'an approval is needed, and the policy names no channel of the helpdesk',
  'second-proof-impossible': 'two proofs are needed, and there is one contact and no recovery code that can be used',
  elsewhere: 'another request of the account is at its last step',
};

function linesOf(explained: Explained): readonly string[] {
  const { kind, account, connection, hindrances, needless, rule, needs, contacts, binding, counters, openRequests } =
    explained;
  const { wrongCodesToday, codesThisHour, unlocksToday } = counters;
  const bound = binding.bound === 'unreadable' ? 'the record cannot be read' : boundWords(binding.bound);
  const used = (name: string, { used: many, of, nextAt }: ReturnType<typeof counter>): string =>
    `  ${name}: ${many} of ${of}${nextAt === undefined ? '' : `, the next from ${nextAt}`}`;
  return [
    `${kind === 'unlock' ? 'An' : 'A'} ${kind} would ${explained.ok ? 'go through.' : 'not go through:'}`,
    ...hindrances.map(
      ({ because, means, until }) => `  ${because}: ${means}${until === undefined ? '' : ` (until ${until})`}`,
    ),
    ...(needless ? ['  The account is not locked, so an unlock would do nothing.'] : []),
    `Account: ${account} in ${connection}${explained.disabled ? ', blocked by an administrator' : ''}${explained.locked === true ? ', locked' : ''}`,
    ...(explained.lock === undefined ? [] : [lockWords(explained.lock)]),
    `Rule: ${rule}. ${explained.way === undefined ? `Needs ${needs.proofs === 2 ? 'two proofs' : 'one proof'} and ${needs.approvals} approvals.` : wayWords[explained.way]}`,
    ...(explained.link === undefined ? [] : [`After that: ${linkWords[explained.link]}.`]),
    `Contacts: ${contacts.length === 0 ? 'none' : ''}`,
    ...contacts.map((each) => `  ${each.channel} ${each.masked}: ${contactWords(each)}`),
    `Recovery codes left: ${explained.recoveryCodes}${explained.recoveryCodesFrom === undefined ? '' : `, usable from ${explained.recoveryCodesFrom}`}`,
    `Bound chat users: ${bound}. The policy says: binding ${binding.policy}.`,
    'Counters:',
    used('wrong codes in 24 hours', wrongCodesToday),
    used('codes in an hour', codesThisHour),
    used('unlocks in 24 hours', unlocksToday),
    ...(explained.pausedUntil === undefined ? [] : [`Paused after "It wasn't me" until ${explained.pausedUntil}`]),
    ...openRequests.map(({ id, kind: of, at }) => `Open request: ${id}, ${of}, at ${at}`),
  ];
}

const wayWords: Readonly<Record<ChangeWay, string>> = {
  'sign-in': 'Needs a fresh sign-in, and no code or approval.',
  form: 'Needs the old password, on the page of Latchkey, and no code or approval.',
};

const contactWords = (contact: {
  readonly usable: boolean;
  readonly because?: string;
  readonly from?: string;
}): string =>
  contact.usable
    ? 'can be used'
    : `cannot be used: ${contact.because}${contact.from === undefined ? '' : ` until ${contact.from}`}`;
