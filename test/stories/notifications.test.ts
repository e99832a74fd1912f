// What a lock screen shows: the act and the person, and nothing that a passer-by could use.
import { describe, expect } from 'vitest';
import { eventually } from './chat.ts';
import { addresses, janesAccount, slackIdOf } from './people.ts';
import { type Platform, platforms, slack } from './platform.ts';
import { type Scene, story } from './story.ts';

/** A notification for each message of the bot in this place, as it was when the message was posted. */
function notified({ world }: Scene, platform: Platform, place: 'jane' | 'helpdesk'): readonly string[] {
  return platform.notifications(world, place);
}

const eventuallyNotified = (scene: Scene, platform: Platform, place: 'jane' | 'helpdesk', text: string) =>
  eventually(
    () => (notified(scene, platform, place).includes(text) ? true : undefined),
    () => notified(scene, platform, place).join('\n'),
  );

describe.concurrent.each(platforms)('On $name, a notification', (platform) => {
  const name = platform === slack ? `<@${slackIdOf('jane')}>` : 'Jane Doe';

  story(platform, 'tells the helpdesk who asks for what', async (scene) => {
    const { auth0, proves, sam, jane, code } = scene;
    auth0.lock(janesAccount);
    await proves('unlock');
    await sam.seesCard(/Unlock.*for/s);
    await eventuallyNotified(scene, platform, 'helpdesk', `${name} asks to unlock their account`);
    await jane.reads('The helpdesk has been asked');
    const all = [...notified(scene, platform, 'helpdesk'), ...notified(scene, platform, 'jane')].join('\n');
    expect(all).not.toContain('•');
    for (const secret of [...addresses, code()]) expect(all).not.toContain(secret);
  });

  story(platform, 'tells the helpdesk who asks for help', async (scene) => {
    const { jane, sam } = scene;
    await jane.writes('help');
    await jane.presses('Something else');
    await jane.describes('The printer burns');
    await jane.submits();
    await sam.seesCard('Help needed');
    await eventuallyNotified(scene, platform, 'helpdesk', `${name} asks for help. Not verified.`);
  });

  story(platform, 'tells the person what to do next, without the link', async (scene) => {
    const { jane, proves } = scene;
    await proves('reset-password');
    await jane.reads('Choose a new password');
    await eventuallyNotified(scene, platform, 'jane', "You're verified. Choose a new password");
    expect(notified(scene, platform, 'jane').join('\n')).not.toMatch(/https?:|\/go\//);
  });

  story(platform, 'tells the person that a code is wanted, not where it was sent', async (scene) => {
    const { jane, getsCode } = scene;
    await getsCode('reset-password');
    await jane.closesWindow();
    await jane.writes('status');
    await eventuallyNotified(scene, platform, 'jane', 'Enter the code we sent you');
    expect(notified(scene, platform, 'jane').join('\n')).not.toContain('•');
  });
});
