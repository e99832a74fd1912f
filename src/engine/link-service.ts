// Serves /go: `look` changes nothing; `open` mints the provider's ticket once and hands it to that browser only, or shows the page of
// ours for a new password, or leads to the sign-in of somebody who knows their password.
import type { Logger } from 'pino';
import { type RetryOptions, retry } from '../concurrency/retry.ts';
import { withTimeout } from '../concurrency/timeout.ts';
import type { FlowEvent } from '../flows/event.ts';
import type { Instant, LinkId } from '../flows/ids.ts';
import type { Outcome } from '../flows/outcome.ts';
import type { PolicyRules } from '../flows/policy.ts';
import type { Clock, Directory, KnownPasswords, Minted, Passwords, People, Tickets } from '../flows/ports.ts';
import { hasOpened } from '../flows/reset.ts';
import type { BegunSignIn } from '../flows/sign-in-access.ts';
import type { Flow, FlowState } from '../flows/state.ts';
import type { Applied, Flows } from '../flows/store.ts';
import type { ChangeDesk } from './change-desk.ts';
import type { Deliver } from './deliver.ts';
import { refusalOf } from './employment-check.ts';
import { givingUp, isPermanent } from './giving-up.ts';
import type { Links } from './links.ts';
import { createPasswordDesk, type PasswordAnswer, type PasswordForm, type SubmittedPassword } from './password-desk.ts';

export interface LinkService {
  /** `busy`: somebody pressed the button a moment ago, and the ticket is being minted. `saving`: a password is being set. `isHere`: it leads to a page of ours. `isChange`: the password is known, and nothing is proven yet. */
  look(
    token: string,
  ): Promise<
    | { readonly is: 'live'; readonly givenName?: string; readonly isHere?: true; readonly isChange?: true }
    | { readonly is: 'dead' | 'busy' | 'saving' }
  >;
  /**
   * `ticket` is a secret: redirect to it, never store or log it. After `unreachable` the same link may be pressed again; after
   * `limited` too, but not before `inMs` have passed. `refused`: trying again does not help, and the helpdesk is told.
   * `isWaiting`: whether the browser that pressed still waits. If it does not, the ticket is dropped and the link stays usable.
   */
  open(
    token: string,
    isWaiting: () => boolean,
  ): Promise<
    | { readonly is: 'ticket'; readonly url: string }
    /** On a page of ours. */
    | { readonly is: 'form'; readonly form: PasswordForm }
    | BegunSignIn
    | { readonly is: 'limited'; readonly inMs: number }
    | { readonly is: 'dead' | 'busy' | 'saving' | 'unreachable' | 'refused' }
  >;
  /** What was typed on a page of ours. A secret: it is neither stored nor logged. */
  submit(token: string, typed: SubmittedPassword): Promise<PasswordAnswer>;
}

/** The page can do without the name, so it does not wait longer for it. */
const nameWithinMs = 1_500;
/**
 * When many people press at the same moment, each waits for their turn at the provider while the page loads. Shorter than
 * the timeout of proxies, and together with all timeouts of the call shorter than `openSeconds`.
 */
const ticketRetryOptions: RetryOptions = {
  triesAtMost: 20,
  withinMs: 20_000,
  isWorthIt: ({ kind }) => kind === 'rate-limited',
};

export function createLinkService(parts: {
  readonly links: Links;
  readonly store: Pick<Flows, 'read'>;
  readonly clock: Clock;
  readonly policy: PolicyRules;
  readonly deliver: Deliver;
  readonly people: People;
  readonly tickets: Tickets;
  readonly passwords: Passwords;
  readonly knownPasswords: KnownPasswords;
  readonly changeDesk: Pick<ChangeDesk, 'open'>;
  readonly directory: Directory;
  readonly log: Logger;
}): LinkService {
  const { links, store, clock, policy, deliver, people, tickets, changeDesk, directory, log } = parts;

  const find = async (token: string) => {
    const id = links.claimedFlow(token);
    const flow = id === undefined ? undefined : await store.read(id);
    const link = links.opens(token, flow, clock.now());
    if (flow === undefined || link === undefined) return undefined;
    const { state } = flow;
    if (state.at === 'opening') return 'busy';
    if (state.at === 'setting-password') return 'saving';
    if (state.at === 'change-ready') return { is: 'change', flow, link, state } as const;
    return state.at === 'link-ready' || state.at === 'changing' || state.at === 'choosing-password'
      ? ({ is: 'proven', flow, link, state, account: state.account } as const)
      : undefined;
  };

  const desk = createPasswordDesk(parts);

  /** The first press, or one more: the link stays as long as it lives. */
  async function openOwnPage(flow: Flow, link: LinkId) {
    const opened = await deliver(flow.id, { type: 'link.opened', link });
    const state = opened.kind === 'unknown' ? undefined : opened.flow.state;
    if (state?.at === 'setting-password') return { is: 'saving' } as const;
    if (opened.kind === 'unknown' || state?.at !== 'choosing-password') return { is: 'dead' } as const;
    return desk.show(state);
  }

  return {
    async submit(token, typed) {
      const found = await find(token);
      if (found === undefined) return { is: 'dead' };
      if (typeof found === 'string') return { is: found };
      // Only the page that the press has opened sends passwords.
      if (found.state.at !== 'choosing-password') return { is: 'dead' };
      return desk.submit(found.flow, found.state, found.link, typed);
    },
    async look(token) {
      const found = await find(token);
      if (found === undefined) return { is: 'dead' };
      if (typeof found === 'string') return { is: found };
      // Nobody has proven anything: a link that was handed on tells no name.
      if (found.is === 'change') return { is: 'live', isChange: true };
      if (isUnproven(found.state)) return { is: 'live', isChange: true };
      const name = await withTimeout(directory.givenName(found.account), nameWithinMs);
      const here = isOwnPage(found.state) ? { isHere: true as const } : {};
      return { is: 'live', ...here, ...(name?.ok && name.value !== undefined ? { givenName: name.value } : {}) };
    },
    async open(token, isWaiting) {
      const found = await find(token);
      if (found === undefined) return { is: 'dead' };
      if (typeof found === 'string') return { is: found };
      if (found.is === 'change') {
        const opened = await changeDesk.open(found.flow, found.state, found.link);
        return opened.is === 'choosing' ? desk.show(opened.state) : opened;
      }
      if (isOwnPage(found.state)) return openOwnPage(found.flow, found.link);
      const opened = await deliver(found.flow.id, { type: 'link.opened', link: found.link });
      if (opened.kind === 'unknown' || opened.flow.state.at !== 'opening') return { is: 'dead' };
      // Another press was faster.
      if (opened.kind !== 'moved') return { is: 'busy' };
      const asOf = opened.flow.version;
      const refusal = await refusalOf(found.flow.actor, people);
      if (refusal.ok && refusal.value !== undefined) {
        await deliver(found.flow.id, { type: 'person.refused', because: refusal.value }, { asOf });
        return { is: 'refused' };
      }
      const mint = () => tickets.mint(found.account, policy.limits.linkSeconds);
      const minted = refusal.ok ? await retry(mint, ticketRetryOptions) : refusal;
      if (!minted.ok)
        log.error({ flow: found.flow.id, failure: minted.failure }, 'could not create a password-change ticket');
      const isClaimed = isWaiting();
      if (minted.ok && !isClaimed) {
        log.info({ flow: found.flow.id, event: 'link.unclaimed' }, 'the browser that pressed has gone; the link stays');
      }
      return handOver(opened.flow, minted, isClaimed, { deliver, clock });
    },
  };
}

/** The ticket is handed on only if the flow still wants it: the person may have disowned the flow meanwhile. */
async function handOver(
  { id, version, state }: Flow,
  minted: Outcome<Minted>,
  isClaimed: boolean,
  { deliver, clock }: { readonly deliver: Deliver; readonly clock: Clock },
): ReturnType<LinkService['open']> {
  const applied = await deliver(id, reportOf(minted, isClaimed, clock.now()), { asOf: version });
  if (!minted.ok && isPermanent(minted.failure)) return { is: 'refused' };
  if (!minted.ok && minted.failure.kind === 'rate-limited') {
    return isLinkOver(applied) ? { is: 'dead' } : { is: 'limited', inMs: minted.failure.retryAfterMs };
  }
  if (!minted.ok) return { is: 'unreachable' };
  if (minted.value.is !== 'ticket') return { is: 'refused' };
  if (applied.kind !== 'moved' || !isClaimed || !hasOpened(state, applied.flow.state)) return { is: 'dead' };
  return { is: 'ticket', url: minted.value.url };
}

/** The page for the old password was opened already. */
const isUnproven = (state: FlowState): boolean => state.at === 'choosing-password' && state.proof === undefined;

const isOwnPage = (state: FlowState): boolean =>
  state.at === 'choosing-password' || (state.at === 'link-ready' && state.isHere === true);

/** If the pause is longer than the link lives, the request has ended, or goes on without a link. The chat says so. */
function isLinkOver(applied: Applied): boolean {
  const state = applied.kind === 'moved' ? applied.flow.state : undefined;
  return state?.at === 'closed' || (state?.at === 'changing' && state.again === undefined);
}

function reportOf(minted: Outcome<Minted>, isClaimed: boolean, now: Instant): FlowEvent {
  if (!minted.ok) return { type: 'ticket.not-minted', ...givingUp(minted.failure, now) };
  if (minted.value.is === 'ticket' && !isClaimed) return { type: 'ticket.not-minted', because: 'unreachable' };
  return minted.value.is === 'ticket'
    ? { type: 'ticket.minted' }
    : { type: 'ticket.not-minted', because: minted.value.is };
}
