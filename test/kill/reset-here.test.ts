import { describe, expect, it } from 'vitest';
import { isSampled } from '../sampling.ts';
import { sweep, whens } from './sweep.ts';

/** Up to the link it equals every reset; dying over a drawing is the same in every request. */
const isMeant = (operation: string): boolean => !/\/api\/(?:views|chat)\./.test(operation);

describe('a reset whose password is chosen on our page, and whose process is killed', () => {
  it.each(whens)(
    '%s any of its operations ends done, or told as not known; the password is nowhere on the disk',
    { timeout: 1_200_000 },
    async (when) => {
      const { points, deaths, unmet, diagnose } = await sweep({ wish: 'reset-here', from: 'code', when, isMeant });
      expect(diagnose.join('\n\n')).toBe('');
      for (const act of ['commit', 'PATCH', 'revoke-access']) expect(points.join('\n')).toContain(act);
      // One process that was rehearsed twice does not show reliably which operations always occur; in CI there are
      // several.
      if (!isSampled) expect(unmet).toEqual([]);
      expect(deaths.length).toBeGreaterThan(0);
    },
  );
});
