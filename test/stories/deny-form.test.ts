// People who may not deny are told so in private before the form opens, so nobody fills in a form in vain.
import { describe, expect } from 'vitest';
import { janesAccount } from './people.ts';
import { platforms } from './platform.ts';
import { story } from './story.ts';

describe.each(platforms)('On $name', (platform) => {
  story(
    platform,
    'the form for a no opens only for whoever may say it',
    async (scene) => {
      const { sam, auth0, jane } = scene;
      auth0.lock(janesAccount);
      await scene.proves('unlock');
      await sam.seesCard(/Unlock.*for/s);
      for (const [who, why] of [
        ['bert', "You aren't an approver, so you can't decide this request."],
        ['jane', 'This is your own request'],
      ] as const) {
        const helpdeskChannel = scene.helpdeskChannel(who);
        await helpdeskChannel.presses('Deny…');
        // Slack has already opened a modal and shows the reason there; in Teams it is the answer to the press.
        const told = await (platform.name === 'Slack' ? helpdeskChannel.seesForm(why) : helpdeskChannel.hears(why));
        expect(told).not.toContain('They will see the reason');
      }
      expect(sam.cards().join()).not.toContain('denied');
      await sam.presses('Deny…');
      await sam.seesForm('They will see the reason');
      await sam.submits();
      await jane.reads('The helpdesk declined');
    },
    { helpdesk: platform.helpdesk({ approvers: ['sam', 'ada'] }) },
  );
});
