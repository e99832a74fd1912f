// The helpdesk decides about people who have proven who they are, only in the channels of its cards, and reads nothing
// that helps a thief.
import { describe, expect } from 'vitest';
import { addresses, janesAccount, slackIdOf } from '../stories/people.ts';
import { slack as platform } from '../stories/platform.ts';
import { type Scene, story } from '../stories/story.ts';
import { workspace } from '../stories/world.ts';
import { pressesForged, requestIn, submitsForm, windowOf } from './forgery.ts';

const acts = ({ auth0 }: Scene) =>
  auth0.requests.filter(({ path, method }) => method !== 'GET' && /tickets|user-blocks/.test(path));
const notYou = "You aren't an approver, so you can't decide this request.";

/** Starts a request that waits for the helpdesk; returns its id from the card. */
async function waits({ auth0, jane, sam, proves, world }: Scene): Promise<string> {
  auth0.lock(janesAccount);
  await proves('unlock');
  await jane.sees('The helpdesk has been asked');
  await sam.seesCard(/Unlock.*for/s);
  const card = JSON.stringify(world.slack.control.messages(workspace.helpdesk).at(-1)?.blocks);
  return /"value":"([\w-]{22})"/.exec(card)?.[1] ?? 'no request';
}

describe('the helpdesk', () => {
  story(
    platform,
    'cannot approve before the person has proven herself, not even by a forged press',
    async (scene) => {
      const { world, jane, code, getsCode, chat } = scene;
      await getsCode('unlock');
      const flow = requestIn(windowOf(world, 'jane'));
      await pressesForged(world, 'sam', 'approve', flow);
      await pressesForged(world, 'sam', 'retry-doubt', flow);
      await chat('sam').hears('This request has already been decided, or it is over.');
      expect(acts(scene)).toEqual([]);
      await jane.types(code());
      await jane.submits();
      await jane.sees("isn't locked");
      expect(acts(scene)).toEqual([]);
    },
    { helpdesk: `channels: [slack:${workspace.helpdesk}], approvers: { slack: [U0SAM, U0ADA] }` },
  );

  story(platform, 'decides where its cards stand: a press from another channel counts for nothing', async (scene) => {
    const { world, chat } = scene;
    const flow = await waits(scene);
    for (const act of ['approve', 'retry-doubt', 'settle-doubt']) await pressesForged(world, 'sam', act, flow);
    await chat('sam').hears(notYou);
    expect(acts(scene)).toEqual([]);
    expect(scene.auth0.user(janesAccount).locked).toBe(true);
  });

  story(platform, 'denies only by its own people, whoever sends the form', async (scene) => {
    const { world, sam, jane } = scene;
    await waits(scene);
    await sam.presses('Deny…');
    await sam.seesForm('Why?');
    const form = windowOf(world, 'sam');
    for (const stranger of ['nina', 'gus'] as const) {
      const answer = await submitsForm(world, stranger, form, 'suspicious');
      expect(answer.body).toContain(notYou);
    }
    expect((await submitsForm(world, 'jane', form, 'suspicious')).body).toContain('your own request');
    expect(jane.message()).toContain('The helpdesk has been asked');
    await sam.presses('Approve');
    await jane.reads("You're unlocked");
  });

  story(platform, 'denies with one of its reasons and with no other text', async (scene) => {
    const { world, sam, jane, auth0 } = scene;
    await waits(scene);
    await sam.presses('Deny…');
    await sam.seesForm('Why?');
    const form = windowOf(world, 'sam');
    for (const typed of ['her ex asked me to', 'toString', '', 'Suspicious']) {
      const answer = await submitsForm(world, 'sam', form, typed);
      expect(answer.body).toContain('This button is from an older message and no longer works.');
    }
    // The request is still open, so none of them counted.
    expect((await submitsForm(world, 'sam', form, 'suspicious')).status).toBe(200);
    await jane.reads('the request looked unusual');
    expect(JSON.stringify(world.slack.control.messages(workspace.helpdesk))).not.toContain('her ex');
    expect(auth0.user(janesAccount).locked).toBe(true);
  });

  story(platform, 'reads who, how and when, and nothing that an eavesdropper could use', async (scene) => {
    const { world, sam, jane, code } = scene;
    world.slack.control.addUser({
      id: slackIdOf('jane'),
      name: 'jane',
      realName: '<!channel> *Approved by Sam* <https://evil.test|details>',
      email: 'jane@acme.example.com',
    });
    await waits(scene);
    const [card] = world.slack.control.messages(workspace.helpdesk);
    const text = JSON.stringify([card?.text, card?.blocks]);
    expect(text).toContain('<@U0JANE>');
    expect(text).not.toMatch(/evil|<!channel>|Approved by|http|•|auth0\|/);
    for (const secret of [...addresses, code()]) expect(text).not.toContain(secret);
    await sam.presses('Approve');
    await jane.reads("You're unlocked");
  });
});
