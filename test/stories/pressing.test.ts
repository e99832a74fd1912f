// A person who presses without end does not slow anybody else down.
import { describe, expect } from 'vitest';
import { janesAccount } from './people.ts';
import { platforms } from './platform.ts';
import { story } from './story.ts';

const notYou = "You aren't an approver, so you can't decide this request.";
const tooOften = "That's a lot of requests in a short time.";

describe.concurrent.each(platforms)('On $name', (platform) => {
  story(
    platform,
    'whoever presses a hundred times a minute is heard sixty times, told so, and the helpdesk decides all the same',
    async ({ world, auth0, proves, helpdeskChannel, sam, jane }) => {
      platform.room(world, 'helpdesk', { members: ['sam', 'nina'] });
      auth0.lock(janesAccount);
      await proves('unlock');
      await sam.seesCard('Unlock');
      const nina = helpdeskChannel('nina');
      const press = nina.remembers('Approve');
      for (let times = 0; times < 100; times += 1) await press();
      await nina.hears(tooOften);
      const heard = (sentence: string): number => nina.whispers().filter((said) => said.includes(sentence)).length;
      expect(heard(notYou)).toBeLessThanOrEqual(60);
      await sam.presses('Approve');
      await jane.reads("You're unlocked");
      world.pass(61);
      await press();
      await nina.hears('This request has already been decided');
    },
    { helpdesk: platform.helpdesk({ approvers: ['sam'] }) },
  );
});
