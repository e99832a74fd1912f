// What the conversation relies on when it sends messages on its own: a card is posted, is replaced in place, or a
// neutral result says why not.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Place } from '../../src/bot/messenger.ts';
import { actorParts } from '../../src/flows/ids.ts';
import type { Outcome } from '../../src/flows/outcome.ts';
import { exampleLink } from './every-screen.ts';
import type { Call, Fixture, Harness, Trouble } from './harness.ts';
import { aCard } from './slack/scripted-conversation.ts';

const withLink = aCard({
  lines: [{ text: ['You are verified.'], tone: 'success' }],
  actions: [{ kind: 'link', act: 'follow-link', label: 'Choose a new password', url: exampleLink }],
});
const saying = (words: string, version: number) => aCard({ version, lines: [{ text: [words], tone: 'normal' }] });
const over = saying('It is over.', 9);

const passing = { ok: false, failure: { kind: 'unreachable', retry: 'later', mayHaveHappened: true } };
const final = { ok: false, failure: { retry: 'never' } };
const operator = {
  ok: false,
  failure: { kind: 'misconfigured', retry: 'later', remedy: expect.stringMatching(/\w{3}/) },
};
const busy = { ok: false, failure: { kind: 'rate-limited', retry: 'later', retryAfterMs: 30_000 } };
const gone = { ok: true, value: 'gone' };
const done = { ok: true, value: undefined };
const unknown = { ok: false };

/** A page of a proxy is never the platform's answer, whatever its status. */
const pages = (outcome: object) => ({ page: outcome, 'page-forbidden': outcome, 'page-missing': outcome });

/**
 * The result of each trouble in each call. The adapter never sends a message a second time: the first one may have been
 * posted.
 */
const comesTo: { readonly [Each in Call]: { readonly [Kind in Exclude<Trouble, 'silent'>]: object } } = {
  tell: {
    ...{
      gone: { ok: false, failure: { kind: 'absent', retry: 'never' } },
      forbidden: final,
      busy,
      'token-refused': operator,
    },
    ...{ 'out-of-order': passing, 'answer-lost': passing, ...pages(passing) },
  },
  post: {
    ...{ gone: operator, forbidden: operator, busy, 'token-refused': operator },
    ...{ 'out-of-order': passing, 'answer-lost': passing, ...pages(passing) },
  },
  redraw: {
    ...{ gone, forbidden: final, busy, 'token-refused': operator },
    ...{ 'out-of-order': passing, 'answer-lost': passing, ...pages(passing) },
  },
  remove: {
    ...{ gone: done, forbidden: { ok: false, failure: { kind: 'refused', retry: 'never' } }, busy },
    ...{ 'token-refused': operator, 'out-of-order': passing, 'answer-lost': passing, ...pages(passing) },
  },
  members: {
    ...{ gone: unknown, forbidden: unknown, busy: unknown, 'token-refused': unknown },
    ...{ 'out-of-order': unknown, 'answer-lost': unknown, ...pages(passing) },
  },
  person: {
    ...{
      gone: { ok: false, failure: { kind: 'absent' } },
      forbidden: unknown,
      busy: unknown,
      'token-refused': operator,
    },
    ...{ 'out-of-order': unknown, 'answer-lost': unknown, ...pages(passing) },
  },
};
/** Calls that are made once only, whatever the result. */
const onceOnly: readonly Call[] = ['tell', 'post'];

export function messengerContract(harness: Harness): void {
  let fixture: Fixture;
  beforeEach(async () => {
    fixture = await harness.fixture({ colleague: 'employee' });
  });
  afterEach(() => fixture.close());

  const tellJane = async (card = aCard()) => standing(fixture.messenger.tell(fixture.jane, card));
  const posted = async (card = aCard()) => standing(fixture.messenger.post(fixture.helpdesk, card));

  describe('a private message', () => {
    it('stands in the person’s own chat, and nowhere else', async () => {
      const before = fixture.standing(fixture.jane);
      const place = await tellJane(withLink);
      expect(fixture.standing(fixture.jane)).toBe(before + 1);
      expect(fixture.standing(fixture.helpdesk)).toBe(0);
      expect(fixture.seen(place, fixture.jane)).toContain('You are verified.');
      expect(fixture.seen(place, fixture.jane)).toContain('Choose a new password');
    });

    it('is replaced in place, and the link is taken away', async () => {
      const place = await tellJane(withLink);
      const before = fixture.standing(fixture.jane);
      expect(await fixture.messenger.redraw(place, false, over)).toEqual({ ok: true, value: 'drawn' });
      expect(fixture.standing(fixture.jane)).toBe(before);
      expect(fixture.seen(place, fixture.jane)).toContain('It is over.');
      expect(fixture.seen(place, fixture.jane)).not.toMatch(/verified|Choose/);
    });

    it('notifies the person when it is posted, and not when it is replaced', async () => {
      const place = await tellJane(aCard({ summary: ['Approved: continue to choose a new password'] }));
      expect(fixture.notified(fixture.jane).at(-1)).toBe('Approved: continue to choose a new password');
      const before = fixture.notified(fixture.jane).length;
      await fixture.messenger.redraw(place, false, over);
      expect(fixture.notified(fixture.jane)).toHaveLength(before);
    });

    it('is deleted, and deleting it again does no harm', async () => {
      const before = fixture.standing(fixture.jane);
      const place = await tellJane();
      for (let nth = 0; nth < 2; nth += 1) expect(await fixture.messenger.remove(place)).toEqual(done);
      expect(fixture.standing(fixture.jane)).toBe(before);
      expect(await fixture.messenger.redraw(place, false, over)).toEqual(gone);
    });

    it('to somebody of another platform is none', async () => {
      const calls = fixture.calls('tell');
      const answer = await fixture.messenger.tell(fixture.elsewhere.platform, aCard());
      expect(answer).toMatchObject({ ok: false, failure: { kind: 'absent', retry: 'never' } });
      expect(fixture.calls('tell')).toBe(calls);
    });
  });

  describe('a card of the helpdesk', () => {
    it('stands in its channel, and is replaced in place for everybody', async () => {
      const place = await posted();
      expect(await fixture.messenger.redraw(place, false, over)).toEqual({ ok: true, value: 'drawn' });
      for (const agent of [fixture.sam, fixture.jane]) expect(fixture.seen(place, agent)).toContain('It is over.');
      expect(fixture.standing(fixture.helpdesk)).toBe(1);
    });

    it('is deleted for everybody', async () => {
      const place = await posted();
      expect(await fixture.messenger.remove(place)).toEqual(done);
      expect(fixture.standing(fixture.helpdesk)).toBe(0);
    });

    const agents = (who: Fixture) => [who.sam, who.jane];
    it('notifies nobody, unless it calls those who may decide: a list, or whoever is there', async () => {
      const summary = 'Nobody answered: unlock for Jane Doe';
      const told = () =>
        agents(fixture).map((agent) => fixture.notified(agent).filter((one) => one.includes(summary)).length);
      await posted(aCard({ summary: [summary] }));
      expect(told()).toEqual([0, 0]);
      await posted(aCard({ summary: [summary], calls: [actorParts(fixture.sam).user] }));
      expect(told()).toEqual([1, 0]);
      const place = await posted(aCard({ summary: [summary], calls: 'members' }));
      expect(told()).toEqual([2, 1]);
      await fixture.messenger.redraw(place, false, { ...over, summary: [summary], calls: 'members' });
      expect(told()).toEqual([2, 1]);
    });

    it('calls nobody by an id that is none, and is posted all the same', async () => {
      await posted(aCard({ calls: ['', 'here', '!channel', 'U0SAM> <!here', '00000000-0000-4000-8000-000000000000'] }));
      expect(agents(fixture).flatMap((agent) => fixture.notified(agent))).toEqual(
        agents(fixture).flatMap((agent) =>
          fixture.notified(agent).filter((one) => !one.includes(String(aCard().summary[0]))),
        ),
      );
      expect(fixture.standing(fixture.helpdesk)).toBe(1);
    });

    it('has members, and nobody of another platform or company is one, whatever their id', async () => {
      const isMember = (actor: typeof fixture.sam) => fixture.messenger.isMember(fixture.helpdesk, actor);
      expect(await isMember(fixture.sam)).toEqual({ ok: true, value: true });
      expect(await isMember(fixture.colleague)).toEqual({ ok: true, value: false });
      expect(await isMember(fixture.elsewhere.platform)).toEqual({ ok: true, value: false });
      expect(await isMember(fixture.elsewhere.company)).toEqual({ ok: true, value: false });
    });

    it('makes nobody a member while its members cannot be read, and is asked again', async () => {
      fixture.goesWrong('members', 'forbidden');
      expect(await fixture.messenger.isMember(fixture.helpdesk, fixture.sam)).toMatchObject({ ok: false });
      fixture.isWellAgain();
      expect(await fixture.messenger.isMember(fixture.helpdesk, fixture.sam)).toEqual({ ok: true, value: true });
    });

    it('waits where the platform wants a pause, and asks nobody again meanwhile', async () => {
      fixture.goesWrong('post', 'busy');
      expect(await fixture.messenger.post(fixture.helpdesk, aCard())).toMatchObject(busy);
      const calls = fixture.calls('post');
      const again = await fixture.messenger.post(fixture.helpdesk, aCard());
      expect(again).toMatchObject({ ok: false, failure: { kind: 'rate-limited', cause: 'own-pace' } });
      expect(fixture.calls('post')).toBe(calls);
    });
  });

  describe('renderQueue again', () => {
    it('never goes back to an older card, whichever comes last', async () => {
      const place = await tellJane();
      const { messenger } = fixture;
      const both = [messenger.redraw(place, false, over), messenger.redraw(place, false, saying('older', 8))];
      expect(await Promise.all(both)).toEqual([0, 1].map(() => ({ ok: true, value: 'drawn' })));
      expect(fixture.seen(place, fixture.jane)).toContain('It is over.');
    });

    it.each(['', '{', '{}', 'null', '{"channel":1}', '{"serviceUrl":7}'])(
      'a place that nobody understands is a failure: %j',
      async (place) => {
        expect(await fixture.messenger.redraw({ target: 'x', place }, false, over)).toMatchObject(final);
        expect(await fixture.messenger.remove({ target: 'x', place })).toMatchObject(final);
      },
    );
  });

  const calls = Object.entries(comesTo).flatMap(([call, outcomes]) =>
    Object.entries(outcomes).map(([trouble, outcome]) => [call as Call, trouble as Trouble, outcome] as const),
  );
  it.each(calls)('%s comes to the same on every platform where it is %s', async (call, trouble, outcome) => {
    const place = await tellJane();
    const before = { calls: fixture.calls(call), standing: standingAll(fixture) };
    fixture.goesWrong(call, trouble);
    expect(await made(call, place, fixture)).toMatchObject(outcome);
    if (onceOnly.includes(call)) {
      // A call that was refused because of its token may be repeated with a new token: nothing was carried out.
      expect(fixture.calls(call) - before.calls).toBeLessThanOrEqual(trouble === 'token-refused' ? 2 : 1);
      expect(standingAll(fixture)).toBe(before.standing + (trouble === 'answer-lost' ? 1 : 0));
    }
  });

  it('every call ends in time where the platform is silent, and says that it may have happened', async () => {
    const place = await tellJane();
    const calls: readonly Call[] = ['tell', 'post', 'redraw', 'remove', 'person', 'members'];
    for (const call of calls) fixture.goesWrong(call, 'silent');
    const startedAt = performance.now();
    const outcomes = await Promise.all(calls.map((call) => made(call, place, fixture)));
    for (const outcome of outcomes) {
      expect(outcome).toMatchObject({
        ok: false,
        failure: { kind: 'unreachable', mayHaveHappened: true, cause: 'timeout' },
      });
    }
    // A person may be waiting; the longest permitted wait is the platform's own timeout.
    expect(performance.now() - startedAt).toBeLessThan(8_000);
  });
}

function made(
  call: Call,
  place: Place,
  { messenger, people, jane, sam, helpdesk, colleague }: Fixture,
): Promise<Outcome<unknown>> {
  switch (call) {
    case 'tell':
      return messenger.tell(jane, aCard());
    case 'post':
      return messenger.post(helpdesk, aCard());
    case 'redraw':
      return messenger.redraw(place, false, over);
    case 'remove':
      return messenger.remove(place);
    case 'members':
      return messenger.isMember(helpdesk, sam);
    case 'person':
      return people.lookUp(colleague);
    default:
      return call satisfies never;
  }
}

const standingAll = (fixture: Fixture): number => fixture.standing(fixture.jane) + fixture.standing(fixture.helpdesk);

async function standing(placed: Promise<Outcome<Place>>): Promise<Place> {
  const place = await placed;
  if (!place.ok) throw new Error(place.failure.cause);
  return place.value;
}
