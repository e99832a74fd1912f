import { describe, expect, it } from 'vitest';
import { sweep, whens } from './sweep.ts';

const acts = [
  'views.open',
  'passwordless/start',
  'oauth/token',
  'chat.postMessage',
  'password-change',
  'revoke-access',
];

describe('a reset whose process is killed', () => {
  it.each(whens)(
    '%s any of its operations ends done, and nothing happens twice',
    { timeout: 400_000 },
    async (when) => {
      const { points, aimed, deaths, complaints } = await sweep({ wish: 'reset-password', from: 'command', when });
      expect(complaints.join('\n\n')).toBe('');
      for (const act of acts) expect(points.join('\n')).toContain(act);
      // Two tellings of one story differ a little in what happens at once: a few points are not met again.
      expect(aimed.filter((point) => !deaths.includes(point)).length).toBeLessThanOrEqual(
        Math.max(3, aimed.length / 6),
      );
      expect(deaths.length).toBeGreaterThan(3);
    },
  );
});
