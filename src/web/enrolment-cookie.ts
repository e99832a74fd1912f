// What the browser keeps during an enrolment, in one sealed cookie: who is on the way to the sign-in, or who has signed in; and what
// was typed, until it has been dealt with. It names one request. Nothing of it is stored here.
import { randomBytes } from 'node:crypto';
import type {} from '@fastify/cookie';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { accountId, contactRef, flowId, type Instant, instant, later } from '../flows/ids.ts';
import type { Sealer } from './sealed-cookie.ts';

const time = z.number().transform(instant);
const channel = z.enum(['email', 'sms']);
/** Every browser session has an id of its own. The tokens in its forms are derived from it. */
const shared = { id: z.string(), flow: z.string().transform(flowId), until: time };

/** What came of the last press, for the next page. `typed`: what stays in the field. */
const told = z.discriminatedUnion('is', [
  z.object({
    is: z.literal('not-taken'),
    channel,
    typed: z.string(),
    because: z.enum(['empty', 'malformed', 'own-domain', 'blocked-domain', 'country', 'not-a-mobile', 'already-yours']),
  }),
  z.object({ is: z.literal(['unreachable', 'refused']), channel: channel.optional(), typed: z.string().optional() }),
  z.object({ is: z.literal('limited'), again: time, channel: channel.optional(), typed: z.string().optional() }),
  z.object({ is: z.literal('not-a-code') }),
]);

/** What the person pressed in the chat: that part of the list is shown first. */
const wish = z.enum(['email', 'phone', 'remove']).optional();

const signedIn = z.object({
  ...shared,
  at: z.literal('signed-in'),
  account: z.string().transform(accountId),
  address: z.object({ channel, address: z.string() }).optional(),
  told: told.optional(),
  /** The contact about which the page asks whether to remove it. */
  asked: z.string().transform(contactRef).optional(),
  /** The form whose recovery codes were shown. It gives no others. */
  codesOf: z.string().optional(),
});

const kept = z.discriminatedUnion('at', [
  z.object({
    ...shared,
    at: z.literal('signing-in'),
    /** Of the link, so that the sign-in can be tried again. */
    token: z.string(),
    wish,
    /** Absent when the sign-in has ended. */
    pending: z.object({ state: z.string(), nonce: z.string(), verifier: z.string(), startedAt: time }).optional(),
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
        returnedAt: time,
      })
      .optional(),
    /** Why it came to nothing. */
    because: z.enum(['foreign', 'denied', 'mismatched', 'not-fresh', 'other-way', 'unreachable', 'refused']).optional(),
  }),
  signedIn,
]);

export type Told = z.output<typeof told>;
export type SignedIn = z.output<typeof signedIn>;
export type Kept = z.output<typeof kept>;

export interface EnrolmentCookie {
  read(request: FastifyRequest): Promise<Kept | undefined>;
  /** What was typed is left out if it is too long to keep. */
  write(reply: FastifyReply, value: Kept): Promise<void>;
  clear(reply: FastifyReply): void;
}

const cookieName = 'latchkey_enrol';
const cookieSeconds = 15 * 60;

/** A new id, and the end of the cookie: for every change of who is signed in. */
export const freshSession = (now: Instant): { readonly id: string; readonly until: Instant } => ({
  id: randomBytes(16).toString('base64url'),
  until: later(now, cookieSeconds),
});

export function createEnrolmentCookie(sealer: Sealer, clock: { now(): Instant }, isSecure: boolean): EnrolmentCookie {
  const attributes = { path: '/enrol', httpOnly: true, secure: isSecure, sameSite: 'lax' } as const;
  return {
    async read(request) {
      const sealed = request.cookies[cookieName];
      return sealed === undefined ? undefined : kept.safeParse(await sealer.open(sealed)).data;
    },
    async write(reply, value) {
      const sealed = (await sealer.seal(value, value.until)) ?? (await sealer.seal(withoutTold(value), value.until));
      if (sealed === undefined) throw new Error('too long for a cookie');
      const maxAge = Math.max(0, Math.floor((value.until - clock.now()) / 1000));
      reply.setCookie(cookieName, sealed, { ...attributes, maxAge });
    },
    clear: (reply) => void reply.clearCookie(cookieName, attributes),
  };
}

const withoutTold = (value: Kept): Kept => {
  if (value.at !== 'signed-in') return value;
  const { told: _, ...rest } = value;
  return rest;
};
