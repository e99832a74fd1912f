// What a browser keeps for us cannot be read, changed, made or used in another place or time.
import { EncryptJWT, UnsecuredJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { later } from '../../src/flows/ids.ts';
import { createSealer } from '../../src/inbound/sealed-cookie.ts';
import { createSigningKeys, deriveKeys } from '../../src/signing-keys.ts';
import { createEnrolment, keyOf, linkToken, start } from './enrolment-stand-in.ts';

const clock = { at: start, now: () => clock.at };
const until = later(start, 900);
const sealer = (...signs: string[]) => createSealer(signs.map(keyOf), clock);
const sealedBy = async (sign: string, value: unknown = { secret: 'plantedSecret' }) =>
  (await sealer(sign).seal(value, until)) ?? 'too long';

describe('a sealed value', () => {
  it('opens to what was sealed, and shows nothing of it', async () => {
    const sealed = await sealedBy('a');
    expect(await sealer('a').open(sealed)).toEqual({ secret: 'plantedSecret' });
    expect(sealed + Buffer.from(sealed, 'base64url').toString('latin1')).not.toContain('planted');
  });

  it('is as long whatever is in it, and fits into a cookie', async () => {
    const lengths = new Set<number>();
    for (const value of [0, 'x'.repeat(1_000), { a: '\u{1f511}'.repeat(400) }, { a: '"\\'.repeat(500) }]) {
      lengths.add((await sealedBy('a', value)).length);
    }
    expect(lengths.size).toBe(1);
    expect([...lengths][0]).toBeLessThan(3_800);
    expect(await sealer('a').seal('x'.repeat(3_000), until)).toBeUndefined();
  });

  it('is another one every time', async () => expect(await sealedBy('a')).not.toBe(await sealedBy('a')));

  it('of an old key opens while that key is there, and of a retired key never', async () => {
    const old = await sealedBy('a');
    expect(await sealer('b', 'a').open(old)).toEqual({ secret: 'plantedSecret' });
    expect(await sealer('b').open(old)).toBeUndefined();
    const fresh = (await sealer('b', 'a').seal({ secret: 1 }, until)) ?? '';
    expect([await sealer('b').open(fresh), await sealer('a').open(fresh)]).toEqual([{ secret: 1 }, undefined]);
  });

  it('runs out by our clock, to the second', async () => {
    const sealed = await sealedBy('a');
    clock.at = later(until, -1);
    expect(await sealer('a').open(sealed)).toBeDefined();
    clock.at = until;
    expect(await sealer('a').open(sealed)).toBeUndefined();
    clock.at = start;
  });

  it('that was changed anywhere does not open', async () => {
    const sealed = await sealedBy('a');
    for (let at = 0; at < sealed.length; at += 97) {
      const other = sealed[at] === 'A' ? 'B' : 'A';
      expect(await sealer('a').open(`${sealed.slice(0, at)}${other}${sealed.slice(at + 1)}`)).toBeUndefined();
    }
    for (const text of ['', '.', '....', sealed.slice(0, -1), `${sealed}A`, sealed.repeat(2)]) {
      expect(await sealer('a').open(text)).toBeUndefined();
    }
  });

  it('of another purpose does not open: each has its own key', async () => {
    const [cookie, form] = ['enrolment-cookie', 'enrolment-form'].map((purpose) =>
      createSealer(deriveKeys([keyOf('a')], purpose), clock),
    );
    expect(await form?.open((await cookie?.seal(1, until)) ?? '')).toBeUndefined();
    expect(() => createSealer([], clock)).toThrow('no secret keys');
  });

  it('is made by one method only, and always runs out', async () => {
    const kid = JSON.parse(Buffer.from((await sealedBy('a')).split('.')[0] ?? '', 'base64url').toString()).kid;
    const make = (header: { alg: string; enc: string }, key: Uint8Array, claims = {}) =>
      new EncryptJWT({ value: 1, exp: until / 1000, ...claims }).setProtectedHeader({ ...header, kid }).encrypt(key);
    const right = { alg: 'dir', enc: 'A256GCM' };
    expect(await sealer('a').open(await make(right, keyOf('a')))).toBe(1);
    expect(await sealer('a').open(await make(right, keyOf('b')))).toBeUndefined();
    expect(await sealer('a').open(await make(right, keyOf('a'), { exp: undefined }))).toBeUndefined();
    expect(await sealer('a').open(await make({ alg: 'A256KW', enc: 'A256GCM' }, keyOf('a')))).toBeUndefined();
    expect(
      await sealer('a').open(await make({ alg: 'PBES2-HS256+A128KW', enc: 'A256GCM' }, keyOf('a'))),
    ).toBeUndefined();
    expect(await sealer('a').open(new UnsecuredJWT({ value: 1, exp: until / 1000 }).encode())).toBeUndefined();
  });
});

describe('the cookie of an enrolment', () => {
  const started = async (keys = [keyOf('a')]) => {
    const enrolment = await createEnrolment({ keys });
    const browser = enrolment.browser();
    await browser.signIn();
    return { ...enrolment, browser };
  };

  it('that was changed is no session', async () => {
    const { browser, calls } = await started();
    await browser.get('/enrol/contacts');
    const form = browser.hidden('form');
    const right = browser.cookie ?? '';
    browser.cookie = `${right.slice(0, 900)}${right[900] === 'A' ? 'B' : 'A'}${right.slice(901)}`;
    expect((await browser.get('/enrol/contacts')).status).toBe(401);
    expect((await browser.post('/enrol/done', { form })).status).toBe(401);
    expect(calls.map(([name]) => name)).not.toContain('finish');
  });

  it('works on through a change of keys, and ends with the retired key', async () => {
    const { browser } = await started();
    const rotated = (await createEnrolment({ keys: [keyOf('b'), keyOf('a')] })).browser();
    rotated.cookie = browser.cookie;
    expect((await rotated.press('/enrol/remove', { contact: 'email|1' })).status).toBe(303);
    const retired = (await createEnrolment({ keys: [keyOf('b')] })).browser();
    retired.cookie = browser.cookie;
    expect((await retired.get('/enrol/contacts')).status).toBe(401);
    retired.cookie = rotated.cookie;
    expect((await retired.get('/enrol/contacts')).status).toBe(200);
  });

  it('of another browser carries that browser’s session, and no form of this one', async () => {
    const { browser, calls } = await started();
    await browser.get('/enrol/contacts');
    const form = browser.hidden('form');
    browser.cookie = (await started()).browser.cookie;
    expect((await browser.post('/enrol/done', { form })).status).toBe(409);
    expect(calls.map(([name]) => name)).not.toContain('finish');
  });

  it('is as long before the sign-in as after it, and with what was typed', async () => {
    const { browser } = await createEnrolment();
    const visitor = browser();
    const lengths = new Set<number | undefined>();
    await visitor.post(`/enrol/${linkToken}`, {});
    lengths.add(visitor.cookie?.length);
    await visitor.get('/enrol/callback?code=c&state=plantedState');
    lengths.add(visitor.cookie?.length);
    await visitor.press('/enrol/email', { address: 'jane@home.example' });
    lengths.add(visitor.cookie?.length);
    expect(lengths.size).toBe(1);
  });

  it('with another purpose’s signature holds no form: the token in a form is of its own', async () => {
    const { browser } = await started();
    await browser.get('/enrol/contacts');
    const keys = createSigningKeys([keyOf('a')]);
    const form = browser.hidden('form');
    expect(form).toMatch(/^[\w-]{43}$/);
    expect((await browser.post('/enrol/done', { form: keys.sign('link', 'x') })).status).toBe(409);
  });
});
