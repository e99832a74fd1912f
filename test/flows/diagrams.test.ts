// The diagrams in the documentation match the code.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { drawDiagram } from './diagram.ts';
import { everyPlace } from './events.ts';

const kept = (kind: string): string =>
  readFileSync(join(import.meta.dirname, `../../docs/flows/${kind}.mmd`), 'utf8').replaceAll('\r\n', '\n');

describe.each(['reset', 'unlock'] as const)('the diagram of %s', (kind) => {
  const drawn = drawDiagram(kind);

  it('is the one in docs/flows; if not, run `npm run diagrams` and look at what changed', () => {
    expect(kept(kind)).toBe(drawn);
  });

  it('draws no pair of places twice', () => {
    const pairs = drawn.split('\n').flatMap((line) => / (\S+ --> \S+) :/.exec(line)?.[1] ?? []);
    expect(pairs.length).toBeGreaterThan(15);
    expect(new Set(pairs).size).toBe(pairs.length);
  });

  it('shows that the act is reached only by way of proof, and of people where the rule asks for them', () => {
    const act = kind === 'reset' ? 'link_ready' : 'fulfilling';
    const into = drawn.split('\n').filter((line) => new RegExp(`^  \\w+ --> ${act} `).test(line));
    expect(into.map((line) => line.trim().split(' ')[0])).toEqual(['inspecting', 'awaiting_approval']);
    expect(drawn.match(/--> inspecting :/g)).toHaveLength(2);
    expect(drawn).toContain('  checking --> inspecting : the code is right');
  });
});

it('every place is in one of the diagrams', () => {
  const both = kept('reset') + kept('unlock');
  for (const place of everyPlace) expect(both).toContain(place.replaceAll('-', '_'));
});
