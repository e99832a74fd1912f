// Every claim that the walk checks at every step.
import { changing } from './claims-changing.ts';
import { counting } from './claims-counting.ts';
import { ending } from './claims-ending.ts';
import { enrolling } from './claims-enrolling.ts';
import { granting } from './claims-granting.ts';
import { provingTwice } from './claims-proving-twice.ts';
import { showing } from './claims-showing.ts';
import { telling } from './claims-telling.ts';

export const claims = {
  ...granting,
  ...provingTwice,
  ...changing,
  ...enrolling,
  ...counting,
  ...ending,
  ...telling,
  ...showing,
};
export type ClaimName = keyof typeof claims;
export const claimNames = Object.keys(claims) as readonly ClaimName[];
