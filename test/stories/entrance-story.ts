// What stories at an entrance have in common: the world, the codes, and how far a person gets.
import { isCarriedOut } from './carried-out.ts';
import { type Entrance, openToAll, type Visit } from './entrance.ts';
import { janesAccount, janesEmail } from './people.ts';
import type { Platform } from './platform.ts';
import { type Scene, type StoryOptions, story } from './story.ts';
import { quickBeats } from './world.ts';

export const oldPassword = 'Old-Passw0rd-of-Jane';
export const newPassword = 'Kraken-under-9-bridges';

/** `policy`: in addition to what opens every entrance. */
type Tell = (scene: Scene, jane: Visit) => Promise<void>;

export const openStory = (
  platform: Platform,
  title: string,
  tell: (scene: Scene) => Promise<void>,
  { policy = '', ...options }: StoryOptions = {},
): void => story(platform, title, tell, { ...{ beats: quickBeats, policy: `${openToAll}${policy}` }, ...options });

export const tellsAt = (entrance: Entrance, title: string, tell: Tell, options: StoryOptions = {}): void =>
  openStory(entrance.platform, title, (scene) => tell(scene, entrance.visit(scene)), options);

/** The newest code, once Auth0 has sent so many in this story, and we know that. */
export async function nthCode(scene: Scene, nth: number, address = janesEmail): Promise<string> {
  await scene.auth0Sent(nth);
  // Otherwise time might pass while it is still being sent, and whoever seems to have died over it is replaced.
  await isCarriedOut(scene.world);
  return scene.code(address);
}

/** From the beginning until the first code was accepted, which is the nth of the story. */
export async function proves(scene: Scene, jane: Visit, what: 'reset' | 'unlock', nth = 1): Promise<void> {
  await jane.asks(what);
  await jane.sees('code-asked');
  await jane.types(await nthCode(scene, nth));
}

/** Whatever was asked for has been done, and Auth0 has sent no more than these codes. */
export async function noCodeComes({ world, auth0 }: Scene, sent: number): Promise<void> {
  await isCarriedOut(world);
  if (auth0.outbox.length !== sent) throw new Error(`${auth0.outbox.length} codes came, not ${sent}`);
}

export const isSignedIn = ({ auth0 }: Scene, password: string): boolean =>
  auth0.signIn(janesAccount, password).ok === true;

export const isLocked = ({ auth0 }: Scene): boolean => auth0.user(janesAccount).locked;

/** How often Auth0 was asked whether a code is right. */
export const checksOf = ({ auth0 }: Scene): number =>
  auth0.requests.filter(({ path, bodyKeys }) => path === '/oauth/token' && bodyKeys.includes('otp')).length;

/** The times that the password was changed: on Auth0's page, or by us. */
export const changesOf = ({ auth0 }: Scene): number =>
  auth0.logs.filter(({ type }) => type === 'scp').length +
  auth0.requests.filter(({ method, status, bodyKeys }) => {
    return method === 'PATCH' && status === 200 && bodyKeys.includes('password');
  }).length;

export const liftsOf = ({ auth0 }: Scene): number =>
  auth0.requests.filter(({ method, path }) => method === 'DELETE' && path.includes('/user-blocks/')).length;

/** One of the helpdesk declines, for the reason with these words. */
export async function denies({ sam }: Scene, reason: string): Promise<void> {
  await sam.presses('Deny…');
  await sam.seesForm('They will see the quoted text');
  await sam.picks(reason);
  await sam.submits();
}
