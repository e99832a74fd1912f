// Which requests the product accepts: from Slack, recent, each once, about Slack's own people. Recorded and forged
// requests to the whole product.
import { describe, expect } from 'vitest';
import type { Delivery } from '../../playground/slack/deliveries.ts';
import { slackIdOf } from '../stories/people.ts';
import { slack as platform } from '../stories/platform.ts';
import { type Scene, story, wrong } from '../stories/story.ts';
import { workspace } from '../stories/world.ts';
import { codesAskedAbout, pressesForgedInWindow, requestIn, windowOf } from './forgery.ts';

const last = ({ world }: Scene, kind: Delivery['kind']): Delivery => {
  const delivery = world.slack.control.deliveries.findLast((one) => one.kind === kind);
  if (delivery === undefined) throw new Error(`no ${kind}`);
  return delivery;
};
const aboutPeople = ({ auth0 }: Scene) => auth0.requests.filter(({ path }) => path.includes('users'));

describe('a request', () => {
  story(platform, 'that was recorded is refused, and after a restart it still begins nothing', async (scene) => {
    const { jane, world } = scene;
    await jane.asks('reset-password');
    await jane.sees('Send the code to');
    const recorded = last(scene, 'command');
    expect(await world.slack.control.replay(recorded)).toMatchObject({ status: 401, body: '' });
    await jane.closesWindow();
    await jane.writes('cancel');
    await jane.reads('Cancelled');
    await world.restart();
    const asked = aboutPeople(scene).length;
    const opened = world.slack.control.requests.filter(({ method }) => method === 'views.open').length;
    await world.slack.control.replay(recorded);
    expect(await world.slack.control.replay(recorded)).toMatchObject({ status: 401 });
    await jane.writes('status');
    await jane.reads('Cancelled');
    expect(aboutPeople(scene)).toHaveLength(asked);
    expect(world.slack.control.requests.filter(({ method }) => method === 'views.open')).toHaveLength(opened);
  });

  story(platform, 'with a code that was recorded has it looked at once, also after a restart', async (scene) => {
    const { jane, world, code, getsCode } = scene;
    await getsCode('reset-password');
    await jane.types(wrong(code()));
    await jane.submits();
    await jane.seesBesideInput('2 tries left');
    const recorded = last(scene, 'interaction');
    for (let nth = 0; nth < 3; nth += 1) {
      expect(await world.slack.control.replay(recorded)).toMatchObject({ status: 401 });
    }
    await world.restart();
    await world.slack.control.replay(recorded);
    expect(codesAskedAbout(world)).toHaveLength(1);
  });

  story(platform, 'unsigned, forged, stale, from the future or of another app starts nothing', async (scene) => {
    const { world } = scene;
    const client = world.slack.client(slackIdOf('jane'));
    const seconds = Math.floor(world.now() / 1000);
    const command = {
      command: '/unlock',
      text: '',
      user_id: slackIdOf('jane'),
      team_id: workspace.teamId,
      api_app_id: workspace.appId,
      trigger_id: '1.2.3',
    };
    for (const departure of [
      { signature: null },
      { signature: 'v0=' },
      { signature: `v0=${'0'.repeat(64)}` },
      { secret: 'another-signing-secret-of-some-length' },
      { timestamp: seconds - 310 },
      { timestamp: seconds + 310 },
      { timestamp: 'now' },
    ]) {
      expect(await client.send('command', command, departure)).toMatchObject({ status: 401, body: '' });
    }
    const foreign = { ...command, api_app_id: 'A0ANOTHER' };
    expect(await client.send('command', foreign)).toMatchObject({ status: 401, body: '' });
    expect(aboutPeople(scene)).toEqual([]);
    expect(world.slack.control.requests.filter(({ method }) => method.startsWith('views.'))).toEqual([]);
  });

  story(
    platform,
    'that names Jane but comes from another workspace is a stranger’s',
    async (scene) => {
      const { world } = scene;
      const client = world.slack.client(slackIdOf('jane'));
      const team = 'T0OTHER01';
      await client.send('command', {
        command: '/unlock',
        text: '',
        user_id: slackIdOf('jane'),
        team_id: team,
        api_app_id: workspace.appId,
        trigger_id: 'from.another.workspace',
      });
      await scene.jane.reads("This is for this company's employees only");
      expect(aboutPeople(scene)).toEqual([]);
    },
    { isTroubled: true },
  );

  story(platform, 'of somebody else is shown to nobody who knows its name', async (scene) => {
    const { jane, world, chat } = scene;
    await jane.asks('reset-password');
    await jane.sees('Email j•••@h•••.net');
    const request = requestIn(windowOf(world, 'jane'));
    const sam = chat('sam');
    await sam.asks('unlock');
    await sam.sees("We'll send a code to your contact");
    await pressesForgedInWindow(world, 'sam', 'continue', request);
    await sam.sees("This request isn't yours.");
    expect(sam.screen()).not.toContain('j•••');
  });

  story(platform, 'of a guest, a stranger, a former or a future colleague is asked of nobody', async (scene) => {
    for (const who of ['gus', 'dora', 'emil', 'ines', 'xaver'] as const) {
      const person = scene.chat(who);
      for (const what of ['reset-password', 'unlock'] as const) {
        await person.asks(what);
        await person.sees(/guest|not active|not confirmed|haven't joined|employees only/);
        await person.closesWindow();
      }
    }
    expect(aboutPeople(scene)).toEqual([]);
    expect(scene.auth0.outbox).toEqual([]);
  });
});
