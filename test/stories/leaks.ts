// Searches for every secret of a story in everything that was stored, logged or shown where others can read it.
import { existsSync, readFileSync } from 'node:fs';
import { expect } from 'vitest';
import { linksIn } from './links.ts';
import { addresses } from './people.ts';
import { recordersOf } from './recorder.ts';
import { cookiesOf, linkKeysOf } from './web-answers.ts';
import type { World } from './world.ts';

export async function expectNoLeak(world: World): Promise<void> {
  const secrets = secretsOf(world);
  const metrics = await (await fetch(`${world.url}/metrics`)).text();
  expect(found(secrets, world.logged()), 'in the log').toEqual([]);
  expect(found(secrets, kept(world)), 'in the database file').toEqual([]);
  expect(found(secrets, metrics), 'in the metrics').toEqual([]);
  for (const { name, inChannels, handed } of recordersOf(world)) {
    expect(found(secrets, JSON.stringify(inChannels())), `in a channel of ${name}`).toEqual([]);
    // Not even in private: the link is the only secret that the platform ever receives.
    expect(found({ ...secrets, links: [] }, JSON.stringify(handed())), `handed to ${name}`).toEqual([]);
  }
  // Nor to a browser or a program, which keep the session's cookie beside it. Where a redirect leads to is in no body.
  const answers = world.answers.map(({ path, body }) => `${path} ${body}`).join('\n');
  expect(found({ ...secrets, links: [] }, answers), 'answered on the web').toEqual([]);
}

interface Secrets {
  readonly codes: readonly string[];
  readonly addresses: readonly string[];
  readonly links: readonly string[];
  readonly others: readonly string[];
}

function secretsOf(world: World): Secrets {
  const { auth0, planted } = world;
  const isCode = (text: string): boolean => /^\d{4,12}$/.test(text);
  const sent = auth0.control.outbox.flatMap(({ code }) => (code === undefined ? [] : [code]));
  const posted = recordersOf(world).flatMap(({ handed }) => linksIn(handed()));
  return {
    codes: [...new Set([...sent, ...[...planted].filter(isCode)])],
    addresses: addresses.flatMap((address) => [address, address.replace('@', '%40'), address.replace('+', '%2B')]),
    // The part after the dot opens the link; the flow's id before it is no secret.
    links: [
      ...posted.flatMap((url) => /\/(?:go|enrol|enrol\/not-me)\/[\w-]+\.([\w-]{43})/.exec(url)?.[1] ?? []),
      ...linkKeysOf(world),
    ],
    others: [...[...planted].filter((secret) => !isCode(secret)), ...cookiesOf(world)],
  };
}

/** Tokens and tickets are recognised by their format, whoever issued them. */
const shapes: readonly RegExp[] = [/(?<![\w-])eyJ[\w-]{12,}\.[\w-]*/, /reset-verify/, /xoxb-\w/, /[?&]ticket=/];

function found(secrets: Secrets, text: string): string[] {
  const plain = [...secrets.addresses, ...secrets.links, ...secrets.others].filter((secret) => text.includes(secret));
  const digits = secrets.codes.filter((code) => text.includes(code) && standsAlone(code).test(text));
  const shaped = shapes.flatMap((shape) => shape.exec(text)?.[0] ?? []);
  return [...plain, ...digits, ...shaped].map((secret) => `${secret} in …${around(text, secret)}…`);
}

/** Digits within a longer number, a time or a fraction are not a code. */
const standsAlone = (code: string): RegExp => new RegExp(`(?<![\\d.:-])${code}(?!\\d)`);

const around = (text: string, secret: string): string => {
  const at = text.indexOf(secret);
  return text.slice(Math.max(0, at - 120), at + secret.length + 40);
};

/** Most bytes of every database page are zero: they are left out, so that a hundred searches are fast. */
const kept = ({ databaseFile }: World): string =>
  ['', '-wal', '-shm']
    .map((ending) => databaseFile + ending)
    .filter((file) => existsSync(file))
    .map((file) =>
      readFileSync(file)
        .toString('latin1')
        .replace(/\0{9,}/g, '\0'),
    )
    .join('\n');
