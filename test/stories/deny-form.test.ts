// People who may not deny are told so in private before the form opens, so nobody fills in a form in vain.
import { describe, expect } from 'vitest';
import { inOrder } from './chat.ts';
import { janesAccount } from './people.ts';
import { platforms } from './platform.ts';
import { story } from './story.ts';

const reasons = [
  ["Not sure that it's really them", "The helpdesk declined: they couldn't make sure that it's you."],
  ['Looks like an attack', 'The helpdesk declined: the request looked unusual.'],
  ['They should talk to us first', 'The helpdesk declined: please talk to them first.'],
  ['This account must not be reset or unlocked', "The helpdesk declined: this account can't be changed here."],
] as const;

describe.concurrent.each(platforms)('On $name, the form for a no', (platform) => {
  for (const [reason, sentence] of reasons) {
    story(platform, `shows the sentence that the person will read: ${reason}`, async (scene) => {
      const { sam, auth0, jane } = scene;
      auth0.lock(janesAccount);
      await scene.proves('unlock');
      await sam.presses('Deny…');
      await sam.seesForm(inOrder('They will see the quoted text', reason, `“${sentence}”`));
      await sam.picks(reason);
      await sam.submits();
      await jane.reads(sentence);
    });
  }
});

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
        expect(told).not.toContain('They will see the quoted text');
      }
      expect(sam.cards().join()).not.toContain('denied');
      await sam.presses('Deny…');
      await sam.seesForm('They will see the quoted text');
      await sam.submits();
      await jane.reads('The helpdesk declined');
    },
    { helpdesk: platform.helpdesk({ approvers: ['sam', 'ada'] }) },
  );
});
