// This release reads everything that was ever stored, and the previous release reads what this one stores, wherever the
// older format can express it. test/store/released has the rows and the schema of each version, written by the release
// that introduced it; those of a released version never change. A change to what is stored needs a new version in
// src/store/versions.ts; only its files are written with `-u`.
import { readdirSync, readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { createHomeVisits } from '../../src/adapters/slack/home-visits.ts';
import { readMessagePlace as readSlackMessage, readWindowPlace } from '../../src/adapters/slack/surface-refs.ts';
import { createReferenceStore } from '../../src/adapters/teams/reference-store.ts';
import { readMessagePlace as readTeamsMessage } from '../../src/adapters/teams/surface-refs.ts';
import { actorId, instant } from '../../src/flows/ids.ts';
import type { ConversationReferences } from '../../src/flows/store.ts';
import {
  decodeEffect,
  decodeState,
  type Encoded,
  effectVersion,
  encodeEffect,
  encodeState,
  stateVersion,
} from '../../src/store/codec.ts';
import { effectSchema, stateSchema } from '../../src/store/state-schema.ts';
import { anyEffect, anyState } from './state-arbitrary.ts';
import { examplesOf, type Shape } from './stored-examples.ts';

const folder = new URL('released/', import.meta.url);
const read = (file: string): string => readFileSync(new URL(file, folder), 'utf8');
const versions = (newest: number) => Array.from({ length: newest }, (_, index) => index + 1);

function keepsItsPast<T>(
  name: 'state' | 'effect',
  kind: {
    readonly schema: z.ZodType<T>;
    readonly newest: number;
    readonly encode: (flow: string, value: T) => Encoded;
    readonly decode: (flow: string, text: string) => T;
    readonly any: fc.Arbitrary<T>;
  },
): void {
  const { schema, newest, encode, decode, any } = kind;
  const shape: Shape = JSON.parse(JSON.stringify(z.toJSONSchema(schema, { io: 'input' })));
  /** Each example, in the version in which it is written now and as the newest. */
  const examples = examplesOf(shape).map((value) => ({ value, written: encode('f', schema.parse(value)) }));
  const rowsOf = (version: number) => read(`${name}-${version}.rows.jsonl`).trimEnd().split('\n');

  describe(`a stored ${name}`, () => {
    test('has the shape that is recorded for its newest version', async () => {
      const recorded = new URL(`${name}-${newest}.schema.json`, folder).pathname;
      await expect(`${JSON.stringify(shape, null, 2)}\n`).toMatchFileSnapshot(recorded);
    });

    test('is recorded in each variant', async () => {
      const rows = examples.map(({ value }) => JSON.stringify({ v: newest, value }));
      const recorded = new URL(`${name}-${newest}.rows.jsonl`, folder).pathname;
      await expect(`${rows.join('\n')}\n`).toMatchFileSnapshot(recorded);
    });

    test.each(versions(newest))(
      'of version %i is read, and written so that it is read as the same again',
      (version) => {
        for (const row of rowsOf(version)) {
          const value = decode('f', row);
          expect(decode('f', encode('f', value).text)).toEqual(value);
        }
      },
    );

    test.each(versions(newest))(
      'that is written as version %i has exactly the shape that it was released with',
      (version) => {
        const fits = new Ajv2020({ strict: false }).compile(JSON.parse(read(`${name}-${version}.schema.json`)));
        const check = ({ version: written, text }: Encoded) => {
          if (written === version) expect(fits(JSON.parse(text).value), text).toBe(true);
        };
        for (const { written } of examples) check(written);
        fc.assert(fc.property(any, (value) => check(encode('f', value))));
      },
    );
  });
}

keepsItsPast('state', {
  schema: stateSchema,
  newest: stateVersion,
  encode: encodeState,
  decode: decodeState,
  any: anyState,
});
keepsItsPast('effect', {
  schema: effectSchema,
  newest: effectVersion,
  encode: encodeEffect,
  decode: decodeEffect,
  any: anyEffect,
});

describe('the record of what was released', () => {
  const once = { channel: 'email', at: 1 };
  const ended = { closedAt: 1, approvals: [], helpdeskKnows: false };
  const awaitedCode = {
    ...{ account: 'a', contacts: [], contact: 'c', attemptsLeft: 2 },
    ...{ resendFrom: 1, codeUntil: 2, until: 3 },
  };

  test('is whole', () => {
    const files = [
      ...versions(stateVersion).map((version) => `state-${version}`),
      ...versions(effectVersion).map((version) => `effect-${version}`),
    ].flatMap((name) => [`${name}.rows.jsonl`, `${name}.schema.json`]);
    expect(readdirSync(folder).toSorted()).toEqual([...files, 'places-1.json'].toSorted());
  });

  test('an approval is written in version 1, or in version 2 where the account of who approved is known', () => {
    const at = instant(1);
    const state = { at: 'closed', ending: { outcome: 'done', because: 'unlocked' }, closedAt: at } as const;
    const by = actorId({ platform: 'slack', tenant: 'T1', user: 'U1' });
    const approved = (approval: object) =>
      encodeState('f', stateSchema.parse({ ...state, helpdeskKnows: true, approvals: [{ by, at, ...approval }] }));
    expect(approved({})).toMatchObject({ version: 1 });
    expect(approved({ account: 'auth0|1' })).toMatchObject({ version: 2 });
  });

  test('a code that is too old for its request needs version 3, and every other challenge none', () => {
    const challenge = { at: 'challenged', account: 'a', contacts: [], contact: 'c', attemptsLeft: 2 };
    const times = { resendFrom: 1, codeUntil: 2, until: 3 };
    const encoded = (after: string) => encodeState('f', stateSchema.parse({ ...challenge, ...times, after }));
    expect(encoded('too-old')).toMatchObject({ version: 3 });
    expect(encoded('expired')).toMatchObject({ version: 1 });
  });

  test.each([
    ['a contact to choose', { at: 'choosing-contact', account: 'a', contacts: [], until: 1 }, 'first'],
    [
      'a code that is sent',
      { at: 'sending', account: 'a', contacts: [], contact: 'c', delayed: false, until: 1 },
      'first',
    ],
    ['a code that is awaited', { ...awaitedCode, at: 'challenged', after: 'sent' }, 'first'],
    ['a code that is checked', { ...awaitedCode, at: 'checking', checkUntil: 1 }, 'first'],
    ['a look at the account', { at: 'inspecting', account: 'a', proof: once, delayed: false, until: 1 }, 'remaining'],
    [
      'a look at the account after two proofs',
      { at: 'inspecting', account: 'a', proof: once, delayed: false, until: 1 },
      'proof',
    ],
    [
      'a link',
      { at: 'link-ready', account: 'a', proof: once, approvals: [], link: 'l', retried: false, until: 1 },
      'proof',
    ],
    ['an end', { at: 'closed', ending: { outcome: 'expired', because: 'flow' }, ...ended }, 'isHalfProven'],
    ['an end after two proofs', { at: 'closed', ending: { outcome: 'expired', because: 'link' }, ...ended }, 'proof'],
  ] as const)('%s needs version 4 where two proofs are asked for, and version 1 where not', (_what, state, field) => {
    const values = {
      first: { ...once, contact: 'c', recoveryCodes: 0 },
      remaining: { proven: 'c', contacts: [] },
      proof: { channel: 'recovery-code', at: 2, first: once, codesLeft: 9 },
      isHalfProven: true,
    };
    const encoded = (value: object) => encodeState('f', stateSchema.parse(value));
    expect(encoded(state)).toMatchObject({ version: 1 });
    expect(encoded({ ...state, [field]: values[field] })).toMatchObject({ version: 4 });
  });

  test.each(['entering-recovery-code', 'checking-recovery-code'] as const)('%s needs version 4', (at) => {
    const state = { at, account: 'a', contacts: [], first: { ...once, contact: 'c', recoveryCodes: 1 }, until: 1 };
    const more = at === 'checking-recovery-code' ? { checkUntil: 1 } : { after: 'asked' };
    expect(encodeState('f', stateSchema.parse({ ...state, ...more }))).toMatchObject({ version: 4 });
  });

  test('a link to a page of ours needs version 4, and one to the provider’s page version 1', () => {
    const link = { at: 'link-ready', account: 'a', proof: once, approvals: [], link: 'l', retried: false, until: 1 };
    const encoded = (value: object) => encodeState('f', stateSchema.parse(value));
    expect(encoded(link)).toMatchObject({ version: 1 });
    expect(encoded({ ...link, isHere: true })).toMatchObject({ version: 4 });
  });

  test.each([
    ['choosing-password', { until: 1 }],
    ['setting-password', { since: 1, setUntil: 2, until: 3 }],
    ['confirming-password', { since: 1, linkUntil: 2, until: 3 }],
  ] as const)('%s needs version 4', (at, times) => {
    const page = { account: 'a', proof: once, approvals: [], link: 'l', left: 5 };
    expect(encodeState('f', stateSchema.parse({ at, ...page, ...times }))).toMatchObject({ version: 4 });
  });

  test.each([
    { outcome: 'refused', because: 'passwords-refused' },
    { outcome: 'failed', because: 'password-unconfirmed' },
  ])('an end because of a password that was not set needs version 4: $because', (ending) => {
    expect(encodeState('f', stateSchema.parse({ at: 'closed', ending, ...ended }))).toMatchObject({ version: 4 });
  });

  test('a look at a password needs version 2 of an effect', () => {
    const effect = effectSchema.parse({ do: 'look-at-password', account: 'a', since: 1 });
    expect(encodeEffect('f', effect)).toMatchObject({ version: 2 });
  });

  test('an end for want of a second proof needs version 4', () => {
    const ending = { outcome: 'refused', because: 'second-proof-impossible' };
    expect(encodeState('f', stateSchema.parse({ at: 'closed', ending, ...ended }))).toMatchObject({ version: 4 });
  });

  test('the check of a recovery code needs version 2 of an effect', () => {
    const effect = (what: string) => effectSchema.parse({ do: what, account: 'a' });
    expect(encodeEffect('f', effect('check-recovery-code'))).toMatchObject({ version: 2 });
    expect(encodeEffect('f', effect('inspect-account'))).toMatchObject({ version: 1 });
  });

  test('a change of version 1 is read without what is not told any more, and is given to version 1 as not locked', () => {
    const ending = { outcome: 'done', because: 'password-changed', changedAt: 1, sessions: 'asked' };
    const value = { at: 'closed', ending, closedAt: 2, approvals: [], helpdeskKnows: false };
    const old = (stillLocked: boolean) =>
      JSON.stringify({ v: 1, value: { ...value, ending: { ...ending, stillLocked } } });
    const state = decodeState('f', old(true));
    expect(state).toEqual(value);
    expect(JSON.parse(encodeState('f', state).text)).toEqual(JSON.parse(old(false)));
  });
});

describe('where things stand', () => {
  const places: Readonly<Record<string, string>> = JSON.parse(read('places-1.json'));
  const place = (name: string): string => places[name] ?? '';
  const keeping = (text: string): ConversationReferences => ({
    keep: async () => undefined,
    find: async () => text,
    forget: async () => undefined,
    latest: async () => text,
  });
  const clock = { now: () => instant(1_800_000_000_001) };
  const jane = actorId({ platform: 'slack', tenant: 'T1', user: 'U1' });

  test('is read as the first release wrote it, on Slack', async () => {
    expect(readSlackMessage(place('slackMessage'))).toEqual({ channel: 'C0123', ts: '1800000000.000100' });
    expect(readWindowPlace(place('slackWindow'))).toBe('V0123');
    expect(await createHomeVisits(keeping(place('slackHomeVisit')), clock).isRecent(jane)).toBe(true);
  });

  test('is read as the first release wrote it, in Teams', async () => {
    expect(readTeamsMessage(place('teamsMessage'))).toMatchObject({ activityId: '1', tenantId: 'T1' });
    const references = createReferenceStore(keeping(place('teamsReference')), clock);
    expect(await references.find(jane)).toMatchObject({ conversationId: 'a:1', userId: '29:1', isPersonal: true });
  });

  test('is read with what a later release has added to it', async () => {
    const grown = (name: string) => JSON.stringify({ ...JSON.parse(place(name)), sinceThen: true });
    expect(readSlackMessage(grown('slackMessage'))).toBeDefined();
    expect(readWindowPlace(grown('slackWindow'))).toBeDefined();
    expect(readTeamsMessage(grown('teamsMessage'))).toBeDefined();
    expect(await createReferenceStore(keeping(grown('teamsReference')), clock).find(jane)).toBeDefined();
    expect(await createHomeVisits(keeping(grown('slackHomeVisit')), clock).isRecent(jane)).toBe(true);
  });
});
