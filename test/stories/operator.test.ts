// What people see when an administrator uses a lever on the command line, while the server runs.
import { randomBytes } from 'node:crypto';
import { describe, expect } from 'vitest';
import { createDeliver } from '../../src/engine/deliver.ts';
import { createFlowNotifier } from '../../src/engine/flow-notifier.ts';
import type { FlowEvent } from '../../src/flows/event.ts';
import { instant, linkId } from '../../src/flows/ids.ts';
import { openOperatorStore } from '../../src/store/operator/open.ts';
import { policy } from '../store/contract-moment.ts';
import { janesAccount } from './people.ts';
import { platforms } from './platform.ts';
import { type Scene, story } from './story.ts';

/** As the command does it: on the same database, by the same decision, at the story's time. */
async function uses({ world }: Scene, event: FlowEvent, state: string): Promise<void> {
  const operator = await openOperatorStore(`sqlite:${world.databaseFile}`);
  try {
    const [request] = await operator.requests.list({ state }, 1);
    if (request === undefined) throw new Error('there is no such request');
    const deliver = createDeliver({
      store: operator.flows,
      clock: { now: () => instant(world.now()) },
      policy,
      changes: createFlowNotifier(operator.flows),
      newLinkId: () => linkId(randomBytes(16).toString('base64url')),
      wake: { raise: () => undefined },
    });
    expect(await deliver(request.id, event)).toMatchObject({ kind: 'moved' });
  } finally {
    await operator.close();
  }
}

describe.concurrent.each(platforms)('On $name, a person', (platform) => {
  story(
    platform,
    'reads that an administrator ended the request, the card in the channel is closed, and the end is counted once',
    async (scene) => {
      const { auth0, proves, jane, sam } = scene;
      auth0.lock(janesAccount);
      await proves('unlock');
      await sam.seesCard(/Unlock.*for/s);
      await uses(scene, { type: 'operator.ended' }, 'awaiting-approval');
      await jane.reads('An administrator ended this request. Nothing was changed.');
      await sam.seesCard('ended by an administrator');
      await sam.isOffered();
      const labels = `platform="${platform.name.toLowerCase()}",kind="unlock",outcome="cancelled"`;
      for (let looks = 0; looks < 2; looks += 1) {
        const metrics = await (await fetch(`${scene.world.url}/metrics`)).text();
        expect(metrics).toContain(`latchkey_requests_closed_total{${labels},because="operator"} 1\n`);
        expect(metrics).toContain(`latchkey_request_seconds_count{${labels}} 1\n`);
      }
    },
  );

  story(platform, 'reads who lifted the pause after "It wasn\'t me", and so does the helpdesk', async (scene) => {
    const { proves, jane, sam } = scene;
    await proves('reset-password');
    await jane.reads('Choose a new password');
    await jane.pressesInMessage("It wasn't me");
    await jane.reads('paused for 24 hours');
    await uses(scene, { type: 'pause.lifted' }, 'closed');
    await jane.reads('An administrator lifted the pause at');
    await sam.seesCard(/An administrator lifted the pause at.*agreed with the person/s);
    await proves('reset-password');
    await jane.reads('Choose a new password');
  });
});
