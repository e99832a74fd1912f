// Whose account a request is about that no chat vouches for: who is named on which platform, what else is, and what is never asked twice.
import { describe, expect, it } from 'vitest';
import { createOwnerOf } from '../../src/bot/account-owners.ts';
import type { Text } from '../../src/bot/cards/card.ts';
import { type Called, withNamesIn } from '../../src/bot/display-names.ts';
import { type AccountId, type ActorId, actorId, later } from '../../src/flows/ids.ts';
import { type Failure, failed, type Outcome, success } from '../../src/flows/outcome.ts';
import type { AccountOwner } from '../../src/flows/ports.ts';
import { account, jane, janeElsewhere, mallory, noon } from '../flows/cast.ts';

const down: Failure = { kind: 'unreachable', retry: 'later', mayHaveHappened: false, cause: '503' };
const copy = { unconnected: (name: string) => `${name} (in no chat)`, unnamed: 'somebody' };
const visitor = actorId({ platform: 'web', tenant: 'acme', user: 'x7Kq' });
const called: Called = { name: 'Jane Doe', handle: 'jane in there' };

function owners(answers: readonly (Outcome<AccountOwner> | 'never')[], indexed: readonly ActorId[] | 'broken' = []) {
  let [asked, now] = [0, noon];
  const ownerOf = createOwnerOf({
    directory: {
      owner: async () => {
        const answer = answers[asked] ?? 'never';
        asked += 1;
        return answer === 'never' ? new Promise(() => undefined) : answer;
      },
    },
    bindings: {
      peopleOf: async () => {
        if (indexed === 'broken') throw new Error('the database is away');
        return indexed;
      },
    },
    copy,
    clock: { now: () => now },
  });
  const pass = (seconds: number): void => {
    now = later(now, seconds);
  };
  return { ownerOf, pass, asked: () => asked };
}

describe('the owner of an account', () => {
  it('is whom its record names, remembered for ten minutes', async () => {
    const { ownerOf, pass, asked } = owners([
      success({ people: [jane], name: 'Jane Doe' }),
      success({ people: [], name: 'Jane Doe' }),
      success({ people: [] }),
    ]);
    expect(await ownerOf(account)).toEqual({ people: [jane], called: 'Jane Doe (in no chat)' });
    pass(599);
    expect(await ownerOf(account)).toMatchObject({ people: [jane] });
    expect(asked()).toBe(1);
    pass(1);
    expect(await ownerOf(account)).toEqual({ people: [], called: 'Jane Doe (in no chat)' });
    pass(600);
    expect(await ownerOf(account)).toEqual({ people: [], called: 'somebody' });
  });

  it('is whoever was bound to it here, while Auth0 does not answer; and that is not remembered', async () => {
    const { ownerOf } = owners([failed(down), 'never', success({ people: [jane] })], [mallory]);
    expect(await ownerOf(account)).toEqual({ people: [mallory], called: 'somebody' });
    expect(await ownerOf(account)).toEqual({ people: [mallory], called: 'somebody' });
    expect(await ownerOf(account)).toMatchObject({ people: [jane] });
  });

  it('is somebody unnamed where neither answers: the card still goes out', async () => {
    expect(await owners([failed(down)], 'broken').ownerOf(account)).toEqual({ people: [], called: 'somebody' });
  });
});

describe('a card about somebody for whom no chat vouches', () => {
  const about: Text = ['Unlock for ', { person: visitor, isSubject: true, account }, '.'];
  const read = (
    people: readonly ActorId[],
    platform: string,
    known: readonly ActorId[] = [jane, janeElsewhere, mallory],
  ) =>
    withNamesIn(about, platform, {
      nameOf: async (actor) => (known.includes(actor) ? called : undefined),
      ownerOf: async (whose: AccountId) => ({
        people: whose === account ? people : [],
        called: 'Jane Doe (in no chat)',
      }),
      unnamed: copy.unnamed,
    });
  const mention = (person: ActorId) => ({ person, isSubject: true });
  const named = (person: ActorId) => ({ ...mention(person), name: 'Jane Doe (jane in there)' });

  it.each([
    ['mentions the one who is bound', [jane], 'slack', [mention(jane)]],
    ['mentions only those of the reader’s platform', [janeElsewhere, jane], 'slack', [mention(jane)]],
    ['mentions only those of the other one', [janeElsewhere, jane], 'teams', [mention(janeElsewhere)]],
    ['mentions two', [jane, mallory], 'slack', [mention(jane), ' · ', mention(mallory)]],
    ['names whoever is on another platform', [janeElsewhere], 'slack', [named(janeElsewhere)]],
    ['names nobody who is unknown there', [janeElsewhere], 'slack', ['Jane Doe (in no chat)'], []],
    ['says the name in the directory of whoever is in no chat', [], 'slack', ['Jane Doe (in no chat)']],
  ] as const)(
    '%s',
    async (_how, people, platform, shown, known: readonly ActorId[] = [jane, janeElsewhere, mallory]) => {
      expect(await read(people, platform, known)).toEqual(['Unlock for ', ...shown, '.']);
    },
  );

  it('names no more than three', async () => {
    const many = [1, 2, 3, 4].map((nth) => actorId({ platform: 'slack', tenant: 'T1', user: `U${nth}` }));
    expect((await read(many, 'slack')).filter((span) => typeof span === 'object')).toHaveLength(3);
  });

  it('says that nothing is known of somebody without an account', async () => {
    const naming = {
      nameOf: async () => called,
      ownerOf: async () => ({ people: [jane], called: 'no' }),
      unnamed: 'somebody',
    };
    expect(await withNamesIn([{ person: visitor }], 'slack', naming)).toEqual(['somebody']);
  });
});
