// What a browser keeps while it is on its way through a fresh sign-in, in a sealed cookie.
import { z } from 'zod';
import { accountId, flowId, instant } from '../flows/ids.ts';

export const keptTime = z.number().transform(instant);
/** Every browser session has an id of its own. The tokens in its forms are derived from it. */
export const keptShared = { id: z.string(), flow: z.string().transform(flowId), until: keptTime };

export const keptSignIn = z.object({
  ...keptShared,
  at: z.literal('signing-in'),
  /** Of the link, so that the sign-in can be tried again. */
  token: z.string(),
  /** What the person pressed in the chat of an enrolment: that part of the list is shown first. */
  wish: z.enum(['email', 'phone', 'remove']).optional(),
  /** Absent when the sign-in has ended. */
  pending: z.object({ state: z.string(), nonce: z.string(), verifier: z.string(), startedAt: keptTime }).optional(),
  /** The query with which the provider sent the browser back. It is redeemed once. */
  returned: z.string().optional(),
  /** Redeemed; how it was made is not known yet. */
  signIn: z
    .object({
      account: z.string().transform(accountId),
      session: z.string().optional(),
      from: z.number(),
      signedInAt: z.number(),
      until: z.number(),
      returnedAt: keptTime,
    })
    .optional(),
  /** Why it came to nothing. */
  because: z.enum(['foreign', 'denied', 'mismatched', 'not-fresh', 'other-way', 'unreachable', 'refused']).optional(),
});
export type KeptSignIn = z.output<typeof keptSignIn>;
