// Messages that the bot starts: to a person, to a channel, and updates of existing ones; with a healthy connector and
// with a faulty one.
import { afterEach, describe, expect, it } from 'vitest';
import { visibleText } from '../../../playground/teams/cards.ts';
import type { Faults } from '../../../playground/teams/faults.ts';
import type { Place } from '../../../src/bot/messenger.ts';
import { knownActor } from '../../../src/flows/ids.ts';
import { stopwatch } from '../../cpu-time.ts';
import { aCard } from '../slack/scripted-conversation.ts';
import { helpdesk, jane, janeId, type Scene, type SceneOptions, sam, samId, setScene } from './scene.ts';

let scene: Scene;
const set = async (options?: SceneOptions): Promise<Scene> => {
  scene = await setScene(options);
  return scene;
};
afterEach(() => scene.close());

type Fault = Parameters<Faults['always']>[1];
const botMessages = (where: string) => scene.control.messages(where).filter(({ from }) => from === 'bot');
/** Jane has the app and has written something; no call is under way any more. */
async function meet(): Promise<void> {
  await scene.jane.message('hello');
  await scene.adapter.stop();
}
async function told(): Promise<Place> {
  const place = await scene.adapter.messenger.tell(jane, aCard());
  if (!place.ok) throw new Error(place.failure.cause);
  return place.value;
}
const over = aCard({ version: 9, lines: [{ text: ['Over.'], tone: 'normal' }] });

describe('a private message', () => {
  it('stands in the person’s own chat, and can be drawn again', async () => {
    await set();
    await meet();
    const place = await told();
    expect(await scene.adapter.messenger.redraw(place, false, over)).toEqual({ ok: true, value: 'drawn' });
    const last = botMessages(janeId).at(-1);
    expect(visibleText(last?.card ?? {})).toContain('Over.');
    expect(last?.earlier).toHaveLength(1);
    expect(scene.control.cardProblems).toEqual([]);
  });

  it('to somebody met in a channel goes to a chat that is made for it, once', async () => {
    const { adapter, control } = await set();
    await scene.sam.channelMessage(helpdesk, 'help');
    await control.until(() => botMessages(samId).length === 1);
    expect(scene.calls('create')).toBe(1);
    expect(await adapter.messenger.tell(sam, aCard())).toMatchObject({ ok: true });
    expect(scene.calls('create')).toBe(1);
    expect(await scene.references.find(sam)).toMatchObject({ isPersonal: true });
  });

  it('is not sent before the connector has confirmed whose chat it is', async () => {
    const { references, adapter, control } = await set();
    await scene.sam.message('hello');
    await control.until(() => botMessages(samId).length === 1);
    const sams = await references.find(sam);
    if (sams === undefined) throw new Error('not met');
    await references.keep(jane, sams);
    expect(await adapter.messenger.tell(jane, aCard())).toMatchObject({
      ok: false,
      failure: { cause: 'another-person' },
    });
    expect(botMessages(samId)).toHaveLength(1);
    expect(await references.find(jane)).toBeUndefined();
  });

  it('to somebody of another platform or tenant is none', async () => {
    const { adapter } = await set();
    for (const actor of ['slack:T0:U0', 'teams:f0f0f0f0-0000-4000-8000-00000000f0f0:x']) {
      expect(await adapter.messenger.tell(knownActor(actor), aCard())).toMatchObject({
        ok: false,
        failure: { kind: 'absent' },
      });
    }
  });

  it.each<[string, Fault]>([
    ['blocked', 'ConversationBlockedByUser'],
    ['taken away', 'BotNotInConversationRoster'],
    ['read-only', 'MessageWritesBlocked'],
    ['gone', 'ConversationNotFound'],
  ])('where the chat is %s is tried once, and the chat is forgotten', async (_name, fault) => {
    const { adapter, control, references } = await set();
    await meet();
    control.faults.always('send', fault);
    const before = scene.calls('send');
    expect(await adapter.messenger.tell(jane, aCard())).toMatchObject({ ok: false, failure: { retry: 'never' } });
    expect(scene.calls('send')).toBe(before + 1);
    expect(await references.find(jane)).toBeUndefined();
  });
});

describe('a card in the helpdesk’s channel', () => {
  it('begins a thread of its own, and everybody sees it drawn again', async () => {
    const { adapter } = await set();
    const posted = await adapter.messenger.post(helpdesk, aCard());
    if (!posted.ok) throw new Error(posted.failure.cause);
    const place = JSON.parse(posted.value.place);
    expect(place.conversationId).toBe(`${helpdesk};messageid=${place.activityId}`);
    expect(await adapter.messenger.redraw(posted.value, false, over)).toEqual({ ok: true, value: 'drawn' });
    expect(visibleText(botMessages(helpdesk)[0]?.card ?? {})).toContain('Over.');
    expect(await adapter.messenger.post(helpdesk, aCard())).toMatchObject({ ok: true });
    expect(botMessages(helpdesk)).toHaveLength(2);
  });

  it.each([
    ['a channel that there is none of', '19:nowhere@thread.tacv2', false],
    ['a team without the app', helpdesk, true],
  ])('in %s tells the operator what to do', async (_name, channel, isRemoved) => {
    const { adapter, control } = await set();
    if (isRemoved) control.removeFromTeam(helpdesk);
    expect(await adapter.messenger.post(channel, aCard())).toMatchObject({
      ok: false,
      failure: { kind: 'misconfigured', retry: 'later', remedy: expect.stringContaining('add the app') },
    });
  });

  it('arrives before anybody has written from Teams, at the address for everybody', async () => {
    const { adapter, control, references } = await set();
    expect(await references.latestServiceUrl()).toBeUndefined();
    const posted = await adapter.messenger.post(helpdesk, aCard());
    expect(posted).toMatchObject({ ok: true });
    expect(botMessages(helpdesk)).toHaveLength(1);
    expect(control.requests.filter(({ kind }) => kind === 'create').map(({ path }) => path)).toEqual([
      '/teams/v3/conversations',
    ]);
    // Somebody has since come with another service URL: the existing message is still updated.
    await meet();
    if (posted.ok) expect(await adapter.messenger.redraw(posted.value, false, over)).toMatchObject({ value: 'drawn' });
    expect(await adapter.messenger.post(helpdesk, aCard())).toMatchObject({ ok: true });
    expect(control.requests.at(-1)?.path).toBe('/emea/v3/conversations');
  });

  it('finds Microsoft’s address for everybody while no other is known', async () => {
    const { adapter, control } = await set({ config: { serviceUrls: ['https://127.0.0.1:1'] } });
    expect(await adapter.messenger.post(helpdesk, aCard())).toMatchObject({
      ok: false,
      failure: { kind: 'unreachable' },
    });
    expect(control.requests.filter(({ kind }) => kind !== 'token')).toEqual([]);
  });
});

describe('renderQueue again', () => {
  it.each<[string, Fault]>([
    ['a message that was deleted', 'ActivityNotFoundInConversation'],
    ['a conversation that is no more', 'ConversationNotFound'],
  ])('%s is gone', async (_name, fault) => {
    const { adapter, control } = await set();
    await meet();
    const place = await told();
    control.faults.always('update', fault);
    expect(await adapter.messenger.redraw(place, false, over)).toEqual({ ok: true, value: 'gone' });
  });

  it('what Teams forbids is refused, and tried once', async () => {
    const { adapter, control } = await set();
    await meet();
    const place = await told();
    control.faults.always('update', 'NotEnoughPermissions');
    expect(await adapter.messenger.redraw(place, false, over)).toMatchObject({
      ok: false,
      failure: { kind: 'refused', cause: 'NotEnoughPermissions' },
    });
    expect(scene.calls('update')).toBe(1);
  });

  it('a place that nobody understands is a failure', async () => {
    const { adapter } = await set();
    for (const place of ['', '{}', '{"serviceUrl":7}', 'null']) {
      expect(await adapter.messenger.redraw({ target: '', place }, false, over)).toMatchObject({ ok: false });
    }
  });

  it('at an address that is not Teams’ sends nothing, least of all the token', async () => {
    const { adapter, control } = await set();
    const place = {
      serviceUrl: 'http://service.attacker.test/',
      conversationId: 'a:1',
      activityId: '1',
      tenantId: 'x',
    };
    expect(await adapter.messenger.redraw({ target: '', place: JSON.stringify(place) }, false, over)).toMatchObject({
      ok: false,
      failure: { kind: 'refused', cause: 'foreign-service-url' },
    });
    expect(control.requests).toEqual([]);
  });
});

describe('a call that Teams did not take at once', () => {
  it.each<[string, Fault]>([
    ['412', 'PreconditionFailed'],
    ['429 with a short Retry-After', { retryAfterSeconds: 1 }],
    ['502', 'ServiceError'],
    ['503', { status: 503 }],
    ['504', { status: 504 }],
  ])('is made again after %s', async (_name, fault) => {
    const { adapter, control } = await set();
    await meet();
    const place = await told();
    control.faults.next('update', fault);
    expect(await adapter.messenger.redraw(place, false, over)).toEqual({ ok: true, value: 'drawn' });
    expect(scene.calls('update')).toBe(2);
  });

  it.each<[string, Fault, object]>([
    ['500', { status: 500 }, { kind: 'unreachable', mayHaveHappened: true }],
    ['400', 'BadSyntax', { kind: 'refused', cause: 'BadSyntax' }],
    ['413', 'MessageSizeTooBig', { kind: 'refused', cause: 'MessageSizeTooBig' }],
    ['a redirect', { status: 302, headers: { location: 'https://attacker.test/' } }, { kind: 'unreachable' }],
    ['a cut connection', { disconnect: true }, { kind: 'unreachable', mayHaveHappened: true }],
  ])('is not made again after %s', async (_name, fault, failure) => {
    const { adapter, control } = await set();
    await meet();
    const place = await told();
    control.faults.always('update', fault);
    expect(await adapter.messenger.redraw(place, false, over)).toMatchObject({ ok: false, failure });
    expect(scene.calls('update')).toBe(1);
  });

  it('is not made more than three times', async () => {
    const { adapter, control } = await set();
    await meet();
    const place = await told();
    control.faults.always('update', { status: 503 });
    expect(await adapter.messenger.redraw(place, false, over)).toMatchObject({
      ok: false,
      failure: { kind: 'unreachable' },
    });
    expect(scene.calls('update')).toBe(3);
  });

  it('is left to the outbox where Teams asks for a long pause, and nothing else is said there meanwhile', async () => {
    const { adapter, control } = await set();
    control.faults.next('create', { retryAfterSeconds: 30 });
    const failure = { kind: 'rate-limited', retryAfterMs: 30_000 };
    expect(await adapter.messenger.post(helpdesk, aCard())).toMatchObject({ ok: false, failure });
    expect(await adapter.messenger.post(helpdesk, aCard())).toMatchObject({
      ok: false,
      failure: { kind: 'rate-limited', cause: 'own-pace' },
    });
    expect(scene.calls('create')).toBe(1);
  });

  it('ends in time where the connector hangs', async () => {
    const { adapter, control } = await set();
    await meet();
    const place = await told();
    control.faults.always('update', { hang: true });
    const passedMs = stopwatch();
    expect(await adapter.messenger.redraw(place, false, over)).toMatchObject({
      ok: false,
      failure: { kind: 'unreachable', mayHaveHappened: true, cause: 'timeout' },
    });
    expect(passedMs()).toBeLessThan(3_500);
    expect(scene.calls('update')).toBe(1);
  });
});

describe('forty cards at once', () => {
  it('keep within what Teams takes, and none is lost: what has to wait says for how long', async () => {
    const { adapter } = await set({ teams: { limits: true, now: () => Date.now() } });
    const posts = await Promise.all(Array.from({ length: 40 }, () => adapter.messenger.post(helpdesk, aCard())));
    expect(botMessages(helpdesk).length).toBe(posts.filter(({ ok }) => ok).length);
    for (const post of posts)
      if (!post.ok) expect(post.failure).toMatchObject({ kind: 'rate-limited', cause: 'own-pace' });
    expect(scene.control.requests.filter(({ status }) => status === 429)).toEqual([]);
    expect(posts.filter(({ ok }) => ok).length).toBeGreaterThanOrEqual(8);
  });
});
