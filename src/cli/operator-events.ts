// Delivers an operator's event to a request through the same decision as every other event. The servers perform what it orders.
import { randomBytes } from 'node:crypto';
import type { Policy } from '../config/policy/policy-file.ts';
import { createDeliver, type Deliver } from '../engine/deliver.ts';
import { createFlowNotifier } from '../engine/flow-notifier.ts';
import { linkId } from '../flows/ids.ts';
import type { PolicyRules } from '../flows/policy.ts';
import type { OperatorStore } from '../store/operator/open.ts';
import { clock } from './operator.ts';

export const rulesOf = (policy: Policy): PolicyRules => ({
  ...policy,
  hasHelpdesk: policy.helpdesk.channels.length > 0,
});

export const operatorDeliver = ({ flows }: Pick<OperatorStore, 'flows'>, policy: Policy): Deliver =>
  createDeliver({
    store: flows,
    clock,
    policy: rulesOf(policy),
    changes: createFlowNotifier(flows),
    newLinkId: () => linkId(randomBytes(16).toString('base64url')),
    // The servers look for work by themselves, every second at least.
    wake: { raise: () => undefined },
  });
