// How a flow begins, and whether an effect that was ordered earlier is still wanted when its turn comes.
import type { Effect } from './effect.ts';
import { type Instant, later } from './ids.ts';
import type { Limits } from './limits.ts';
import { isPageUnseen } from './reset.ts';
import type { FlowState, Identifying } from './state.ts';
import { unreachable } from './unreachable.ts';

export interface Beginning {
  readonly state: Identifying;
  readonly effects: readonly Effect[];
}

export function begin(now: Instant, limits: Limits): Beginning {
  return {
    state: { at: 'identifying', delayed: false, until: later(now, limits.flowSeconds) },
    effects: [{ do: 'identify' }],
  };
}

/** A flow that was cancelled or has expired must not act any more. Safety measures and redraws are always performed. */
export function isStillWanted(effect: Effect, state: FlowState): boolean {
  switch (effect.do) {
    case 'identify':
      return state.at === 'identifying';
    case 'send-code':
      return state.at === 'sending' && state.contact === effect.contact;
    case 'check-code':
      return state.at === 'checking';
    case 'check-recovery-code':
      return state.at === 'checking-recovery-code';
    case 'inspect-account':
      return state.at === 'inspecting';
    case 'lift-lock':
      return state.at === 'fulfilling';
    case 'mint-ticket':
      return state.at === 'opening';
    case 'mail-link':
      return state.at === 'mailing';
    case 'set-password':
      return state.at === 'setting-password' && state.oldLeft === undefined;
    case 'change-password':
      return state.at === 'setting-password' && state.oldLeft !== undefined;
    case 'look-at-password':
      // Also after another end: whoever stopped it has to hear of a password that was set all the same.
      return state.at === 'confirming-password' || (state.at === 'closed' && isPageUnseen(state));
    case 'bind-actor':
      return state.at === 'binding-actor';
    case 'send-new-code':
      return state.at === 'sending-new';
    case 'check-new-code':
      return state.at === 'checking-new';
    case 'link-contact':
      return state.at === 'linking' && state.about.ref === effect.contact;
    case 'unlink-contact':
      if (!effect.report) return true;
      return state.at === 'removing'
        ? state.removal.about.ref === effect.contact
        : state.at === 'unlinking' && state.about.ref === effect.contact;
    case 'unbind-actor':
    case 'confirm-contact':
    case 'discard-contact':
    case 'announce':
    case 'announce-request':
    case 'void-tickets':
    case 'end-sessions':
    case 'show':
      return true;
    default:
      return unreachable(effect);
  }
}
