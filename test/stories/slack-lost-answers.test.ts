// Slack does what it was asked but its answer is lost, or the answer does not come from Slack at all.
import { describe, expect } from 'vitest';
import { buttonsIn, visibleText } from '../../playground/slack/visible.ts';
import type { Message } from '../../playground/slack/world.ts';
import { eventually } from './chat.ts';
import { janesAccount, slackIdOf, type Who } from './people.ts';
import { slack as platform } from './platform.ts';
import { type Scene, story } from './story.ts';

const button = 'Choose a new password';
const troubled = { isTroubled: true };

const faultsOf = ({ world }: Scene) => world.slack.control.faults;

/** Once a drawing has failed, Slack is healthy again, and the time of the next try comes. */
async function isWellAgain(scene: Scene, method: string): Promise<void> {
  await scene.fails('show');
  faultsOf(scene).clear(method);
  await scene.triesAgain('show', 1);
}

describe.concurrent('A page of HTML in the place of Slack’s answer', () => {
  story(
    platform,
    'to a message: it comes when Slack is well again',
    async (scene) => {
      const { jane, proves, opensTicket } = scene;
      faultsOf(scene).always('chat.postMessage', 'html');
      await proves('reset-password');
      await jane.seesInWindow(button);
      await isWellAgain(scene, 'chat.postMessage');
      await jane.reads(button);
      await opensTicket(jane.linkOf(button));
      await jane.reads('page is open');
    },
    troubled,
  );

  story(
    platform,
    'to the change of a message: the link is taken out when Slack is well again',
    async (scene) => {
      const { jane, proves, opensTicket } = scene;
      await proves('reset-password');
      await jane.reads(button);
      faultsOf(scene).always('chat.update', 'html');
      await opensTicket(jane.linkOf(button));
      await isWellAgain(scene, 'chat.update');
      await jane.reads('page is open');
      expect(jane.linkOf(button)).toBeUndefined();
    },
    troubled,
  );
});

const helpdesk = 'C0HELPDESK';

const messagesIn = ({ world }: Scene, where: string): readonly Message[] =>
  world.slack.control.messages(where).filter(({ deleted }) => deleted !== true);

/**
 * A message is posted and its answer is lost, so it is posted once more. Returns the copy that the product does not
 * know about.
 */
async function postedTwice(scene: Scene, to: string, act: () => Promise<unknown>): Promise<Message> {
  const before = messagesIn(scene, to).length;
  faultsOf(scene).next('chat.postMessage', { kind: 'disconnect', after: true });
  await act();
  await scene.triesAgain('show', 1);
  const posted = await eventually(
    () => (messagesIn(scene, to).length === before + 2 ? messagesIn(scene, to).slice(before) : undefined),
    () => `${messagesIn(scene, to).length} messages`,
  );
  const [orphan] = posted;
  if (orphan === undefined) throw new Error('nothing was posted');
  return orphan;
}

async function postedTwiceInChannel(scene: Scene): Promise<Message> {
  // Jane's own message goes first: the channel's card waits until it has been posted.
  faultsOf(scene).always('conversations.info', 'http_500');
  scene.auth0.lock(janesAccount);
  await scene.proves('unlock');
  await scene.jane.reads('The helpdesk has been asked');
  await scene.fails('show');
  return postedTwice(scene, helpdesk, async () => {
    faultsOf(scene).clear('conversations.info');
    await scene.triesAgain('show', 1);
    await eventually(
      () => (messagesIn(scene, helpdesk).length > 0 ? true : undefined),
      () => 'no card',
    );
    await scene.triesAgain('show', 2);
  });
}

async function pressesOn({ world }: Scene, who: Who, { channel, ts }: Message, text: string): Promise<void> {
  await world.slack.client(slackIdOf(who)).press({ channel, ts }, { text });
}

/** Waits until every message there shows this and offers only these buttons. */
async function allShow(scene: Scene, where: string, wanted: RegExp, ...labels: string[]): Promise<void> {
  const look = () =>
    messagesIn(scene, where).map((one) => `${visibleText(one)}|${buttonsIn(one.blocks).map(({ text }) => text)}`);
  await eventually(
    () => (look().every((one) => wanted.test(one) && one.endsWith(`|${labels}`)) ? true : undefined),
    () => look().join('\n---\n'),
  );
}

describe.concurrent('A message whose answer was lost', () => {
  story(
    platform,
    'is kept current like the second one as soon as somebody presses on it',
    async (scene) => {
      scene.auth0.lock(janesAccount);
      await scene.getsCode('unlock');
      const orphan = await postedTwice(scene, slackIdOf('jane'), async () => {
        await scene.jane.types(scene.code());
        await scene.jane.submits();
      });
      await scene.jane.closesWindow();
      await pressesOn(scene, 'jane', orphan, 'Cancel this request');
      await allShow(scene, slackIdOf('jane'), /Cancelled\. Nothing was changed/, 'Start again', "It wasn't me");
    },
    troubled,
  );

  story(
    platform,
    'shows the end, once it is pressed, of a request that ended meanwhile',
    async (scene) => {
      const { jane } = scene;
      scene.auth0.lock(janesAccount);
      await scene.getsCode('unlock');
      const orphan = await postedTwice(scene, slackIdOf('jane'), async () => {
        await jane.types(scene.code());
        await jane.submits();
      });
      await jane.closesWindow();
      await scene.sam.presses('Approve');
      await jane.reads("You're unlocked");
      await pressesOn(scene, 'jane', orphan, 'Cancel this request');
      await allShow(scene, slackIdOf('jane'), /You're unlocked/, "It wasn't me");
    },
    troubled,
  );

  story(
    platform,
    'in the helpdesk’s channel is left as it is by who may not decide',
    async (scene) => {
      const orphan = await postedTwiceInChannel(scene);
      const standing = () => messagesIn(scene, helpdesk).find(({ ts }) => ts === orphan.ts);
      const before = JSON.stringify(standing());
      await pressesOn(scene, 'bert', orphan, 'Approve');
      await scene.helpdeskChannel('bert').hears("You aren't an approver, so you can't decide this request");
      expect(JSON.stringify(standing())).toBe(before);
      await pressesOn(scene, 'sam', orphan, 'Approve');
      await allShow(scene, helpdesk, /approved by.*done/s);
    },
    { isTroubled: true, helpdesk: platform.helpdesk({ approvers: ['sam'] }) },
  );

  story(
    platform,
    'in the helpdesk’s channel is decided on like the second one, and neither can be pressed afterwards',
    async (scene) => {
      const orphan = await postedTwiceInChannel(scene);
      await pressesOn(scene, 'sam', orphan, 'Approve');
      await scene.jane.reads("You're unlocked");
      await allShow(scene, helpdesk, /approved by.*done/s);
    },
    troubled,
  );
});
