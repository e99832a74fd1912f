// What the pages under /recover and the REST flow have answered in a story, and what must hold of every such answer.
import { expect } from 'vitest';
import type { World } from './world.ts';

export interface WebAnswer {
  readonly path: string;
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
  readonly at: number;
}

const setCookiesOf = ({ answers }: World): readonly string[] =>
  answers.flatMap(({ headers }) => headers.getSetCookie());

/** The values of the sessions' cookies: whoever has one goes on in place of its person. */
export const cookiesOf = (world: World): readonly string[] =>
  setCookiesOf(world).flatMap((cookie) => /^[^=]+=([^;]{20,})/.exec(cookie)?.[1] ?? []);

/** What opens the page for a new password: the part of a link after the dot. */
export const linkKeysOf = ({ answers }: World): readonly string[] =>
  answers.flatMap(({ body }) => [...body.matchAll(/\/go\/[\w-]+\.([\w-]{43})/g)].map(([, key = '']) => key));

export function expectWebRules(world: World, isTroubled: boolean): void {
  const { answers } = world;
  const failed = answers.filter(({ status }) => status >= 500).map(({ path, status }) => `${status} ${path}`);
  if (!isTroubled) expect(failed, 'answers that failed').toEqual([]);
  const kept = answers.filter(({ headers }) => headers.get('cache-control') !== 'no-store').map(({ path }) => path);
  expect(kept, 'answers that a browser may keep').toEqual([]);
  const open = setCookiesOf(world).filter((set) => !/; HttpOnly/i.test(set) || !/; SameSite=Strict/i.test(set));
  expect(open, 'cookies that scripts or other sites can use').toEqual([]);
  expectNoContactBeforeCode(world);
}

/** Whether there is an account, and which contacts it has, is for whoever has typed the code. */
function expectNoContactBeforeCode({ answers, auth0 }: World): void {
  const accepted = auth0.control.requests.find(
    ({ path, bodyKeys, status }) => path === '/oauth/token' && bodyKeys.includes('otp') && status === 200,
  );
  const early = answers.filter(
    ({ at, body }) => body.includes('•••') && at < (accepted?.at ?? Number.POSITIVE_INFINITY),
  );
  expect(
    early.map(({ path }) => path),
    'a contact shown before a code was accepted',
  ).toEqual([]);
}
