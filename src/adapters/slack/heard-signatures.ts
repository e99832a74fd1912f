// Whether Slack was heard with the signature that we expect. Nobody but Slack can show whether the signing secret is that of this app.
import type { Body } from './read-body.ts';

/** `unfitting`: only requests came that were signed with another secret. A stranger may have sent them, too. */
export type Heard = 'nothing' | 'unfitting' | 'fitting';

export interface HeardSignatures {
  unfitting(): void;
  fitting(body: Body): void;
  sofar(): Heard;
}

/** Begins the challenge of the doctor, whose request we sign ourselves: it proves nothing about Slack. */
export const ownChallenge = 'latchkey-doctor-';

export function createHeardSignatures(): HeardSignatures {
  let heard: Heard = 'nothing';
  return {
    unfitting() {
      if (heard === 'nothing') heard = 'unfitting';
    },
    fitting(body) {
      const isOurs = body.kind === 'address-check' && body.challenge.startsWith(ownChallenge);
      if (!isOurs) heard = 'fitting';
    },
    sofar: () => heard,
  };
}
