import { describe, expect, it } from 'vitest';
import { isSampled } from '../sampling.ts';
import { sweep, whens } from './sweep.ts';

/** Up to the order it equals every reset; dying over a drawing is the same in every request. */
const isMeant = (operation: string): boolean => !/\/api\/(?:views|chat)\./.test(operation);

describe('a reset whose link Auth0 mails, and whose process is killed', () => {
  it.each(whens)(
    '%s any of its operations ends done: one mail more for each kill at most, and the newest link works',
    { timeout: 1_200_000 },
    async (when) => {
      const { points, deaths, unmet, diagnose } = await sweep({ wish: 'reset-by-mail', from: 'code', when, isMeant });
      expect(diagnose.join('\n\n')).toBe('');
      for (const act of ['commit', 'change_password', 'revoke-access']) expect(points.join('\n')).toContain(act);
      // One process that was rehearsed twice does not show reliably which operations always occur; in CI there are
      // several.
      if (!isSampled) expect(unmet).toEqual([]);
      expect(deaths.length).toBeGreaterThan(0);
    },
  );
});
