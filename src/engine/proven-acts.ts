// The steps after the first proof of somebody who typed a name: a second proof, a mail once more, or an end.
import { randomBytes } from 'node:crypto';
import { deliveryId, type FlowId } from '../flows/ids.ts';
import type { ProvenAct, RecoveryAccess } from '../flows/recovery-access.ts';
import type { HeldSession, SelfServiceAccess } from '../flows/self-service-access.ts';
import { readRecoveryCode } from '../text/recovery-code.ts';
import { readCode } from '../text/typed-code.ts';
import type { Engine } from './engine.ts';

interface ProvenActsParts {
  readonly access: Pick<SelfServiceAccess, 'proven' | 'actorOf'>;
  readonly engine: Pick<Engine, 'deliver' | 'submitCode' | 'submitRecoveryCode'>;
}

export function createProvenActs({ access, engine }: ProvenActsParts): RecoveryAccess['act'] {
  return async (session, act) => {
    const flow = await access.proven(session, 0);
    if (flow === undefined) return 'late';
    const applied = await carryOut(flow.id, session, act);
    if (applied === 'not-a-code') return applied;
    return applied.kind === 'moved' ? 'done' : 'late';
  };

  async function carryOut(flow: FlowId, session: HeldSession, act: ProvenAct) {
    const by = access.actorOf(session);
    switch (act.do) {
      case 'submit-code': {
        const code = readCode(act.typed);
        return code === undefined ? 'not-a-code' : engine.submitCode(flow, by, code, newDelivery(session));
      }
      case 'submit-recovery-code': {
        const code = readRecoveryCode(act.typed);
        return code === undefined ? 'not-a-code' : engine.submitRecoveryCode(flow, by, code, newDelivery(session));
      }
      case 'send-code':
        return engine.deliver(flow, { type: 'code.requested', by, contact: act.contact });
      default:
        return engine.deliver(flow, { type: eventOf[act.do], by });
    }
  }
}

const newDelivery = ({ id }: HeldSession) => deliveryId(`typed ${id} ${randomBytes(16).toString('base64url')}`);

const eventOf = {
  'choose-contact': 'contact.reconsidered',
  'choose-recovery-code': 'recovery-code.chosen',
  'mail-again': 'mail.requested',
  cancel: 'cancelled',
} as const;
