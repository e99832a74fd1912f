// What the pages under /recover can do beyond what everybody who typed a name can: the steps after the first proof.
import type { ContactRef } from './ids.ts';
import type { HeldSession, SelfServiceAccess } from './self-service-access.ts';
import type { Flow } from './state.ts';

/** Of the person whose first code was accepted. What is typed is a secret: it is neither stored nor logged. */
export type ProvenAct =
  | { readonly do: 'send-code'; readonly contact: ContactRef }
  | { readonly do: 'choose-contact' | 'choose-recovery-code' | 'mail-again' | 'cancel' }
  | { readonly do: 'submit-code' | 'submit-recovery-code'; readonly typed: string };

export interface RecoveryAccess extends SelfServiceAccess {
  /** `not-a-code`: it was not looked at, and cost no try. `late`: the request is somewhere else by now, and shows where. */
  act(session: HeldSession, act: ProvenAct): Promise<'done' | 'late' | 'not-a-code'>;
  /** Of the link to the page for a new password, while there is one: the last part of its path. A secret. */
  tokenOf(flow: Flow): string | undefined;
}
