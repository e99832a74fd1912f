// Looks for everything secret that came up in a story, in everything that was written down or shown where others can read.
import { existsSync, readFileSync } from 'node:fs';
import { expect } from 'vitest';
import type { Message } from '../../playground/slack/world.ts';
import { addresses } from './people.ts';
import type { World } from './world.ts';

/** Every http address anywhere in a value. Of a message only what stands there now. */
export function linksIn(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(linksIn);
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value).flatMap(([key, member]) => (key === 'earlier' ? [] : linksIn(member)));
  }
  return typeof value === 'string' ? (value.match(/https?:\/\/[^\s<>|"')\]]+/g) ?? []) : [];
}

export async function expectNoLeak(world: World): Promise<void> {
  const secrets = secretsOf(world);
  const metrics = await (await fetch(`${world.url}/metrics`)).text();
  expect(found(secrets, world.logged()), 'in the log').toEqual([]);
  expect(found(secrets, kept(world)), 'in the database file').toEqual([]);
  expect(found(secrets, metrics), 'in the metrics').toEqual([]);
  expect(found(secrets, inChannels(world)), 'in a channel').toEqual([]);
  // Not even in private: of all secrets only the link is ever handed to the platform.
  const handed = JSON.stringify(world.slack.control.requests.map(({ args }) => args));
  expect(found({ ...secrets, links: [] }, handed), 'handed to the platform').toEqual([]);
}

interface Secrets {
  readonly codes: readonly string[];
  readonly addresses: readonly string[];
  readonly links: readonly string[];
  readonly others: readonly string[];
}

function secretsOf({ auth0, slack, planted }: World): Secrets {
  const isCode = (text: string): boolean => /^\d{4,12}$/.test(text);
  const sent = auth0.control.outbox.flatMap(({ code }) => (code === undefined ? [] : [code]));
  const posted = slack.control.requests.flatMap(({ args }) => linksIn(args));
  return {
    codes: [...new Set([...sent, ...[...planted].filter(isCode)])],
    addresses: addresses.flatMap((address) => [address, address.replace('@', '%40'), address.replace('+', '%2B')]),
    // The mark is what opens the link; the flow's id before it is no secret.
    links: posted.flatMap((url) => /\/go\/[\w-]+\.([\w-]+)/.exec(url)?.[1] ?? []),
    others: [...planted].filter((secret) => !isCode(secret)),
  };
}

/** Tokens and tickets are known by their shape, whoever made them. */
const shapes: readonly RegExp[] = [/eyJ[\w-]{12,}\.[\w-]*/, /reset-verify/, /xoxb-\w/, /[?&]ticket=/];

function found(secrets: Secrets, text: string): string[] {
  const plain = [...secrets.addresses, ...secrets.links, ...secrets.others].filter((secret) => text.includes(secret));
  // Digits that stand in a longer number, a time or a fraction are no code.
  const digits = secrets.codes.filter((code) => new RegExp(`(?<![\\d.:-])${code}(?!\\d)`).test(text));
  const shaped = shapes.flatMap((shape) => shape.exec(text)?.[0] ?? []);
  return [...plain, ...digits, ...shaped].map((secret) => `${secret} in …${around(text, secret)}…`);
}

const around = (text: string, secret: string): string => {
  const at = text.indexOf(secret);
  return text.slice(Math.max(0, at - 120), at + secret.length + 40);
};

const kept = ({ databaseFile }: World): string =>
  ['', '-wal', '-shm']
    .map((ending) => databaseFile + ending)
    .filter((file) => existsSync(file))
    .map((file) => readFileSync(file).toString('latin1'))
    .join('\n');

/** Every version of every message in every channel, and what only single persons saw there. */
function inChannels({ slack }: World): string {
  const channels = slack.control.channels.filter(({ kind }) => kind !== 'im');
  const messages = channels.flatMap(({ id, members }): readonly Message[] => [
    ...slack.control.messages(id),
    ...[...members].flatMap((member) => slack.control.ephemerals(id, member)),
  ]);
  return JSON.stringify(messages);
}
