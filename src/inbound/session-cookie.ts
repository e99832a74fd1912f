// One sealed cookie in which a browser keeps what it needs for one request. Nothing of it is stored here.
import { randomBytes } from 'node:crypto';
import type {} from '@fastify/cookie';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { type Instant, later } from '../flows/ids.ts';
import type { Sealer } from './sealed-cookie.ts';

export interface SessionCookie<Kept> {
  read(request: FastifyRequest): Promise<Kept | undefined>;
  /** What can be spared is left out if it is too long to keep. */
  write(reply: FastifyReply, value: Kept): Promise<void>;
  clear(reply: FastifyReply): void;
}

export interface SessionCookieParts<Kept extends { readonly until: Instant }> {
  readonly name: string;
  /** Only requests below this path carry it. */
  readonly path: string;
  readonly schema: z.ZodType<Kept>;
  readonly sealer: Sealer;
  readonly clock: { now(): Instant };
  readonly isSecure: boolean;
  /** `lax` where another site sends the browser back. */
  readonly sameSite?: 'lax' | 'strict';
  /** Without what can be spared. */
  shorten?(value: Kept): Kept;
}

const cookieSeconds = 15 * 60;

/** A new id, and the end of the cookie: for every change of who is signed in. */
export const freshSession = (now: Instant): { readonly id: string; readonly until: Instant } => ({
  id: randomBytes(16).toString('base64url'),
  until: later(now, cookieSeconds),
});

export function createSessionCookie<Kept extends { readonly until: Instant }>({
  name,
  path,
  schema,
  sealer,
  clock,
  isSecure,
  sameSite = 'lax',
  shorten = (value) => value,
}: SessionCookieParts<Kept>): SessionCookie<Kept> {
  const attributes = { path, httpOnly: true, secure: isSecure, sameSite } as const;
  return {
    async read(request) {
      const sealed = request.cookies[name];
      return sealed === undefined ? undefined : schema.safeParse(await sealer.open(sealed)).data;
    },
    async write(reply, value) {
      const sealed = (await sealer.seal(value, value.until)) ?? (await sealer.seal(shorten(value), value.until));
      if (sealed === undefined) throw new Error('too long for a cookie');
      const maxAge = Math.max(0, Math.floor((value.until - clock.now()) / 1000));
      reply.setCookie(name, sealed, { ...attributes, maxAge });
    },
    clear: (reply) => void reply.clearCookie(name, attributes),
  };
}
