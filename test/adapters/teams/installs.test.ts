// The app is installed and uninstalled.
import { afterEach, describe, expect, it } from 'vitest';
import { visibleText } from '../../../playground/teams/cards.ts';
import { aCard } from '../slack/scripted-conversation.ts';
import { helpdesk, jane as janeActor, janeId, type Scene, setScene } from './scene.ts';

let scene: Scene;
afterEach(() => scene.close());
const botMessages = (where: string) => scene.control.messages(where).filter(({ from }) => from === 'bot');

describe('the app', () => {
  it('introduces itself once when it is added, although Teams tells it twice', async () => {
    scene = await setScene();
    await scene.jane.install();
    const card = await scene.control.until(() => botMessages(janeId)[0]?.card);
    expect(visibleText(card)).toContain('Welcome.');
    await scene.adapter.stop();
    expect(botMessages(janeId)).toHaveLength(1);
    expect(scene.script.welcomed).toEqual([janeActor]);
  });

  it('can write to somebody from then on', async () => {
    scene = await setScene();
    expect(await scene.adapter.messenger.tell(janeActor, aCard())).toMatchObject({
      ok: false,
      failure: { kind: 'absent', cause: 'never-met' },
    });
    await scene.jane.install();
    await scene.control.until(() => botMessages(janeId).length === 1);
    expect(await scene.adapter.messenger.tell(janeActor, aCard())).toMatchObject({ ok: true });
  });

  it('says nothing in a channel when it is added to a team, and knows its service from then on', async () => {
    scene = await setScene();
    const { jane, control, teams } = scene;
    const conversation = { ...(jane.activity()['conversation'] as object), id: helpdesk, conversationType: 'channel' };
    await control.send(jane.activity({ type: 'installationUpdate', action: 'add', text: undefined, conversation }));
    await scene.adapter.stop();
    expect(botMessages(helpdesk)).toEqual([]);
    expect(await scene.references.latestServiceUrl()).toBe(teams.serviceUrl);
  });

  it('forgets where somebody was when it is taken away in the middle, and writes no more', async () => {
    scene = await setScene();
    const { jane, control, references, adapter } = scene;
    await jane.message('hello');
    const [message] = await control.until(() => (botMessages(janeId).length === 1 ? botMessages(janeId) : undefined));
    await jane.uninstall();
    await adapter.stop();
    expect(await references.find(janeActor)).toBeUndefined();
    expect(await adapter.messenger.tell(janeActor, aCard())).toMatchObject({ ok: false, failure: { kind: 'absent' } });
    const { serviceUrl } = scene.teams;
    const place = { serviceUrl, conversationId: message?.conversation, activityId: message?.id, tenantId: 'x' };
    const redrawn = await adapter.messenger.redraw({ target: 'x', place: JSON.stringify(place) }, false, aCard());
    expect(redrawn).toMatchObject({ ok: false, failure: { kind: 'refused', retry: 'never' } });
  });
});
