// Which failures are final: asked again, the other side would say the same.
import { expect, it } from 'vitest';
import { type Failure, isFinal } from '../../src/flows/outcome.ts';

const final: Readonly<Record<Failure['kind'], boolean>> = {
  absent: true,
  refused: true,
  malformed: false,
  misconfigured: false,
  'rate-limited': false,
  unreachable: false,
};

it('what is absent or refused is final, and nothing else', () => {
  for (const [kind, expected] of Object.entries(final) as [Failure['kind'], boolean][])
    expect([kind, isFinal(kind)]).toEqual([kind, expected]);
});
