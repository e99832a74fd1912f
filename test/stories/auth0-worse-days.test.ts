// Auth0 is down for long, half done, misconfigured or strange: the person still reads a clear message, and no act is
// left unknown.
import { describe, expect } from 'vitest';
import { opens, pressesContinue, savesPassword } from './browser.ts';
import { eventually } from './chat.ts';
import { janesAccount, janesEmail } from './people.ts';
import { platforms } from './platform.ts';
import { type Scene, story } from './story.ts';

const cannotReach = "We can't reach the sign-in service right now";
const isBusy = 'The sign-in service is very busy right now';
const button = 'Choose a new password';

async function asksHelpdesk({ auth0, proves, sam }: Scene): Promise<void> {
  auth0.lock(janesAccount);
  await proves('unlock');
  await sam.seesCard(/Unlock.*for/s);
}
async function entersCode({ jane, code }: Scene): Promise<void> {
  await jane.types(code());
  await jane.submits();
}
const isLocked = ({ auth0 }: Scene): boolean => auth0.user(janesAccount).locked;
const otps = ({ auth0 }: Scene): number => auth0.requests.filter(({ bodyKeys }) => bodyKeys.includes('otp')).length;

describe.concurrent.each(platforms)('For somebody on $name, Auth0 away', (platform) => {
  story(platform, 'for five minutes: she is told until when, and the window goes on by itself', async (scene) => {
    const { jane, auth0, world, code } = scene;
    auth0.faults.set({ mode: 'down' });
    await jane.asks('reset-password');
    await jane.seesInWindow(cannotReach);
    await jane.reads(cannotReach);
    await scene.triesAgain('identify', 8);
    expect(jane.message()).toContain(cannotReach);
    auth0.calm();
    world.pass(40);
    await jane.seesInWindow('Send the code to');
    await jane.submits();
    await jane.sees('Enter the code');
    await jane.types(code());
    await jane.submits();
    await jane.reads(button);
    expect(jane.messages().length).toBe(1);
  });

  story(platform, 'for longer than a request lives: she is told, and nothing has changed', async (scene) => {
    const { jane, auth0, world } = scene;
    auth0.faults.set({ mode: 'down' });
    await jane.asks('reset-password');
    await jane.reads(cannotReach);
    world.pass(901);
    await jane.reads("We couldn't reach the sign-in service in time.");
    auth0.calm();
    await jane.presses('Start again');
    await jane.sees('Send the code to');
  });

  story(platform, 'while she is on its page: the change is seen when it is back', async (scene) => {
    const { jane, auth0, proves, opensTicket } = scene;
    await proves('reset-password');
    await jane.reads(button);
    const ticket = await opensTicket(jane.linkOf(button));
    await savesPassword(ticket, 'A-new-Passw0rd-2026');
    auth0.faults.set({ mode: 'down' });
    await scene.logs('could not look for changed passwords');
    auth0.calm();
    await jane.reads('Password changed at');
  });

  story(platform, 'when sessions should end: they are ended when it is back', async (scene) => {
    const { jane, auth0, world, proves, opensTicket } = scene;
    auth0.signIn(janesAccount, 'Old-Passw0rd-of-Jane');
    await proves('reset-password');
    await jane.reads(button);
    const ticket = await opensTicket(jane.linkOf(button));
    auth0.faults.next({ method: 'POST', path: /revoke-access/ }, { status: 500 });
    await savesPassword(ticket, 'A-new-Passw0rd-2026');
    await jane.reads('Signing you out everywhere else');
    world.pass(5);
    await jane.reads("You're being signed out everywhere else");
    expect(auth0.user(janesAccount)).toMatchObject({ sessions: 0, refreshTokens: 0 });
  });

  story(platform, 'when she says that it was not her: the ticket is voided when it is back', async (scene) => {
    const { jane, auth0, proves, opensTicket } = scene;
    await proves('reset-password');
    await jane.reads(button);
    const ticket = await opensTicket(jane.linkOf(button));
    await jane.reads('page is open');
    auth0.faults.next({ method: 'POST', path: /tickets/, times: 2 }, { disconnect: true });
    await jane.pressesInMessage("It wasn't me");
    await jane.reads("that this wasn't you");
    await scene.triesAgain('void-tickets', 2);
    await eventually(
      async () => ((await opens(ticket)).status === 404 ? true : undefined),
      () => 'the ticket still works',
    );
  });

  story(
    platform,
    'slow (30 s for everything): the platform is answered, she is told, and it goes on',
    async (scene) => {
      const { jane, auth0, world, getsCode } = scene;
      await getsCode('reset-password');
      auth0.faults.set({ mode: 'slow' });
      await entersCode(scene);
      expect(jane.screen()).toMatch(/Checking your code/);
      const nina = scene.chat('nina');
      await nina.asks('unlock');
      await jane.sees("We couldn't check the code just now");
      await nina.reads(cannotReach);
      auth0.calm();
      world.pass(40);
      await nina.seesInWindow('You have no recovery contact yet');
      await entersCode(scene);
      await jane.reads(button);
    },
  );

  story(platform, 'over its limits: waits as long as it says and asks nothing meanwhile', async (scene) => {
    const { jane, auth0, world } = scene;
    auth0.faults.set({ mode: 'rate-limited', retryAfterSeconds: 120 });
    await jane.asks('reset-password');
    await jane.seesInWindow(isBusy);
    const asked = auth0.requests.length;
    auth0.calm();
    world.pass(60);
    await scene.chat('sam').asks('unlock');
    await scene.chat('sam').seesInWindow(isBusy);
    expect(auth0.requests.length).toBe(asked);
    world.pass(100);
    await jane.seesInWindow('Send the code to');
  });
});

describe.concurrent.each(platforms)('For somebody on $name, Auth0 half done', (platform) => {
  story(platform, 'a code that was sent though no answer came is sent anew, and the newest works', async (scene) => {
    const { jane, auth0, world } = scene;
    await jane.asks('reset-password');
    await jane.sees('Send the code to');
    auth0.faults.next({ method: 'POST', path: /passwordless\/start/ }, { lose: true });
    await jane.submits();
    await jane.reads(cannotReach);
    world.pass(3);
    await jane.seesInWindow('Enter the code');
    expect(auth0.outbox.length).toBe(2);
    await entersCode(scene);
    await jane.reads(button);
  });

  story(platform, 'a code that was taken though no answer came proves nothing; a new one does', async (scene) => {
    const { jane, auth0, world, getsCode } = scene;
    await getsCode('reset-password');
    auth0.faults.next({ method: 'POST', path: /oauth\/token/ }, { lose: true });
    await entersCode(scene);
    // The try stays counted: nobody knows whether Auth0 looked at the code.
    await jane.sees(/We couldn't check the code just now.*2 tries left/s);
    await entersCode(scene);
    await jane.seesBesideInput("That isn't the code");
    world.pass(61);
    await jane.presses('Send again');
    await scene.auth0Sent(2);
    await jane.sees(/It works until/);
    await entersCode(scene);
    await jane.reads(button);
  });

  story(platform, 'a lock that was lifted though no answer came is done, once', async (scene) => {
    const { jane, auth0, world, sam } = scene;
    await asksHelpdesk(scene);
    auth0.faults.next({ method: 'DELETE', path: /user-blocks\/auth0/ }, { lose: true });
    await sam.presses('Approve');
    await jane.reads(cannotReach);
    world.pass(3);
    await jane.reads("You're unlocked");
    await sam.seesCard('done');
  });

  story(
    platform,
    'a ticket that was minted though no answer came reaches nobody; the link still works',
    async (scene) => {
      const { jane, auth0, world, proves, opensTicket } = scene;
      await proves('reset-password');
      await jane.reads(button);
      const link = jane.linkOf(button) ?? '';
      auth0.faults.next({ method: 'POST', path: /tickets/ }, { lose: true });
      expect((await pressesContinue(link)).status).toBe(503);
      await jane.reads("We couldn't open the password page just now");
      world.pass(1);
      expect(await savesPassword(await opensTicket(link), 'A-new-Passw0rd-2026')).toBe(303);
      await jane.reads('Password changed at');
    },
  );

  const short = { policy: 'limits: { flowSeconds: 100 }' };
  async function standsInDoubt(scene: Scene): Promise<void> {
    const { jane, sam, auth0 } = scene;
    await asksHelpdesk(scene);
    auth0.faults.next({ method: 'DELETE', path: /user-blocks/, times: 500 }, { disconnect: true });
    await sam.presses('Approve');
    const said = "We couldn't confirm whether your account was unlocked. The helpdesk has been asked to check.";
    // The order's last try and the end of the request come at the same moment; either may be first.
    await scene.triesAgain('lift-lock', undefined, () => jane.message().includes(said));
    await jane.reads(said);
    await sam.seesCard(/Unlock not confirmed/);
    auth0.calm();
  }

  story(
    platform,
    'an unlock of which nobody knows is looked after by a person, who may try again',
    async (scene) => {
      await standsInDoubt(scene);
      await scene.sam.presses('Retry the unlock');
      await scene.jane.reads("You're unlocked");
      expect(isLocked(scene)).toBe(false);
    },
    short,
  );

  story(
    platform,
    'an unlock of which nobody knows ends after a day as just that, where nobody looks',
    async (scene) => {
      await standsInDoubt(scene);
      scene.world.pass(24 * 3600 + 60);
      await scene.jane.reads("We couldn't find out whether your account was unlocked");
      await scene.sam.seesCard(/not confirmed: nobody has checked whether it was done/);
      await scene.sam.isOffered();
    },
    short,
  );

  story(
    platform,
    'an unlock of which nobody knows may be settled by hand, but not by herself',
    async (scene) => {
      await standsInDoubt(scene);
      await scene.helpdeskChannel('jane').presses('Mark as resolved');
      await scene.helpdeskChannel('jane').hears('This is your own request');
      await scene.sam.presses('Mark as resolved');
      await scene.jane.reads('The helpdesk has taken care of this.');
      await scene.sam.seesCard(/marked as resolved/);
    },
    short,
  );
});

describe.concurrent.each(platforms)('For somebody on $name, Auth0 strange', (platform) => {
  const html = { html: '<html><h1>Scheduled maintenance</h1></html>' };

  story(
    platform,
    'a page in place of an answer at the start: a clear sentence, a line for the operator, and it goes on',
    async (scene) => {
      const { jane, auth0, world } = scene;
      auth0.faults.next({ path: /users-by-email/ }, html);
      await jane.asks('reset-password');
      await jane.reads(cannotReach);
      await scene.logs(/"call":"users-by-email".*"kind":"unreachable"/);
      world.pass(3);
      await jane.seesInWindow('Send the code to');
    },
  );

  story(platform, 'a page in place of an answer to the code: it may be typed again', async (scene) => {
    const { jane, auth0, getsCode } = scene;
    await getsCode('reset-password');
    auth0.faults.next({ method: 'POST', path: /oauth\/token/ }, html);
    await entersCode(scene);
    await jane.sees("We couldn't check the code just now");
    await entersCode(scene);
    await jane.reads(button);
  });

  story(platform, 'a page in place of a ticket: the browser is told, and the link works again', async (scene) => {
    const { jane, auth0, proves, opensTicket } = scene;
    await proves('reset-password');
    await jane.reads(button);
    auth0.faults.next({ method: 'POST', path: /tickets/ }, html);
    expect((await pressesContinue(jane.linkOf(button) ?? '')).text).toContain('Nothing has changed');
    await jane.reads("We couldn't open the password page just now");
    await opensTicket(jane.linkOf(button));
  });

  story(platform, 'wrong credentials: she is told, the operator reads what to check', async (scene) => {
    const { jane, auth0, sam } = scene;
    auth0.revokeManagementTokens();
    auth0.faults.next(
      { method: 'POST', path: /oauth\/token/, times: 50 },
      { status: 401, body: { error: 'access_denied', error_description: 'Unauthorized' } },
    );
    await jane.asks('reset-password');
    await jane.reads(cannotReach);
    await scene.logs('Check AUTH0_CLIENT_ID and AUTH0_CLIENT_SECRET');
    // They may be in the middle of a rotation; after eight tries they are not.
    await scene.triesAgain('identify', undefined, () => jane.message().includes('refused this'));
    await jane.reads('The sign-in service refused this. Please ask the helpdesk.');
    await sam.seesCard(/help needed.*does not allow this app.*NOT verified/s);
  });

  story(platform, 'a missing scope: she is told, the helpdesk too, and the operator reads which', async (scene) => {
    const { jane, auth0, sam } = scene;
    await asksHelpdesk(scene);
    auth0.faults.next(
      { method: 'DELETE', path: /user-blocks/, times: 50 },
      { status: 403, body: { statusCode: 403, error: 'Forbidden', errorCode: 'insufficient_scope' } },
    );
    await sam.presses('Approve');
    await jane.reads('The sign-in service refused this. Please ask the helpdesk.');
    await sam.seesCard(/help needed.*does not allow this app to do it/s);
    await scene.logs('update:users');
  });

  story(platform, 'a management token taken back is fetched anew, and nobody notices', async (scene) => {
    const { jane, auth0, world, proves } = scene;
    await proves('reset-password');
    await jane.reads(button);
    world.pass(5);
    auth0.revokeManagementTokens();
    world.pass(5);
    await scene.opensTicket(jane.linkOf(button));
  });

  story(platform, 'signing keys rotated between two proofs are fetched, and the proof holds', async (scene) => {
    const { jane, auth0, getsCode } = scene;
    await getsCode('reset-password');
    await auth0.rotateKeys({ revokeOld: true });
    await entersCode(scene);
    await jane.reads(button);
  });

  for (const odd of ['foreignSignature', 'wrongAud', 'wrongIssuer'] as const) {
    story(platform, `a proof with ${odd} is none`, async (scene) => {
      const { jane, sam, auth0, proves } = scene;
      auth0.misbehave[odd] = true;
      await proves('reset-password');
      await jane.sees("didn't prove that this account is yours");
      await sam.seesCard(/stopped/);
      expect(otps(scene)).toBe(1);
    });
  }

  story(platform, 'a proof with staleIat is none', async (scene) => {
    const { jane, auth0, proves } = scene;
    auth0.misbehave.staleIat = true;
    await proves('reset-password');
    await jane.sees('That code was sent before this request.');
    expect(otps(scene)).toBe(1);
  });

  for (const odd of ['mfaRequired', 'noIdToken'] as const) {
    story(
      platform,
      `a code taken without a proof (${odd}) proves nothing, the helpdesk is told, and the operator reads why`,
      async (scene) => {
        const { jane, auth0, proves, sam } = scene;
        auth0.misbehave[odd] = true;
        await proves('reset-password');
        await jane.sees('Only the helpdesk can help with this one. They have been told.');
        await sam.seesCard(/help needed.*NOT verified/s);
        await scene.logs(/"call":"code-exchange".*(mfa_required|no id_token in the answer)/);
      },
    );
  }

  story(
    platform,
    'an id in the answer of the start that is not the contact’s is noted, and decides nothing',
    async (scene) => {
      const { jane, auth0, proves } = scene;
      auth0.misbehave.idMismatch = true;
      await proves('reset-password');
      await jane.reads(button);
      await scene.logs('passwordless start names another id');
    },
  );

  story(platform, 'a lock that stands again whatever is lifted is told, and the helpdesk looks', async (scene) => {
    const { jane, auth0, sam } = scene;
    await asksHelpdesk(scene);
    auth0.faults.next({ method: 'DELETE', path: /user-blocks/, times: 50 }, { status: 204, body: '' });
    await sam.presses('Approve');
    await jane.reads('The sign-in service refused this. Please ask the helpdesk.');
    await sam.seesCard('help needed');
    expect(isLocked(scene)).toBe(true);
  });

  story(platform, 'a code whose mail never arrives can be sent to the other contact', async (scene) => {
    const { jane, auth0, getsCode, code } = scene;
    auth0.misbehave.codesLost = true;
    await getsCode('reset-password');
    auth0.misbehave.codesLost = false;
    await jane.presses('Use another contact');
    await jane.sees('Send the code to');
    await jane.picks('Text •••12');
    await jane.submits();
    await jane.sees('Enter the code we texted');
    await jane.types(code('+4915700000012'));
    await jane.submits();
    await jane.reads(button);
  });

  story(platform, 'a contact that was unlinked meanwhile gets no code', async (scene) => {
    const { jane, auth0 } = scene;
    await jane.asks('reset-password');
    await jane.sees('Send the code to');
    auth0.removeUser(janesAccount);
    await jane.submits();
    await jane.sees('The sign-in service refused this. Please ask the helpdesk.');
    expect(auth0.lastCodeTo(janesEmail)).toBeUndefined();
  });
});
