import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeEffect, decodeState, encodeEffect, encodeState, stateVersion } from '../../src/store/codec.ts';
import { anyEffect, anyState, statesByPlace } from './state-arbitrary.ts';

const secret = 'jane@example.com';

/** The message with which the call refuses; empty where it does not. */
function refusal(call: () => unknown): string {
  try {
    call();
    return '';
  } catch (error) {
    return String(error);
  }
}

describe('a stored state', () => {
  test.each(Object.entries(statesByPlace))('%s is read back as it was written', (_place, states) => {
    fc.assert(
      fc.property(states, (state) => {
        expect(decodeState('f', encodeState('f', state).text)).toEqual(state);
      }),
    );
  });

  test('carries its version, which stands beside it as well', () => {
    fc.assert(
      fc.property(anyState, (state) => {
        const { version, text } = encodeState('f', state);
        expect(JSON.parse(text)).toMatchObject({ v: version });
      }),
    );
  });

  test('of a version to come is refused, naming the flow and both versions', () => {
    const refused = refusal(() => decodeState('flow-7', JSON.stringify({ v: stateVersion + 1, value: { secret } })));
    const found = `has version ${stateVersion + 1}; this release knows up to ${stateVersion}`;
    expect(refused).toContain(`the state of flow flow-7 in the database ${found}`);
    expect(refused).not.toContain(secret);
  });

  test('with a field too few or too many is refused, naming the flow and never what stands there', () => {
    const spoiled = anyState.chain((state) =>
      fc
        .constantFrom<(state: object) => object>(
          (whole) => ({ ...whole, note: secret }),
          ({ at: _at, ...rest }: { at?: unknown }) => ({ ...rest, whose: secret }),
          (whole) => ({ ...whole, at: secret }),
          (whole) => ({ ...whole, [state.at === 'closed' ? 'closedAt' : 'until']: secret }),
        )
        .map((spoil) => spoil(state)),
    );
    fc.assert(
      fc.property(spoiled, (value) => {
        const refused = refusal(() => decodeState('flow-7', JSON.stringify({ v: 1, value })));
        expect(refused).toContain('flow-7');
        expect(refused).not.toContain(secret);
      }),
    );
  });

  test.each(['', 'null', '[]', secret, '{"v":1}', '{"v":0,"value":{}}', '{"v":1,"value":[]}', '{"v":"1","value":{}}'])(
    'that is %j is refused',
    (text) => {
      const refused = refusal(() => decodeState('flow-7', text));
      expect(refused).toContain('flow-7');
      expect(refused).not.toContain(secret);
    },
  );

  test('is never written with a field that its type does not have', () => {
    fc.assert(
      fc.property(anyState, (state) => {
        const refused = refusal(() => encodeState('flow-7', Object.assign({ workEmail: secret }, state)));
        expect(refused).toContain('flow-7');
        expect(refused).not.toContain(secret);
      }),
    );
  });

  const origin = { application: 'Outlook', device: 'phone', country: 'DE', count: 3 };
  /** Whether an unlock that keeps these origins of failed sign-ins is written, and read. */
  const keeps = (...origins: readonly object[]): boolean => {
    const signIns = { count: 3, since: 1, origins };
    const proof = { channel: 'email', at: 1 };
    const lock = { of: 'provider', since: 1, signIns };
    const value: object = { at: 'in-doubt', account: 'auth0|1', proof, lock, approvals: [], since: 1, until: 2 };
    try {
      const state = decodeState('f', JSON.stringify({ v: stateVersion, value }));
      return encodeState('f', state).text.includes('Outlook');
    } catch (error) {
      expect(String(error)).not.toContain(secret);
      return false;
    }
  };

  test('has no place for the address or the browser of whoever tried to sign in', () => {
    expect(keeps(origin)).toBe(true);
    const foreign = ['ip', 'hostname', 'user_agent', 'user_name', 'location_info', 'city', 'isMobile'];
    for (const field of foreign) expect(keeps({ ...origin, [field]: secret }), field).toBe(false);
  });

  test('holds three origins of failed sign-ins at most, in the words that are known, and short ones', () => {
    expect(keeps(origin, origin, origin)).toBe(true);
    expect(keeps(origin, origin, origin, origin)).toBe(false);
    expect(keeps({ ...origin, application: `Outlook ${'x'.repeat(33)}` })).toBe(false);
    expect(keeps({ ...origin, country: 'Germany' })).toBe(false);
    expect(keeps({ ...origin, device: 'tablet' })).toBe(false);
  });
});

describe('a stored effect', () => {
  test('is read back as it was written', () => {
    fc.assert(
      fc.property(anyEffect, (effect) => {
        expect(decodeEffect('f', encodeEffect('f', effect).text)).toEqual(effect);
      }),
    );
  });

  test('of another version or of an unknown kind is refused, naming the flow', () => {
    expect(() => decodeEffect('flow-7', '{"v":3,"value":{}}')).toThrow('an effect of flow flow-7');
    expect(() => decodeEffect('flow-7', '{"v":1,"value":{"do":"open-door"}}')).toThrow('an effect of flow flow-7');
  });
});
