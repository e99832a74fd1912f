// A request was stored and acknowledged, and its process died before it started the work: another process starts it and
// answers.
import { actorId, deliveryId, instant } from '../../src/flows/ids.ts';
import { openStore } from '../../src/store/store.ts';
import { eventually } from './chat.ts';
import { slackIdOf } from './people.ts';
import { slack as platform } from './platform.ts';
import { type Scene, story } from './story.ts';
import { workspace } from './world.ts';

/** What the process that stored the request left in the database. */
async function leftBehind({ world }: Scene): Promise<void> {
  const store = await openStore({ url: `sqlite:${world.databaseFile}` });
  const actor = actorId({ platform: 'slack', tenant: workspace.teamId, user: slackIdOf('jane') });
  const at = instant(world.now() - 60_000);
  await store.accept({ delivery: deliveryId('slack:event:of-the-dead'), actor, kind: 'reset', at });
  await store.close();
}

const troubled = { isTroubled: true };

story(
  platform,
  'a request that was taken in and never begun is answered, also where Slack takes no message at first',
  async (scene) => {
    scene.world.slack.control.faults.next('chat.postMessage', { kind: 'ratelimited', retryAfterSeconds: 1 });
    await leftBehind(scene);
    await eventually(
      () => (scene.jane.message().includes('Send code') ? true : undefined),
      () => scene.jane.message(),
      20_000,
    );
    await scene.jane.pressesInMessage('Send code');
    await scene.jane.seesInWindow('Enter the code');
  },
  troubled,
);
