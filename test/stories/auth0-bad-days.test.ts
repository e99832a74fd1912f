// Faults of Auth0: whatever it answers at whatever step, the person reads a clear message, the operator gets a useful
// log line, nothing is lost, and the request continues by itself when Auth0 is back.
import { describe, expect, it } from 'vitest';
import { pressesContinue, savesPassword } from './browser.ts';
import { eventually } from './chat.ts';
import { janesAccount } from './people.ts';
import { platforms } from './platform.ts';
import { runStory, type Scene, story } from './story.ts';

type Odd = Parameters<Scene['auth0']['faults']['next']>[1];

/**
 * One step of a flow: what comes before, the fault, the action that meets it, the message to the person, and how it
 * continues.
 */
interface Step {
  readonly name: string;
  before(scene: Scene): Promise<void>;
  readonly breaks: { readonly method: string; readonly path: RegExp };
  /** The name of the call in the operator's log. */
  readonly call: string;
  act(scene: Scene): Promise<void>;
  readonly reads: RegExp;
  /** The same where Auth0 asked for a pause, if it differs. */
  readonly readsInPause?: RegExp;
  goesOn(scene: Scene): Promise<void>;
}

const cannotReach = /We can't reach the sign-in service right now. Nothing has changed. We'll keep trying until/;
const isBusy =
  /The sign-in service is very busy right now. Nothing has changed. We'll continue at .*and write to you here/s;
const noCodes = /No codes can be sent right now. You can get one from .*Nothing has changed. We'll send yours then/s;
const button = 'Choose a new password';

const submits = ({ jane }: Scene) => jane.submits();
const choosesContact = async ({ jane }: Scene): Promise<void> => {
  await jane.asks('reset-password');
  await jane.seesInWindow('Send the code to');
};
const asksHelpdesk = async ({ auth0, proves, sam }: Scene): Promise<void> => {
  auth0.lock(janesAccount);
  await proves('unlock');
  await sam.seesCard(/Unlock.*for/s);
};
const entersCode = async ({ jane, code }: Scene): Promise<void> => {
  await jane.types(code());
  await jane.submits();
};
const isUnlocked = async ({ jane, auth0 }: Scene): Promise<void> => {
  await jane.reads("You're unlocked");
  expect(auth0.user(janesAccount).locked).toBe(false);
};

const steps: readonly Step[] = [
  {
    name: 'who she is',
    before: async () => {},
    breaks: { method: 'GET', path: /users-by-email/ },
    call: 'users-by-email',
    act: ({ jane }) => jane.asks('reset-password'),
    reads: cannotReach,
    readsInPause: isBusy,
    goesOn: async ({ jane }) => void (await jane.seesInWindow('Send the code to')),
  },
  {
    name: 'where the code goes',
    before: choosesContact,
    breaks: { method: 'GET', path: /users\/auth0/ },
    call: 'user-read',
    act: submits,
    reads: cannotReach,
    readsInPause: noCodes,
    goesOn: async ({ jane }) => void (await jane.seesInWindow('Enter the code')),
  },
  {
    name: 'the sending of the code',
    before: choosesContact,
    breaks: { method: 'POST', path: /passwordless\/start/ },
    call: 'passwordless-start',
    act: submits,
    reads: cannotReach,
    readsInPause: noCodes,
    async goesOn(scene) {
      await scene.jane.seesInWindow('Enter the code');
      await entersCode(scene);
      await scene.jane.reads(button);
    },
  },
  {
    name: 'the check of the code',
    before: ({ getsCode }) => getsCode('reset-password'),
    breaks: { method: 'POST', path: /oauth\/token/ },
    call: 'code-exchange',
    act: entersCode,
    reads: /We couldn't check the code just now. Nothing has changed. Please enter it again/,
    async goesOn(scene) {
      await entersCode(scene);
      await scene.jane.reads(button);
    },
  },
  {
    name: 'the look at the account',
    async before(scene) {
      scene.auth0.lock(janesAccount);
      await scene.getsCode('unlock');
    },
    breaks: { method: 'GET', path: /users\/auth0/ },
    call: 'user-read',
    act: entersCode,
    reads: cannotReach,
    readsInPause: isBusy,
    goesOn: async ({ sam }) => void (await sam.seesCard(/Unlock.*for/s)),
  },
  {
    name: 'the lifting of the lock',
    before: asksHelpdesk,
    breaks: { method: 'DELETE', path: /user-blocks\/auth0/ },
    call: 'blocks-lift',
    act: ({ sam }) => sam.presses('Approve'),
    reads: cannotReach,
    readsInPause: isBusy,
    goesOn: isUnlocked,
  },
  {
    name: 'the ticket',
    async before({ proves, jane }) {
      await proves('reset-password');
      await jane.reads(button);
    },
    breaks: { method: 'POST', path: /tickets/ },
    call: 'ticket-mint',
    async act({ jane }) {
      const pressed = await pressesContinue(jane.linkOf(button) ?? '');
      expect(pressed.status).toBe(503);
      expect(pressed.text).toContain('Nothing has changed, and your link still works');
    },
    reads: /We couldn't open the password page just now. Nothing has changed. Please press the button again/,
    async goesOn({ jane, opensTicket }) {
      const ticket = await opensTicket(jane.linkOf(button));
      expect(await savesPassword(ticket, 'A-new-Passw0rd-2026')).toBe(303);
      await jane.reads('Password changed at');
    },
  },
];

const faults: Readonly<Record<string, Odd>> = {
  'cut off': { disconnect: true },
  'answered with 500': { status: 500, body: { statusCode: 500, error: 'Internal Server Error' } },
  'answered with a page of HTML': { html: '<html><h1>502 Bad Gateway</h1></html>', status: 502 },
  'answered with a page of HTML that forbids it': { html: '<html><h1>Sign in first</h1></html>', status: 403 },
  'answered with 429 and when to come back': {
    status: 429,
    body: { statusCode: 429, error: 'Too Many Requests', errorCode: 'too_many_requests' },
    headers: { 'retry-after': '30', 'x-ratelimit-remaining': '0' },
  },
};

async function meets(step: Step, odd: Odd, scene: Scene): Promise<void> {
  const { auth0, jane } = scene;
  // The Management token has already been fetched, so that the fault hits the step itself.
  await eventually(
    () => (auth0.requests.some(({ path, status }) => path === '/oauth/token' && status === 200) ? true : undefined),
    () => 'no token yet',
  );
  await step.before(scene);
  auth0.faults.next(step.breaks, odd);
  await step.act(scene);
  const isPause = 'status' in odd && odd.status === 429;
  const reads = (isPause ? step.readsInPause : undefined) ?? step.reads;
  const front = (): string => `${jane.screen()}\n---\n${jane.message()}`;
  await eventually(
    () => (reads.test(front()) ? true : undefined),
    () => `${front()}\n(wanted: ${reads})`,
    14_000,
  );
  await scene.logs(new RegExp(`"call":"${step.call}".*Auth0 call failed`));
}

async function survives(step: Step, odd: Odd, scene: Scene): Promise<void> {
  await meets(step, odd, scene);
  scene.world.pass(40);
  await step.goesOn(scene);
}

describe.concurrent.each(platforms)('For somebody on $name, Auth0', (platform) => {
  for (const [how, odd] of Object.entries(faults)) {
    for (const step of steps) {
      story(platform, `${how} at ${step.name}`, (scene) => survives(step, odd, scene));
    }
  }

  it.concurrent('silent at any step: given up after a while, and it goes on', { timeout: 120_000 }, async () => {
    await Promise.all(
      steps.map((step) => runStory(platform, step.name, (scene) => survives(step, { hang: true }, scene))),
    );
  });
});
