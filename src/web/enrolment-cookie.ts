// What the browser keeps during an enrolment, in one sealed cookie: who is on the way to the sign-in, or who has signed in; and what
// was typed, until it has been dealt with. It names one request. Nothing of it is stored here.
import { z } from 'zod';
import { accountId, contactRef, type Instant } from '../flows/ids.ts';
import type { Sealer } from '../inbound/sealed-cookie.ts';
import { createSessionCookie, type SessionCookie } from '../inbound/session-cookie.ts';
import { keptShared, keptSignIn, keptTime } from './kept-sign-in.ts';

const channel = z.enum(['email', 'sms']);

/** What came of the last press, for the next page. `typed`: what stays in the field. */
const told = z.discriminatedUnion('is', [
  z.object({
    is: z.literal('not-taken'),
    channel,
    typed: z.string(),
    because: z.enum(['empty', 'malformed', 'own-domain', 'blocked-domain', 'country', 'not-a-mobile', 'already-yours']),
  }),
  z.object({ is: z.literal(['unreachable', 'refused']), channel: channel.optional(), typed: z.string().optional() }),
  z.object({ is: z.literal('limited'), again: keptTime, channel: channel.optional(), typed: z.string().optional() }),
  z.object({ is: z.literal('not-a-code') }),
]);

const signedIn = z.object({
  ...keptShared,
  at: z.literal('signed-in'),
  account: z.string().transform(accountId),
  address: z.object({ channel, address: z.string() }).optional(),
  told: told.optional(),
  /** The contact about which the page asks whether to remove it. */
  asked: z.string().transform(contactRef).optional(),
  /** The form whose recovery codes were shown. It gives no others. */
  codesOf: z.string().optional(),
});

const kept = z.discriminatedUnion('at', [keptSignIn, signedIn]);

export type Told = z.output<typeof told>;
export type SignedIn = z.output<typeof signedIn>;
export type Kept = z.output<typeof kept>;

export type EnrolmentCookie = SessionCookie<Kept>;

export const createEnrolmentCookie = (sealer: Sealer, clock: { now(): Instant }, isSecure: boolean): EnrolmentCookie =>
  createSessionCookie<Kept>({
    ...{ name: 'latchkey_enrol', path: '/enrol', schema: kept, sealer, clock, isSecure },
    shorten: withoutTold,
  });

const withoutTold = (value: Kept): Kept => {
  if (value.at !== 'signed-in') return value;
  const { told: _, ...rest } = value;
  return rest;
};
