// Slack does what it was asked and its answer is lost, or what comes back is no answer of Slack's at all.
import { describe, expect } from 'vitest';
import { slack as platform } from './platform.ts';
import { type Scene, story } from './story.ts';

const button = 'Choose a new password';
const troubled = { isTroubled: true };

const faultsOf = ({ world }: Scene) => world.slack.control.faults;

/** Once a drawing has failed, Slack is well again, and the time of the next try comes. */
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
      await jane.reads('has been opened');
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
      await jane.reads('has been opened');
      expect(jane.linkOf(button)).toBeUndefined();
    },
    troubled,
  );
});
