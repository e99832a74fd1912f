// The diagrams in the documentation match the code.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { drawDiagram } from './diagram.ts';
import { everyPlace } from './events.ts';

const kept = (name: string): string =>
  readFileSync(join(import.meta.dirname, `../../docs/flows/${name}.mmd`), 'utf8').replaceAll('\r\n', '\n');

describe.each([
  ['reset', 'reset'],
  ['unlock', 'unlock'],
  ['change', 'change'],
  ['enroll', 'enrolment'],
] as const)('the diagram of %s', (kind, name) => {
  const drawn = drawDiagram(kind);

  it('is the one in docs/flows; if not, run `npm run diagrams` and look at what changed', () => {
    expect(kept(name)).toBe(drawn);
  });

  it('draws no pair of places twice', () => {
    const pairs = drawn.split('\n').flatMap((line) => / (\S+ --> \S+) :/.exec(line)?.[1] ?? []);
    expect(pairs.length).toBeGreaterThan(15);
    expect(new Set(pairs).size).toBe(pairs.length);
  });

  it('shows that the act is reached only by way of proof, and of people where the rule asks for them', () => {
    if (kind === 'enroll') {
      expect(drawn.match(/(?<!linking )--> linking :/g)).toHaveLength(1);
      expect(drawn).toContain('  checking_new --> linking : the code is right');
      expect(drawn.match(/(?<!binding_actor )--> binding_actor :/g)).toHaveLength(1);
      expect(drawn).toContain('  signing_in --> binding_actor : the person signs in');
      return;
    }
    if (kind === 'change') {
      const into = (place: string) =>
        drawn.split('\n').flatMap((line) => new RegExp(`^ +(\\w+) --> ${place} `).exec(line)?.[1] ?? []);
      expect(into('link_ready').filter((from) => from !== 'opening')).toEqual(['inspecting']);
      expect(into('inspecting').filter((from) => from !== 'inspecting')).toEqual(['change_ready']);
      expect(drawn).toContain('  change_ready --> inspecting : the person signs in');
      expect(new Set(into('choosing_password'))).toEqual(
        new Set(['change_ready', 'link_ready', 'setting_password', 'confirming_password']),
      );
      return;
    }
    const act = kind === 'reset' ? 'link_ready' : 'fulfilling';
    const into = drawn.split('\n').filter((line) => new RegExp(`^  \\w+ --> ${act} `).test(line));
    expect(into.map((line) => line.trim().split(' ')[0])).toEqual(['inspecting', 'awaiting_approval']);
    expect(drawn.match(/(?<!inspecting )--> inspecting :/g)).toHaveLength(2);
    expect(drawn).toContain('  checking --> inspecting : the code is right');
    expect(drawn).toContain('  checking_recovery_code --> inspecting : the recovery code is right');
    expect(drawn.match(/--> checking_recovery_code :/g)).toHaveLength(1);
    expect(drawn).toContain('  entering_recovery_code --> checking_recovery_code : a recovery code is typed');
  });
});

it('every place is in one of the diagrams', () => {
  const all = kept('reset') + kept('unlock') + kept('change') + kept('enrolment');
  for (const place of everyPlace) expect(all).toContain(place.replaceAll('-', '_'));
});
