// An agent is refused and then added to the channel: the same button then works, and the approval counts once.
import { setTimeout } from 'node:timers/promises';
import { describe, expect } from 'vitest';
import { eventually } from './chat.ts';
import { janesAccount } from './people.ts';
import { teams } from './platform.ts';
import { type Scene, story } from './story.ts';
import { teamsOf } from './teams-chat.ts';

const lifts = ({ auth0 }: Scene): number =>
  auth0.requests.filter(({ method, path }) => method === 'DELETE' && path.includes('/user-blocks/')).length;

describe.concurrent('In Teams, an agent', () => {
  story(teams, 'who was refused, then let in, presses the same button again, and it counts once', async (scene) => {
    const { world, auth0, proves, sam, jane } = scene;
    const { faults } = teamsOf(world).control;
    auth0.lock(janesAccount);
    await proves('unlock');
    await sam.seesCard(/Unlock.*for/s);
    const press = sam.remembers('Approve');
    faults.always('pagedmembers', { status: 200, body: { members: [] } });
    await press();
    await sam.hears("You aren't an approver, so you can't decide this request.");
    expect(lifts(scene)).toBe(0);
    faults.clear();
    // Channel membership is cached for some seconds.
    await eventually(
      async () => {
        await press();
        await setTimeout(1_000);
        return lifts(scene) > 0 ? true : undefined;
      },
      () => sam.whispers().join('\n'),
      200,
    );
    await jane.reads("You're unlocked");
    await press();
    expect(lifts(scene)).toBe(1);
  });
});
