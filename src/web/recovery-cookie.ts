// What the browser of somebody keeps who typed a name, in one sealed cookie: their session, and what came of the last press. The same,
// and equally long, for every name.
import { z } from 'zod';
import type { Instant } from '../flows/ids.ts';
import { createSealer } from '../inbound/sealed-cookie.ts';
import { createSessionCookie, type SessionCookie } from '../inbound/session-cookie.ts';
import { keptTime } from './kept-sign-in.ts';

/** `ended`: no code can be tried any more. */
const told = z.discriminatedUnion('is', [
  z.object({ is: z.literal('wrong'), left: z.number() }),
  z.object({
    is: z.literal([
      'not-a-code',
      'not-a-recovery-code',
      'expired',
      'busy',
      'resent',
      'too-soon',
      'ended',
      'unreachable',
    ]),
  }),
]);

const kept = z.object({
  id: z.string(),
  kind: z.enum(['reset', 'unlock']),
  claim: z.string().optional(),
  until: keptTime,
  /** When the last code was asked for. */
  codeAt: keptTime,
  told: told.optional(),
  /**
   * The name is not looked at yet: too many come. `from`: when this one is let in. `isSlow`: the browser computed nothing. `isIn`: its
   * network has let it pass.
   */
  waits: z.object({ name: z.string(), isSlow: z.boolean(), isIn: z.boolean(), from: keptTime }).optional(),
});

export type RecoveryTold = z.output<typeof told>;
export type KeptRecovery = z.output<typeof kept>;

export interface RecoveryCookieParts {
  /** 32 bytes each, derived for this cookie alone: the first seals, all open. */
  readonly cookieKeys: readonly Uint8Array[];
  readonly clock: { now(): Instant };
  readonly publicUrl: string;
}

/** No other site sends a browser here with it. */
export const createRecoveryCookie = ({
  cookieKeys,
  clock,
  publicUrl,
}: RecoveryCookieParts): SessionCookie<KeptRecovery> =>
  createSessionCookie<KeptRecovery>({
    ...{ name: 'latchkey_recover', path: '/recover', schema: kept, sealer: createSealer(cookieKeys, clock), clock },
    ...{ isSecure: publicUrl.startsWith('https:'), sameSite: 'strict' },
  });
