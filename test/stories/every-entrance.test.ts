// The same stories at every entrance: a chat in Slack or Teams, the pages under /recover, and the REST flow.
import { describe, expect } from 'vitest';
import { eventually } from './chat.ts';
import { type Entrance, entrances, everyEntrance, openToAll, quickBeats, type Visit } from './entrance.ts';
import { janesAccount, janesEmail } from './people.ts';
import { approvals } from './said.ts';
import { type Scene, type StoryOptions, story } from './story.ts';

const old = 'Old-Passw0rd-of-Jane';
const good = 'Kraken-under-9-bridges';

interface Options extends Omit<StoryOptions, 'policy'> {
  /** In addition to what opens every entrance. */
  readonly policy?: string;
}

type Tell = (scene: Scene, jane: Visit) => Promise<void>;

const tells = (entrance: Entrance, title: string, tell: Tell, { policy = '', ...options }: Options = {}): void =>
  story(entrance.platform, title, (scene) => tell(scene, entrance.visit(scene)), {
    ...{ beats: quickBeats, policy: `${openToAll}${policy}` },
    ...options,
  });

/** The newest code, once Auth0 has sent so many in this story. */
async function code(scene: Scene, nth = 1, address = janesEmail): Promise<string> {
  await scene.auth0Sent(nth);
  return scene.code(address);
}

/** From the beginning until the first code was accepted. */
async function proves(scene: Scene, jane: Visit, what: 'reset' | 'unlock', nth = 1): Promise<void> {
  await jane.asks(what);
  await jane.sees('code-asked');
  await jane.types(await code(scene, nth));
}

const isSignedIn = ({ auth0 }: Scene, password: string) => auth0.signIn(janesAccount, password).ok === true;
const logsOf = ({ auth0 }: Scene, type: string) => auth0.logs.filter((entry) => entry.type === type);

describe.concurrent.each(entrances)('$name somebody who has forgotten their password', (entrance) => {
  tells(
    entrance,
    'types the code, chooses a new one, and signs in with it; the old one is gone',
    async (scene, jane) => {
      scene.auth0.signIn(janesAccount, old);
      await proves(scene, jane, 'reset');
      await jane.sees('password-asked');
      await jane.saves(good);
      await jane.waits(20);
      await jane.sees('password-changed');
      expect(logsOf(scene, 'scp')).toHaveLength(1);
      await eventually(
        () => (scene.auth0.user(janesAccount).sessions === 0 ? true : undefined),
        () => 'still signed in',
      );
      expect([isSignedIn(scene, old), isSignedIn(scene, good)]).toEqual([false, true]);
    },
  );
});

describe.concurrent.each(everyEntrance)('$name somebody who is locked out', (entrance) => {
  tells(
    entrance,
    'types the code, waits for the helpdesk, and signs in with the password they know',
    async (scene, jane) => {
      scene.auth0.lock(janesAccount);
      await proves(scene, jane, 'unlock');
      await jane.sees(approvals(0, 1));
      await scene.sam.seesCard('Unlock');
      expect(scene.auth0.user(janesAccount).locked).toBe(true);
      await scene.sam.presses('Approve');
      await jane.sees('unlocked');
      expect(isSignedIn(scene, old)).toBe(true);
    },
  );
});
