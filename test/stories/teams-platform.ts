// Teams as a platform of the stories, and what must hold there after every one of them.
import { expect } from 'vitest';
import { eventually } from './chat.ts';
import { linksIn } from './leaks.ts';
import { addresses } from './people.ts';
import type { Platform } from './platform.ts';
import type { Scene } from './story.ts';
import { teamsChat, teamsDesk, teamsOf } from './teams-chat.ts';
import { objectIdOf, teamsHelpdesk } from './teams-world.ts';
import type { World } from './world.ts';

export const teams: Platform = { name: 'Teams', chat: teamsChat, desk: (world, who) => teamsDesk(world, who) };

const channel = `"teams:${teamsHelpdesk}"`;
const agents = [objectIdOf('sam'), objectIdOf('ada')].join(', ');

export const inTeams = { teams: true, helpdesk: `channels: [${channel}]` };
export const inTeamsByName = { teams: true, helpdesk: `channels: [${channel}], approvers: { teams: [${agents}] }` };
export const inBoth = { teams: true, helpdesk: `channels: [slack:C0HELPDESK, ${channel}]` };

/** What was asked of people and of Teams is well formed, in time and quiet; no secret was handed over. */
export async function expectTeamsUpheld({ world }: Scene): Promise<void> {
  const { control } = teamsOf(world);
  await control.settled();
  expect(control.cardProblems).toEqual([]);
  expect(control.deliveries.filter(({ ms, status }) => ms >= 5_000 || status === undefined || status >= 300)).toEqual(
    [],
  );
  expect(control.requests.filter(({ status }) => status >= 400)).toEqual([]);
  expect(linksIn(control.messages(teamsHelpdesk))).toEqual([]);
  expectNothingHandedOver(world);
  const standing = () => [...new Set(linksIn(control.messages(objectIdOf('jane')).map(({ card }) => card)))];
  const ours = (): readonly string[] => standing().filter((link) => link.startsWith(`${world.url}/go/`));
  await eventually(
    async () =>
      (await Promise.all(ours().map((link) => fetch(link)))).every(({ status }) => status === 200) ? true : undefined,
    () => `a link that is dead: ${ours().length}`,
  );
}

function expectNothingHandedOver(world: World): void {
  const handed = JSON.stringify(teamsOf(world).control.requests.map(({ body }) => body));
  const answered = JSON.stringify(teamsOf(world).control.deliveries.map(({ body }) => body));
  const codes = world.auth0.control.outbox.flatMap(({ code }) => (code === undefined ? [] : [code]));
  for (const secret of [...codes, ...addresses]) {
    expect(handed.includes(secret), 'handed to Teams').toBe(false);
    expect(answered.includes(secret), 'answered to Teams').toBe(false);
  }
}
