// Performs an effect by calling its port, and returns the event to report. One exhaustive switch; decides nothing.
import type { Effect } from '../flows/effect.ts';
import type { FlowEvent } from '../flows/event.ts';
import { type FlowId, isVouched, later } from '../flows/ids.ts';
import { factsRead } from '../flows/inspection.ts';
import { adriftSeconds, setSeconds } from '../flows/limits.ts';
import { isNotice, type Occasion } from '../flows/notice.ts';
import { failed, type Outcome, success } from '../flows/outcome.ts';
import type { PolicyRules } from '../flows/policy.ts';
import type {
  Codes,
  Directory,
  KnownPasswords,
  Lifted,
  Locks,
  Passwords,
  People,
  Sessions,
  Tickets,
} from '../flows/ports.ts';
import type { Viewer } from '../flows/screen.ts';
import type { Flow } from '../flows/state.ts';
import type { Occasions } from '../flows/store.ts';
import { unreachable } from '../flows/unreachable.ts';
import { refusalOf } from './employment-check.ts';
import { type EnrolmentWorld, performEnrolment } from './enrolment-effects.ts';
import { type IdentifyParts, identify } from './identify.ts';
import type { ReportUnmatched } from './unmatched.ts';

/**
 * Draws what a viewer sees of a flow now. `lasting`: posts a message where there is none yet. `gently`: leaves alone places
 * where the redraw would clear what is being typed. Implemented in src/bot.
 */
export interface Presenter {
  show(flow: FlowId, viewer: Viewer, lasting: boolean, gently?: boolean): Promise<Outcome<void>>;
}

/** The ports through which effects are performed. */
export interface World extends EnrolmentWorld, Pick<IdentifyParts, 'bindings' | 'typed'> {
  readonly people: People;
  readonly directory: Directory;
  readonly codes: Codes;
  readonly tickets: Tickets;
  readonly passwords: Passwords;
  readonly knownPasswords: KnownPasswords;
  readonly locks: Locks;
  readonly sessions: Sessions;
  readonly presenter: Presenter;
  readonly occasions: Pick<Occasions, 'keep'>;
}

/** The event to report, or undefined where the flow waits for none. */
export type Report = Outcome<FlowEvent | undefined>;

export async function perform(
  effect: Effect,
  flow: Flow,
  world: World,
  policy: PolicyRules,
  reportUnmatched: ReportUnmatched,
): Promise<Report> {
  switch (effect.do) {
    case 'identify': {
      const { report, unmatched } = await identify(flow, world, policy, world.clock.now());
      if (unmatched !== undefined) reportUnmatched(flow, unmatched);
      return report;
    }
    case 'send-code': {
      const mayText = isVouched(flow.actor) ? undefined : world.typed?.mayText(flow.actor);
      const sent = await world.codes.send(effect.account, effect.contact, mayText);
      return sent.ok ? success({ type: 'code.sent', contact: effect.contact }) : sent;
    }
    case 'inspect-account': {
      // An account may be bound to chat people alone: whoever typed a name is none of them, and the policy has let them come this far.
      const reads = { ...factsRead[flow.kind], ...(isVouched(flow.actor) ? { actor: flow.actor } : {}) };
      const inspected = await world.directory.inspect(effect.account, reads);
      return inspected.ok ? success({ type: 'account.inspected', facts: inspected.value }) : inspected;
    }
    case 'lift-lock': {
      const refusal = await refusalOf(flow.actor, world.people);
      if (!refusal.ok) return refusal;
      if (refusal.value !== undefined) return success({ type: 'person.refused', because: refusal.value });
      const lifted = await world.locks.lift(effect.account);
      if (!lifted.ok) return lifted;
      return success(liftingOf(lifted.value));
    }
    case 'mail-link':
      return mailLink(effect, flow, world);
    case 'look-at-password':
      return lookAtPassword(effect, world);
    case 'void-tickets': {
      const voided = await world.tickets.voidAll(effect.account);
      return voided.ok ? success(undefined) : voided;
    }
    case 'end-sessions':
      return endSessions(effect, world);
    case 'show': {
      if (effect.to === 'person' && isNotice(flow.state)) return showNotice(effect, flow, world);
      const shown = await world.presenter.show(flow.id, effect.to, effect.lasting, effect.gently);
      return shown.ok ? success(undefined) : shown;
    }
    case 'announce-request': {
      const { account, of: kind, at, changedAt } = effect;
      const occasion: Occasion = {
        ...{ what: 'requested-elsewhere', kind, at },
        ...(changedAt === undefined ? {} : { changedAt }),
      };
      // Whether somebody is bound is asked of the account's own record, when they are told: the index here is only a hint.
      await world.occasions.keep(account, occasion, world.clock.now());
      return success(undefined);
    }
    case 'bind-actor':
    case 'unbind-actor':
    case 'link-contact':
    case 'unlink-contact':
    case 'confirm-contact':
    case 'discard-contact':
    case 'announce':
      return performEnrolment(effect, flow, world);
    case 'check-code':
    case 'check-recovery-code':
    case 'mint-ticket':
    case 'set-password':
    case 'change-password':
    case 'send-new-code':
    case 'check-new-code':
      return failed({ kind: 'refused', retry: 'never', cause: 'a volatile effect reached the outbox' });
    default:
      return unreachable(effect);
  }
}

/** Nobody has just asked for it, so nobody has looked whether they still work here. */
async function showNotice(effect: Extract<Effect, { do: 'show' }>, flow: Flow, world: World): Promise<Report> {
  const refusal = await refusalOf(flow.actor, world.people);
  if (!refusal.ok) return refusal;
  if (refusal.value !== undefined) {
    const about = { event: 'notice.not-employed', flow: flow.id, actor: flow.actor, because: refusal.value };
    world.log.info(about, 'somebody who is bound to the account is not told: they are no employee here any more');
    return success(undefined);
  }
  const shown = await world.presenter.show(flow.id, effect.to, effect.lasting);
  return shown.ok ? success(undefined) : shown;
}

function liftingOf(lifted: Lifted): FlowEvent {
  switch (lifted) {
    case 'lifted':
      return { type: 'lock.lifted' };
    case 'disabled':
      return { type: 'account.found-disabled' };
    case 'stood-again':
      return { type: 'lock.stood-again' };
    default:
      return { type: 'account.found-barred', barrier: lifted.barrier };
  }
}

/** Whether they still work here is asked right before, as with every link. */
async function mailLink({ account }: Extract<Effect, { do: 'mail-link' }>, flow: Flow, world: World): Promise<Report> {
  const refusal = await refusalOf(flow.actor, world.people);
  if (!refusal.ok) return refusal;
  const { value: because } = refusal;
  if (because !== undefined) return success({ type: 'person.refused', because });
  const mailed = await world.tickets.mail(account);
  if (!mailed.ok) return mailed;
  return success(
    mailed.value === 'asked' ? { type: 'link.mailed' } : { type: 'link.not-mailed', because: mailed.value },
  );
}

/**
 * A password that was not seen may still be on its way: so nobody is told that it was not set before no call can be carried out any
 * more. Until then the look waits for its turn, which is no try.
 */
async function lookAtPassword(
  { account, since }: Extract<Effect, { do: 'look-at-password' }>,
  { passwords, clock }: World,
): Promise<Report> {
  const settled = await passwords.settled(account, since);
  if (!settled.ok) return settled;
  const { value } = settled;
  if (value.is === 'set') return success({ type: 'password.set', at: value.at });
  const restMs = later(since, setSeconds + adriftSeconds) - clock.now();
  if (restMs <= 0) return success({ type: 'password.not-seen', is: value.is });
  return failed({
    ...{ kind: 'rate-limited', retry: 'later', isTurn: true, cause: 'a password may still be set' },
    retryAfterMs: Math.min(restMs, lookEveryMs),
  });
}

const lookEveryMs = 5_000;

async function endSessions(effect: Extract<Effect, { do: 'end-sessions' }>, world: World): Promise<Report> {
  const ended = await world.sessions.end(effect.account, effect.report);
  if (!ended.ok) return ended;
  return success(effect.report ? { type: 'sessions.ended', how: ended.value } : undefined);
}
