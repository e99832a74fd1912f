// What is made, what is stored of it, and what a typed code is compared with.
import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import type { Deliver } from '../../src/engine/deliver.ts';
import { checkRecoveryCode, makeRecoveryCodes } from '../../src/engine/recovery-codes.ts';
import type { FlowEvent } from '../../src/flows/event.ts';
import { accountId, type Instant, later } from '../../src/flows/ids.ts';
import type { Flow } from '../../src/flows/state.ts';
import type { RecoveryCodes } from '../../src/flows/store.ts';
import { createLogger } from '../../src/observability/logger.ts';
import { createSigningKeys } from '../../src/signing-keys.ts';
import { readRecoveryCode } from '../../src/text/recovery-code.ts';
import { account, email, jane, noon, thisFlow } from '../flows/cast.ts';

const flow: Flow = {
  ...{ id: thisFlow, kind: 'reset', actor: jane, startedAt: noon, version: 7 },
  state: {
    ...{ at: 'checking-recovery-code', account, contacts: [] },
    first: { channel: 'email', at: noon, contact: email.ref, recoveryCodes: 10 },
    ...{ checkUntil: later(noon, 45), until: later(noon, 900) },
  },
};

const unavailable = () => Promise.reject(Object.assign(new Error('locked'), { name: 'StoreUnavailable' }));

/** A desk over a store in memory, which keeps what it was given. */
function deskWith(keys: readonly Uint8Array[], store: Partial<RecoveryCodes> = {}) {
  const kept: string[] = [];
  const told: FlowEvent[] = [];
  const until: Instant[] = [];
  const lines: string[] = [];
  const log = createLogger({ level: 'trace', stream: { write: (line: string) => void lines.push(line) } });
  const codes: RecoveryCodes = {
    make: async (_account, hashes) => {
      kept.splice(0, kept.length, ...hashes);
      return 'made';
    },
    use: async (_account, candidates, _now, madeUntil) => {
      until.push(madeUntil);
      const found = kept.findIndex((hash) => candidates.includes(hash));
      if (found < 0) return { is: 'unknown' };
      kept.splice(found, 1);
      return { is: 'used', left: kept.length };
    },
    find: async () => ({ left: kept.length, madeAt: noon }),
    ...store,
  };
  const deliver: Deliver = async (_flow, event, { asOf } = {}) => {
    expect(asOf).toBe(flow.version);
    told.push(event);
    return { kind: 'unknown' };
  };
  const parts = {
    ...{ codes, keys: createSigningKeys(keys), random: randomBytes, coolOffHours: 24 },
    ...{ clock: { now: () => noon }, deliver, log },
  };
  const check = (code: string, of = account) => checkRecoveryCode(flow, of, readRecoveryCode(code) ?? '', parts);
  return { parts, kept, told, until, lines, check, make: () => makeRecoveryCodes(account, noon, parts) };
}

const aKey = randomBytes(32);

async function madeBy(desk: ReturnType<typeof deskWith>): Promise<readonly string[]> {
  const made = await desk.make();
  return made === 'frozen' ? [] : made.codes;
}

it('ten different codes are made, and only keyed hashes of them are stored', async () => {
  const desk = deskWith([aKey]);
  const made = await madeBy(desk);
  expect(new Set(made).size).toBe(10);
  expect(new Set(desk.kept).size).toBe(10);
  for (const hash of desk.kept) expect(hash).toMatch(/^[\w-]{43}$/);
  const stored = desk.kept.join();
  for (const code of made) {
    expect(stored).not.toContain(code);
    expect(stored.toLowerCase()).not.toContain(readRecoveryCode(code));
  }
});

it('none are shown where the account is frozen', async () => {
  expect(await deskWith([aKey], { make: async () => 'frozen' }).make()).toBe('frozen');
});

it('a right code is reported with how many are left, and works once', async () => {
  const desk = deskWith([aKey]);
  const [code = ''] = await madeBy(desk);
  await desk.check(code);
  await desk.check(code);
  expect(desk.told).toEqual([{ type: 'recovery-code.accepted', left: 9 }, { type: 'recovery-code.rejected' }]);
});

it('codes rest like a new contact, and their owner is told until when', async () => {
  const desk = deskWith([aKey]);
  expect(await desk.make()).toMatchObject({ usableFrom: later(noon, 24 * 3600) });
  await desk.check('00000-0000-0000');
  expect(desk.until).toEqual([later(noon, -24 * 3600)]);
  expect(await makeRecoveryCodes(account, noon, { ...desk.parts, coolOffHours: 0 })).not.toHaveProperty('usableFrom');
});

it('a code is right for its own account only', async () => {
  const desk = deskWith([aKey]);
  const [code = ''] = await madeBy(desk);
  await desk.check(code, accountId('auth0|other'));
  expect(desk.told).toEqual([{ type: 'recovery-code.rejected' }]);
});

it('a code that was made with an earlier key still works, and one of a key that is gone does not', async () => {
  const before = deskWith([aKey]);
  const [code = '', another = ''] = await madeBy(before);
  const rotated = deskWith([randomBytes(32), aKey], before.parts.codes);
  await rotated.check(code);
  expect(rotated.told).toEqual([{ type: 'recovery-code.accepted', left: 9 }]);
  const gone = deskWith([randomBytes(32)], before.parts.codes);
  await gone.check(another);
  expect(gone.told).toEqual([{ type: 'recovery-code.rejected' }]);
});

it('a hash of a code is no mark for any other purpose', async () => {
  const desk = deskWith([aKey]);
  const [code = ''] = await madeBy(desk);
  const text = `${account} ${readRecoveryCode(code)}`;
  expect(desk.parts.keys.verify('recovery-code', text, desk.kept[0] ?? '')).toBe(true);
  expect(desk.parts.keys.verify('link', text, desk.kept[0] ?? '')).toBe(false);
});

it('a database in trouble leads back to the input', async () => {
  const desk = deskWith([aKey], { use: unavailable });
  await desk.check('00000-0000-0000');
  expect(desk.told).toEqual([{ type: 'recovery-code.unchecked' }]);
});

it('nothing that was typed is logged, whatever happens', async () => {
  const desk = deskWith([aKey], { use: unavailable });
  await desk.check('028T5-CY4T-QKFF');
  await checkRecoveryCode(flow, account, '028t5cy4tqkff', { ...desk.parts, deliver: unavailable });
  expect(desk.lines.length).toBeGreaterThan(1);
  expect(desk.lines.join('')).not.toMatch(/028T5/i);
});
