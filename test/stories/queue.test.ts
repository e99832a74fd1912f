// Two hundred people ask the helpdesk at the same moment, and its channel accepts one message per second: they queue,
// and none fails.
import { describe, expect } from 'vitest';
import { type ActorId, accountId, actorId, deliveryId, flowId, instant, later } from '../../src/flows/ids.ts';
import type { AwaitingApproval } from '../../src/flows/state.ts';
import type { FlowStore } from '../../src/flows/store.ts';
import { openStore } from '../../src/store/store.ts';
import { eventually } from './chat.ts';
import { slack, teams } from './platform.ts';
import { story } from './story.ts';
import { teamsApp, teamsHelpdesk } from './teams-world.ts';
import { type World, workspace } from './world.ts';

const people = 200;
const ids = Array.from({ length: people }, (_, nth) => flowId(`queued-${String(nth).padStart(3, '0')}`));

const inSlack = (nth: number): ActorId =>
  actorId({ platform: 'slack', tenant: workspace.teamId, user: `U0QUEUE${String(nth).padStart(3, '0')}` });
const inTeams = (nth: number): ActorId => {
  const user = `00000000-0000-4000-8000-${String(nth).padStart(12, '0')}`;
  return actorId({ platform: 'teams', tenant: teamsApp.tenantId, user });
};

/** The messages in the helpdesk's channel now. */
const cardsIn = {
  slack: ({ slack }: World) => slack.control.messages(workspace.helpdesk).length,
  teams: ({ teams }: World) => teams?.control.messages(teamsHelpdesk).filter(({ from }) => from === 'bot').length ?? 0,
};
const throttled = {
  slack: ({ slack }: World) => slack.control.requests.filter(({ status }) => status === 429).length,
  teams: ({ teams }: World) => teams?.control.requests.filter(({ status }) => status === 429).length ?? 0,
};

/** Everybody has just proven who they are, so a card must be posted for each. */
async function allAsk(store: FlowStore, world: World, actorOf: (nth: number) => ActorId): Promise<void> {
  const now = instant(world.now());
  const state = (nth: number): AwaitingApproval => ({
    ...{ at: 'awaiting-approval', account: accountId(`auth0|queued-${nth}`), proof: { channel: 'email', at: now } },
    ...{ needed: 1, approvals: [], askedAt: now, earlierUnlocks: 0, until: later(now, 900) },
  });
  for (const [nth, id] of ids.entries()) {
    const intake = { delivery: deliveryId(`queue:${nth}`), actor: actorOf(nth), kind: 'unlock', at: now } as const;
    await store.accept(intake);
    const effects = [{ do: 'show', to: 'helpdesk', lasting: true } as const];
    await store.begin({ intake, id, state: state(nth), effects, now });
  }
}

describe.each([
  { platform: slack, key: 'slack', actorOf: inSlack, secondsApart: 1 },
  { platform: teams, key: 'teams', actorOf: inTeams, secondsApart: 0.6 },
] as const)('On $platform.name, two hundred requests for one channel', ({ platform, key, actorOf, secondsApart }) => {
  story(
    platform,
    'are posted one after the other; nobody reads a failure, and whoever wants something else does not wait behind them',
    async (scene) => {
      const { world, jane, proves } = scene;
      const store = await openStore({ url: `sqlite:${world.databaseFile}` });
      await allAsk(store, world, actorOf);
      const cards = (): number => cardsIn[key](world);
      const posted = (count: number) =>
        eventually(
          () => (cards() >= count ? true : undefined),
          () => `${cards()} cards in place of ${count}`,
        );
      world.pass(0);
      await posted(1);
      await proves('reset-password');
      await jane.reads('Choose a new password');
      expect(cards()).toBeLessThan(people / 2);
      // The next ones in the queue sleep in real time: the clock may move only when all of those are done.
      await posted(8);
      // What a busy machine is late with would be waited for in real time, at each one from then on.
      world.stands();
      for (let next = cards() + 1; next <= people; next += 1) {
        world.pass(secondsApart);
        await posted(next);
      }
      const flows = await Promise.all(ids.map((id) => store.read(id)));
      await store.close();
      expect(flows.filter((flow) => flow?.state.at !== 'awaiting-approval')).toEqual([]);
      expect(cards()).toBe(people);
      expect(throttled[key](world)).toBe(0);
      expect(world.logged()).not.toContain('given up');
    },
    { slackLimits: true, isTroubled: true, isAlone: true },
  );
});
