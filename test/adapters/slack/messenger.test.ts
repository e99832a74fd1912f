// Slack as a messenger: what it promises the conversation, also when Slack's answers are faulty.
import { afterEach, describe, expect, it } from 'vitest';
import { visibleText } from '../../../playground/slack/visible.ts';
import type { Card } from '../../../src/bot/cards/card.ts';
import { knownActor } from '../../../src/flows/ids.ts';
import { stopwatch } from '../../cpu-time.ts';
import { type Scene, type SceneOptions, setScene } from './scene.ts';
import { aCard, codeCard } from './scripted-conversation.ts';

let scene: Scene;
const set = async (options?: SceneOptions): Promise<Scene> => {
  scene = await setScene(options);
  return scene;
};
afterEach(() => scene.close());

const jane = knownActor('slack:T0ACME:U0JANE');
const sam = knownActor('slack:T0ACME:U0SAM');
const link: Card = aCard({
  actions: [{ kind: 'link', act: 'follow-link', label: 'Choose a new password', url: 'http://127.0.0.1:1/go/token' }],
});

describe('a private message', () => {
  it('stands in the person’s direct messages, with words for notifications and without previews', async () => {
    const { adapter, control } = await set();
    const posted = await adapter.messenger.tell(jane, link);
    expect(posted.ok && JSON.parse(posted.value.place)).toMatchObject({ channel: 'D0JANE' });
    expect(control.messages('U0JANE')[0]).toMatchObject({
      unfurl_links: false,
      unfurl_media: false,
      text: link.summary.join(''),
    });
    expect(scene.args('chat.postMessage')).toMatchObject({ channel: 'U0JANE' });
    expect(control.warnings).toEqual([]);
    expect(control.crawled).toEqual([]);
  });

  it('is drawn again in place, and the link is gone from it', async () => {
    const { adapter, control } = await set();
    const posted = await adapter.messenger.tell(jane, link);
    if (!posted.ok) throw new Error('not told');
    const drawn = await adapter.messenger.redraw(posted.value, false, aCard({ version: 2 }));
    expect(drawn).toEqual({ ok: true, value: 'drawn' });
    expect(JSON.stringify(control.messages('U0JANE')[0]?.blocks)).not.toContain('/go/');
  });

  it('has a button instead of inputs: nothing is typed into a message', async () => {
    const { adapter, control } = await set();
    await adapter.messenger.tell(jane, codeCard());
    const message = control.messages('U0JANE')[0];
    expect(JSON.stringify(message?.blocks)).not.toContain('input');
    expect(visibleText({ ...message, blocks: message?.blocks ?? [] })).toContain('Enter code');
  });

  it('to somebody of another platform is absent', async () => {
    const { adapter } = await set();
    const posted = await adapter.messenger.tell(knownActor('teams:tenant:user'), link);
    expect(posted).toMatchObject({ ok: false, failure: { kind: 'absent' } });
  });

  it('is not posted twice where its answer was lost', async () => {
    const { adapter, control } = await set();
    control.faults.next('chat.postMessage', { kind: 'disconnect', after: true });
    const posted = await adapter.messenger.tell(jane, link);
    expect(posted).toMatchObject({ ok: false, failure: { kind: 'unreachable', mayHaveHappened: true } });
    expect(control.messages('U0JANE')).toHaveLength(1);
  });

  it.each([
    ['user_not_found', { kind: 'absent', cause: 'user_not_found' }],
    ['ratelimited', { kind: 'rate-limited', retryAfterMs: 1_000 }],
    ['invalid_auth', { kind: 'misconfigured', remedy: expect.stringContaining('SLACK_BOT_TOKEN') }],
    ['missing_scope', { kind: 'misconfigured', remedy: expect.stringContaining('manifest') }],
    ['invalid_blocks', { kind: 'refused', cause: 'invalid_blocks' }],
    ['internal_error', { kind: 'unreachable', mayHaveHappened: true }],
    ['http_500', { kind: 'unreachable', cause: 'http-500' }],
    ['http_404', { kind: 'unreachable', cause: 'http-404', mayHaveHappened: true }],
    ['html', { kind: 'unreachable', retry: 'later', cause: 'answer-not-understood', mayHaveHappened: true }],
    ['disconnect', { kind: 'unreachable', mayHaveHappened: true }],
    ['hang', { kind: 'unreachable', cause: 'timeout', mayHaveHappened: true }],
  ])('that fails with %s says so in our words', async (fault, failure) => {
    const { adapter, control, logged } = await set();
    control.faults.always('chat.postMessage', fault);
    expect(await adapter.messenger.tell(jane, link)).toMatchObject({ ok: false, failure });
    expect(scene.calls('chat.postMessage')).toBe(1);
    expect(logged.some((line) => line.includes('slack.call.failed'))).toBe(true);
  });

  it('whose 429 does not say for how long is tried again after half a minute', async () => {
    const { adapter, control } = await set();
    control.faults.always('chat.postMessage', { kind: 'http', status: 429 });
    const posted = await adapter.messenger.tell(jane, link);
    expect(posted).toMatchObject({ ok: false, failure: { kind: 'rate-limited', retryAfterMs: 30_000 } });
  });

  it('to a server that is not there certainly did not happen', async () => {
    const { adapter, slack } = await set({ isWarm: false });
    await slack.close();
    const posted = await adapter.messenger.tell(jane, link);
    expect(posted).toMatchObject({ ok: false, failure: { kind: 'unreachable', mayHaveHappened: false } });
  });
});

describe('renderQueue again', () => {
  it.each(['message_not_found', 'channel_not_found', 'cant_update_message'])(
    'knows from %s that the message is gone',
    async (fault) => {
      const { adapter, control } = await set();
      const posted = await adapter.messenger.tell(jane, link);
      if (!posted.ok) throw new Error('not told');
      control.faults.always('chat.update', fault);
      expect(await adapter.messenger.redraw(posted.value, false, link)).toEqual({ ok: true, value: 'gone' });
    },
  );

  it('knows that a closed window is gone', async () => {
    const { adapter, jane: person, script, control } = await set();
    await person.command('/unlock');
    await control.until(() => script.attached.length === 1);
    const window = script.attached[0]?.window;
    if (window === undefined) throw new Error('no window');
    expect(await adapter.messenger.redraw(window, true, codeCard())).toEqual({ ok: true, value: 'drawn' });
    await person.closeView();
    expect(await adapter.messenger.redraw(window, true, codeCard())).toEqual({ ok: true, value: 'gone' });
  });

  it.each(['http_500', 'html'] as const)(
    'tries once more where there was no answer (%s), since renderQueue twice is harmless',
    async (fault) => {
      const { adapter, control } = await set();
      const posted = await adapter.messenger.tell(jane, link);
      if (!posted.ok) throw new Error('not told');
      control.faults.next('chat.update', fault);
      expect(await adapter.messenger.redraw(posted.value, false, aCard())).toEqual({ ok: true, value: 'drawn' });
      expect(scene.calls('chat.update')).toBe(2);
    },
  );

  it.each(['{', '{}', '{"channel":1}', 'null'])('refuses the place %s', async (place) => {
    const { adapter } = await set();
    for (const isWindow of [true, false]) {
      const drawn = await adapter.messenger.redraw({ target: 'x', place }, isWindow, link);
      expect(drawn).toMatchObject({ ok: false, failure: { kind: 'malformed' } });
    }
  });

  it('never goes back to an older card, whichever arrives last', async () => {
    const { adapter, control } = await set();
    const posted = await adapter.messenger.tell(jane, aCard());
    if (!posted.ok) throw new Error('not told');
    const newer = aCard({ version: 9, lines: [{ text: ['newer'], tone: 'normal' }] });
    const older = aCard({ version: 8, lines: [{ text: ['older'], tone: 'normal' }] });
    await Promise.all([
      adapter.messenger.redraw(posted.value, false, newer),
      adapter.messenger.redraw(posted.value, false, older),
    ]);
    const message = control.messages('U0JANE')[0];
    expect(visibleText({ ...message, blocks: message?.blocks ?? [] })).toContain('newer');
  });
});

describe('a helpdesk channel', () => {
  it('gets its card', async () => {
    const { adapter, control } = await set();
    const posted = await adapter.messenger.post(
      'C0HELPDESK',
      aCard({ lines: [{ text: [{ person: jane }], tone: 'normal' }] }),
    );
    expect(posted.ok).toBe(true);
    expect(JSON.stringify(control.messages('C0HELPDESK')[0]?.blocks)).toContain('<@U0JANE>');
  });

  it('that another company shares gets nothing, and the operator reads what to do', async () => {
    const { adapter, control } = await set();
    control.addChannel({ id: 'C0SHARED', name: 'shared', isExtShared: true, members: ['U0SAM'] });
    const posted = await adapter.messenger.post('C0SHARED', aCard());
    expect(posted).toMatchObject({
      ok: false,
      failure: { cause: 'channel-shared-outside', remedy: expect.stringContaining('C0SHARED') },
    });
    expect(control.messages('C0SHARED')).toEqual([]);
    expect(await adapter.messenger.isMember('C0SHARED', sam)).toMatchObject({ ok: false });
  });

  it('is private where Slack says so, and only there', async () => {
    const { adapter, control } = await set();
    control.addChannel({ id: 'C0PRIVATE', name: 'private', isPrivate: true });
    expect(await adapter.messenger.isPrivate('C0PRIVATE')).toEqual({ ok: true, value: true });
    control.addChannel({ id: 'C0PUBLIC', name: 'public', isPrivate: false });
    expect(await adapter.messenger.isPrivate('C0PUBLIC')).toEqual({ ok: true, value: false });
    expect(await adapter.messenger.isPrivate('C0NOWHERE')).toMatchObject({ ok: false });
    control.faults.next('conversations.info', {
      ...{ kind: 'http', status: 200, body: JSON.stringify({ ok: true, channel: {} }) },
      headers: { 'content-type': 'application/json' },
    });
    expect(await adapter.messenger.isPrivate('C0UNSAID')).toEqual({ ok: true, value: false });
  });

  it('without the bot says what to do', async () => {
    const { adapter, control } = await set();
    control.addChannel({ id: 'C0LATER', name: 'later', withBot: false });
    const posted = await adapter.messenger.post('C0LATER', aCard());
    expect(posted).toMatchObject({ ok: false, failure: { remedy: expect.stringContaining('Invite') } });
  });

  it('that Slack rate-limits does not delay a window', async () => {
    const { adapter, control, jane: person } = await set();
    control.faults.rateLimit('chat.postMessage', 30, 1);
    const posting = adapter.messenger.post('C0HELPDESK', aCard());
    await control.until(() => scene.calls('chat.postMessage') === 1);
    const passedMs = stopwatch();
    await person.command('/unlock');
    await control.until(() => control.openView('U0JANE'));
    expect(passedMs()).toBeLessThan(1_000);
    expect(await posting).toMatchObject({ ok: false, failure: { kind: 'rate-limited', retryAfterMs: 30_000 } });
    // Until then nothing more is sent to that channel; other channels are not affected.
    control.addChannel({ id: 'C0OTHER', name: 'other' });
    expect(await adapter.messenger.post('C0HELPDESK', aCard())).toMatchObject({
      ok: false,
      failure: { cause: 'own-pace' },
    });
    expect(scene.calls('chat.postMessage')).toBe(1);
    expect(await adapter.messenger.post('C0OTHER', aCard())).toMatchObject({ ok: true });
  });

  it('gets a burst of cards one a second at most; the rest is told to come back', async () => {
    const { adapter, control } = await set({ rateLimits: true });
    const posts = Array.from({ length: 12 }, () => adapter.messenger.post('C0HELPDESK', aCard()));
    const late = await Promise.all(posts.slice(5));
    expect(late.every((one) => !one.ok && one.failure.kind === 'rate-limited')).toBe(true);
    expect(control.messages('C0HELPDESK').length).toBeLessThanOrEqual(2);
    await Promise.allSettled(posts);
  });

  it('has members: asked afresh at each press but for a moment, page by page', async () => {
    const { adapter, control } = await set();
    const many = Array.from({ length: 450 }, (_, nth) => `U0M${nth}`);
    control.addChannel({ id: 'C0LARGE', name: 'large', members: [...many, 'U0SAM'] });
    expect(await adapter.messenger.isMember('C0LARGE', sam)).toEqual({ ok: true, value: true });
    expect(await adapter.messenger.isMember('C0LARGE', jane)).toEqual({ ok: true, value: false });
    expect(scene.calls('conversations.members')).toBe(3);
  });

  it('has members: a membership is remembered for five seconds, and so is its privacy', async () => {
    let elapsedMs = 0;
    const { adapter, control } = await set({ elapsedMs: () => elapsedMs });
    const isMember = () => adapter.messenger.isMember('C0HELPDESK', sam);
    const isPrivate = () => adapter.messenger.isPrivate('C0HELPDESK');
    control.addChannel({ id: 'C0HELPDESK', name: 'helpdesk', members: ['U0SAM'], isPrivate: true });
    expect([await isMember(), await isPrivate()]).toMatchObject([{ value: true }, { value: true }]);
    control.addChannel({ id: 'C0HELPDESK', name: 'helpdesk', members: [], isPrivate: false });
    elapsedMs = 4_900;
    expect([await isMember(), await isPrivate()]).toMatchObject([{ value: true }, { value: true }]);
    elapsedMs = 5_100;
    expect([await isMember(), await isPrivate()]).toMatchObject([{ value: false }, { value: false }]);
  });

  it('has no members from other companies or platforms, whatever their id', async () => {
    const { adapter } = await set();
    for (const stranger of ['slack:T0OTHER:U0SAM', 'teams:T0ACME:U0SAM']) {
      expect(await adapter.messenger.isMember('C0HELPDESK', knownActor(stranger))).toEqual({ ok: true, value: false });
    }
  });

  it('has its members even if one of them cannot be read', async () => {
    const { adapter, control } = await set();
    const body = JSON.stringify({ ok: true, members: [null, 7, 'U0SAM', { id: 'U0JANE' }] });
    control.faults.always('conversations.members', { kind: 'http', status: 200, body });
    expect(await adapter.messenger.isMember('C0HELPDESK', sam)).toEqual({ ok: true, value: true });
    expect(await adapter.messenger.isMember('C0HELPDESK', jane)).toEqual({ ok: true, value: false });
  });

  it('whose members cannot be read makes nobody a member, and is asked again the next time', async () => {
    const { adapter, control } = await set();
    control.faults.next('conversations.members', 'missing_scope');
    expect(await adapter.messenger.isMember('C0HELPDESK', sam)).toMatchObject({ ok: false });
    expect(await adapter.messenger.isMember('C0HELPDESK', sam)).toEqual({ ok: true, value: true });
  });
});

describe('the operator', () => {
  it('learns whose token it is and what it may', async () => {
    const { adapter } = await set();
    const checked = await adapter.check();
    expect(checked).toMatchObject({
      ok: true,
      value: { teamId: 'T0ACME', botUserId: 'U0LATCHKEY', appId: 'A0LATCHKEY' },
    });
    expect(checked.ok && checked.value.scopes).toContain('users:read.email');
  });

  it('learns what is wrong with it', async () => {
    const { adapter, control } = await set({ isWarm: false });
    control.faults.next('auth.test', 'token_revoked');
    await adapter.warmUp();
    expect(await adapter.check()).toMatchObject({ ok: true });
    const { adapter: other, control: faulty, close } = await setScene({ isWarm: false });
    faulty.faults.always('auth.test', 'token_revoked');
    expect(await other.check()).toMatchObject({ ok: false, failure: { kind: 'misconfigured' } });
    await close();
  });
});
