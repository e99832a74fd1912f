// Why an account was locked: the person, the helpdesk and whoever is asked for help read how often, since when and from where sign-ins
// failed; and no address of whoever tried is kept or shown.
import { describe, expect } from 'vitest';
import { inOrder } from './chat.ts';
import { janesAccount } from './people.ts';
import { platforms } from './platform.ts';
import { type Scene, story } from './story.ts';

const theirs = { ip: '198.51.100.177', browser: 'Edge 138.0.7204 / Windows 11.0.0', city: 'Haiphong' };
const vietnam = { country_code: 'VN', country_name: 'Vietnam', city_name: theirs.city };
const ask = 'Ask the helpdesk';
const trace = /failed sign-in|had locked|locked since|had been locked/;

/** From the person's phone, until the account is locked; and a few from somebody else. */
function locks({ world, auth0 }: Scene): void {
  for (const kept of Object.values(theirs)) world.planted.add(kept);
  auth0.fails(janesAccount, 4, { userAgent: theirs.browser, isMobile: false, location: vietnam }, theirs.ip);
  world.pass(60);
  auth0.lock(janesAccount);
}

async function unlocks(scene: Scene, seen: string | RegExp = 'Open until'): Promise<string> {
  await scene.proves('unlock');
  await scene.sam.seesCard(seen);
  await scene.sam.isOffered('Approve', 'Deny…');
  await scene.sam.presses('Approve');
  return scene.jane.reads("You're unlocked");
}

describe.concurrent.each(platforms)('On $name, an unlock', (platform) => {
  story(platform, 'tells the helpdesk and then the person how often, since when and from where', async (scene) => {
    locks(scene);
    const card = inOrder(
      'locked since',
      'at the sign-in service',
      '14 failed sign-ins since',
      ': 10 from Outlook on a phone in Germany, 4 from Intranet on a computer in Vietnam.',
    );
    const read = await unlocks(scene, card);
    expect(read).toMatch(
      inOrder(
        'The sign-in service had locked it at',
        '14 failed sign-ins since',
        ', most from Outlook on a phone in Germany.',
      ),
    );
  });

  story(platform, 'soon after another tells the causes, and Ask the helpdesk brings them the facts', async (scene) => {
    locks(scene);
    await unlocks(scene);
    await scene.sam.isOffered();
    scene.world.pass(30 * 60);
    scene.auth0.lock(janesAccount);
    // What the first unlock has ended was told then.
    const read = await unlocks(scene, '10 failed sign-ins since');
    expect(read).toMatch(
      inOrder(
        ', all from Outlook on a phone in Germany.',
        'It locked again soon after the last unlock',
        'Usually something still uses an old password',
        'the mail on a phone or tablet',
      ),
    );
    await scene.jane.closesWindow();
    await scene.jane.presses(ask);
    await scene.sam.seesCard(
      inOrder(
        'verified by email code',
        'It was unlocked twice within an hour',
        'It had been locked at the sign-in service at',
        '10 failed sign-ins since',
        ', all from Outlook on a phone in Germany.',
      ),
    );
  });

  story(platform, 'goes on where the log cannot be read, and nobody reads of that', async (scene) => {
    scene.auth0.misbehave.logsForbidden = true;
    locks(scene);
    const read = await unlocks(scene, /first unlock(?![\s\S]*failed sign-in)/);
    expect(read).not.toMatch(trace);
    expect(scene.auth0.user(janesAccount).locked).toBe(false);
  });

  story(
    platform,
    'says nothing of failed sign-ins before the code is typed, nor where nothing is locked',
    async (scene) => {
      const { jane, auth0, getsCode, code, world } = scene;
      world.planted.add(theirs.ip);
      auth0.fails(janesAccount, 4, {}, theirs.ip);
      await getsCode('unlock');
      expect(jane.screen()).not.toMatch(trace);
      expect(auth0.requests.filter(({ path }) => path.includes('/logs'))).toEqual([]);
      await jane.types(code());
      await jane.submits();
      expect(await jane.reads("Your account isn't locked")).not.toMatch(trace);
    },
  );
});
