// Two people of one name: the helpdesk tells them apart on its cards, on the platform of the people and on the other one.
import { describe, expect } from 'vitest';
import type { HelpdeskChannel } from './chat.ts';
import { accountOf, addresses, janesAccount, people, slackIdOf } from './people.ts';
import { type Platform, slack, teams } from './platform.ts';
import { type Scene, story } from './story.ts';
import { teamsHelpdesk } from './teams-world.ts';
import { workspace } from './world.ts';

const inBoth = {
  slack: true,
  teams: true,
  helpdesk: `channels: [slack:${workspace.helpdesk}, "teams:${teamsHelpdesk}"], approvers: { teams: members }`,
};
const petrasContact = 'petra@home.example.net';

/** How the card in `read` calls the two people who asked in `asked`. */
const ways: readonly {
  readonly asked: Platform;
  readonly read: Platform;
  readonly jane: string;
  readonly petra: string;
}[] = [
  { asked: slack, read: slack, jane: `<@${slackIdOf('jane')}>`, petra: `<@${slackIdOf('petra')}>` },
  { asked: slack, read: teams, jane: 'Jane Doe (@jane in Slack)', petra: 'Jane Doe (@petra in Slack)' },
  { asked: teams, read: teams, jane: 'Jane Doe (jane in Teams)', petra: 'Jane Doe (petra in Teams)' },
  { asked: teams, read: slack, jane: 'Jane Doe (jane in Teams)', petra: 'Jane Doe (petra in Teams)' },
];

async function bothAsk({ auth0, chat, jane, proves }: Scene): Promise<void> {
  auth0.lock(janesAccount);
  auth0.lock(accountOf('petra'));
  await proves('unlock');
  await jane.reads('The helpdesk has been asked');
  await proves('unlock', chat('petra'), petrasContact);
  await chat('petra').reads('The helpdesk has been asked');
}

describe.concurrent.each(ways)('Asked in $asked.name, read in $read.name, two people of one name', (way) => {
  const { asked, read } = way;
  story(
    asked,
    'are two on the cards, before and after the decision, and no card holds an address',
    async (scene) => {
      asked.respells(scene.world, 'petra', { realName: 'Jane Doe', email: people.petra.email });
      await bothAsk(scene);
      const desk: HelpdeskChannel = read.helpdeskChannel(scene.world, 'sam');
      await desk.seesCard(way.jane);
      await desk.seesCard(way.petra);
      await desk.presses('Deny…');
      await desk.seesForm(way.petra);
      await desk.submits();
      await desk.seesCard(new RegExp(`${escaped(way.petra)}.*denied by (?!.*\\bin (?:Slack|Teams)\\b)`));
      await desk.seesCard(way.jane);
      for (const address of addresses) expect(desk.cards().join('\n')).not.toContain(address);
    },
    inBoth,
  );
});

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
