// What follows the name of a person whom a platform cannot mention.
import { describe, expect, it } from 'vitest';
import { calledIn } from '../../src/adapters/slack/people.ts';
import { createNameCache } from '../../src/adapters/teams/name-cache.ts';
import { knownActor } from '../../src/flows/ids.ts';

const objectId = '3f0c9a52-6d1e-4b7a-9c35-000000000001';
const inSlack = (name?: string | null) => calledIn({ id: 'U0JANE', name, real_name: 'Jane Doe' })?.handle;
function inTeams(userPrincipalName?: string | null): string | undefined {
  const actor = knownActor(`teams:tenant:${objectId}`);
  const cache = createNameCache();
  cache.note(actor, { id: '29:1', name: 'Jane Doe', userPrincipalName });
  return cache.recall(actor)?.handle;
}

describe('a handle', () => {
  it('is the user name, with the platform', () => {
    expect(inSlack('jane.doe-2_x')).toBe('@jane.doe-2_x in Slack');
    expect(inTeams("jane.o'neil@acme.example.com")).toBe("jane.o'neil in Teams");
    expect(inTeams('jürgen@acme.example.com')).toBe('jürgen in Teams');
  });

  it.each([undefined, null, '', '<!channel>', 'a b', '*x*', 'x'.repeat(200), '@acme.example.com', 'gus_x#EXT#@y.test'])(
    'is the beginning of the id where there is none, or one that is no plain word: %s',
    (odd) => {
      expect(inTeams(odd)).toBe('3f0c9a52 in Teams');
      expect(inSlack(odd?.includes('@') === true ? undefined : odd)).toBe('U0JANE in Slack');
    },
  );

  it('never holds a whole address', () => {
    expect(inSlack('jane@acme.example.com')).toBe('U0JANE in Slack');
    expect(inTeams('jane@acme.example.com')).not.toContain('acme');
  });
});
