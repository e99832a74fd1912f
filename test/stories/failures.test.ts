// A failure keeps its meaning up to the person, the helpdesk and the operator: what is refused for good ends at once and
// reaches a person who can help; what is limited says until when.
import { describe, expect } from 'vitest';
import { pressesContinue } from './browser.ts';
import { janesAccount } from './people.ts';
import { platforms, slack } from './platform.ts';
import { type Scene, story } from './story.ts';

const button = 'Choose a new password';
const notDone = 'The sign-in service refused this. Please ask the helpdesk.';
const notAllowed = /help needed.*does not allow this app to do it.*its log says what to change/s;

const problem = (status: number, errorCode?: string) => ({
  status,
  body: { statusCode: status, error: 'Something', ...(errorCode === undefined ? {} : { errorCode }) },
});
const pause = (seconds: number) => ({
  ...problem(429, 'too_many_requests'),
  headers: { 'retry-after': String(seconds), 'x-ratelimit-remaining': '0' },
});

async function entersCode({ jane, code }: Scene): Promise<void> {
  await jane.types(code());
  await jane.submits();
}
async function hasLink({ proves, jane }: Scene): Promise<string> {
  await proves('reset-password');
  await jane.reads(button);
  return jane.linkOf(button) ?? '';
}
const codesSent = ({ auth0 }: Scene): number => auth0.outbox.length;

describe.concurrent.each(platforms)('For somebody on $name, a refusal for good', (platform) => {
  const tickets = [
    [400, /help needed.*refused it/s, /Look at the account and its connection/],
    [403, notAllowed, /create:user_tickets/],
    [404, /help needed.*refused it/s, /ticket-mint: 404/],
    [409, /help needed.*refused it/s, /AUTH0_TENANT_DOMAIN/],
  ] as const;
  for (const [status, card, line] of tickets) {
    story(
      platform,
      `of a ticket, with ${status}: the page, the chat, the helpdesk and the log say so`,
      async (scene) => {
        const { jane, sam, auth0 } = scene;
        const link = await hasLink(scene);
        auth0.faults.next({ method: 'POST', path: /tickets/ }, problem(status));
        const pressed = await pressesContinue(link);
        expect(pressed.status).toBe(409);
        expect(pressed.text).toContain('Only the helpdesk can help with this one');
        await jane.reads(notDone);
        await sam.seesCard(card);
        await scene.logs(line);
        expect((await pressesContinue(link)).status).toBe(404);
      },
    );
  }

  for (const error of ['mfa_required', 'access_denied', 'unauthorized', 'unauthorized_client', 'something_new']) {
    story(
      platform,
      `of a right code, with ${error}: the request ends, unverified, and the helpdesk has it`,
      async (scene) => {
        const { jane, sam, auth0, getsCode } = scene;
        await getsCode('reset-password');
        auth0.faults.next({ method: 'POST', path: /oauth\/token/ }, { status: 403, body: { error } });
        await entersCode(scene);
        await jane.sees('Only the helpdesk can help with this one. They have been told.');
        await sam.seesCard(/help needed.*NOT verified.*its log says what to change/s);
        await scene.logs(/"call":"code-exchange"/);
      },
    );
  }

  story(platform, 'of who she is: told at once, and the card says that she is not verified', async (scene) => {
    const { jane, sam, auth0 } = scene;
    auth0.faults.next({ path: /users-by-email/ }, problem(403, 'insufficient_scope'));
    await jane.asks('reset-password');
    await jane.sees(notDone);
    await sam.seesCard(notAllowed);
    await sam.seesCard('NOT verified');
    await scene.logs(/"call":"users-by-email".*read:users/);
  });

  for (const [status, errorCode, card] of [
    [403, 'insufficient_scope', notAllowed],
    [404, 'inexistent_user', /help needed.*refused it/s],
  ] as const) {
    story(platform, `of the look at the account, with ${status}: the card says that she is verified`, async (scene) => {
      const { jane, sam, auth0, getsCode } = scene;
      auth0.lock(janesAccount);
      await getsCode('unlock');
      auth0.faults.next({ method: 'GET', path: /users\/auth0/ }, problem(status, errorCode));
      await entersCode(scene);
      await jane.sees(notDone);
      const shown = await sam.seesCard(card);
      expect(shown).toContain('verified by email code');
      expect(shown).not.toContain('NOT verified');
      await scene.logs(/"call":"user-read"/);
      expect(auth0.user(janesAccount).locked).toBe(true);
    });
  }

  story(platform, 'of the sending of the code: no code, and the helpdesk has it', async (scene) => {
    const { jane, sam, auth0 } = scene;
    await jane.asks('reset-password');
    await jane.sees('Send the code to');
    auth0.faults.next(
      { method: 'POST', path: /passwordless\/start/ },
      { status: 400, body: { error: 'bad.connection', error_description: 'Connection does not exist' } },
    );
    await jane.submits();
    await jane.sees(notDone);
    await sam.seesCard(notAllowed);
    await scene.logs('Enable the passwordless connections');
    expect(codesSent(scene)).toBe(0);
  });

  story(platform, 'of who an agent is: the agent is not told to press again', async (scene) => {
    const { sam, auth0, proves } = scene;
    auth0.lock(janesAccount);
    await proves('unlock');
    await sam.seesCard(/Unlock.*for/s);
    auth0.faults.next({ path: /users-by-email/, times: 9 }, problem(403, 'insufficient_scope'));
    await sam.presses('Approve');
    await sam.hears("trying again won't help");
    expect(auth0.user(janesAccount).locked).toBe(true);
  });
});

story(
  slack,
  'a scope that Slack does not grant ends the request at once: the helpdesk has it, and the operator reads what to do',
  async (scene) => {
    const { jane, sam, world, auth0 } = scene;
    world.slack.control.faults.always('users.info', 'missing_scope');
    await jane.asks('reset-password');
    await jane.sees(notDone);
    world.slack.control.faults.clear();
    const card = await sam.seesCard(notAllowed);
    expect(card).toContain('NOT verified');
    await scene.logs(/Install the app again with the scopes.*effect given up/);
    expect(auth0.requests.filter(({ path }) => path.includes('users'))).toEqual([]);
  },
  { isTroubled: true },
);

describe.concurrent.each(platforms)('For somebody on $name, a limit', (platform) => {
  async function asksForCode({ jane }: Scene): Promise<void> {
    await jane.asks('reset-password');
    await jane.sees('Send the code to');
    await jane.submits();
  }

  story(
    platform,
    'of fifty codes an hour is met by the fifty-first: she reads from when, and it comes by itself',
    async (scene) => {
      const { jane, auth0, world, code } = scene;
      auth0.limitCodes(49);
      const sam = scene.chat('sam');
      await sam.asks('unlock');
      await sam.sees("We'll send a code to");
      await sam.submits();
      await sam.sees('Enter the code');
      await asksForCode(scene);
      await jane.sees('No codes can be sent right now. You can get one from');
      await jane.isOffered('Ask the helpdesk', 'Cancel this request');
      expect(codesSent(scene)).toBe(1);
      // Auth0 gives fifty an hour back one by one.
      world.pass(75);
      await jane.seesInWindow('Enter the code');
      await jane.types(code());
      await jane.submits();
      await jane.reads(button);
    },
  );

  story(
    platform,
    'on codes that outlasts the request: she reads at once until when, and a button asks the helpdesk',
    async (scene) => {
      const { jane, sam, auth0 } = scene;
      auth0.faults.next({ method: 'POST', path: /passwordless\/start/ }, pause(2_400));
      await asksForCode(scene);
      await jane.sees('No codes can be sent right now. You can get one from');
      await jane.isOffered('Start again', 'Ask the helpdesk');
      await jane.presses('Ask the helpdesk');
      await sam.seesCard(/Help needed.*NOT verified/s);
      expect(codesSent(scene)).toBe(0);
    },
  );

  story(
    platform,
    'on codes that a colleague has met is told without asking Auth0 again, and ends by itself',
    async (scene) => {
      const { jane, auth0, world, code } = scene;
      auth0.faults.next({ method: 'POST', path: /passwordless\/start/ }, pause(2_400));
      await asksForCode(scene);
      await jane.sees('You can get one from');
      const starts = () => auth0.requests.filter(({ path }) => path.includes('passwordless')).length;
      const asked = starts();
      const sam = scene.chat('sam');
      await sam.asks('unlock');
      await sam.sees("We'll send a code to your contact");
      await sam.submits();
      await sam.sees('You can get one from');
      expect(starts()).toBe(asked);
      world.pass(2_401);
      await jane.presses('Start again');
      await jane.sees('Send the code to');
      await jane.submits();
      await jane.sees('Enter the code');
      await jane.types(code());
      await jane.submits();
      await jane.reads(button);
    },
  );

  story(platform, 'on codes that is soon over: she reads until when, and the code comes by itself', async (scene) => {
    const { jane, auth0, world } = scene;
    auth0.faults.next({ method: 'POST', path: /passwordless\/start/ }, pause(300));
    await asksForCode(scene);
    await jane.sees('No codes can be sent right now. You can get one from');
    await jane.isOffered('Ask the helpdesk', 'Cancel this request');
    world.pass(310);
    await jane.seesInWindow('Enter the code');
    expect(codesSent(scene)).toBe(1);
  });

  story(platform, 'on the page that the link outlives: browser and chat say when to press again', async (scene) => {
    const { jane, auth0, world, opensTicket } = scene;
    const link = await hasLink(scene);
    auth0.faults.next({ method: 'POST', path: /tickets/ }, pause(90));
    const pressed = await pressesContinue(link);
    expect(pressed.status).toBe(503);
    expect(pressed.text).toContain('Nothing has changed, and your link still works. Try again in 2 minutes.');
    await jane.reads(/press the button again from/);
    world.pass(91);
    await opensTicket(link);
  });

  story(
    platform,
    'on the page that outlasts the link: the request ends, and the chat says until when',
    async (scene) => {
      const { jane, sam, auth0 } = scene;
      const link = await hasLink(scene);
      auth0.faults.next({ method: 'POST', path: /tickets/ }, pause(3_000));
      expect((await pressesContinue(link)).status).toBe(404);
      await jane.reads('takes no more requests right now. You can start again at');
      await sam.seesCard(/help needed.*very busy/s);
    },
  );

  story(
    platform,
    'on the check of a code: the try is not counted, and she reads from when to enter it',
    async (scene) => {
      const { jane, auth0, world, getsCode } = scene;
      await getsCode('reset-password');
      auth0.faults.next({ method: 'POST', path: /oauth\/token/ }, pause(30));
      await entersCode(scene);
      await jane.sees(/Please enter it again from .*You have 3 tries left/s);
      world.pass(31);
      await entersCode(scene);
      await jane.reads(button);
    },
  );

  story(platform, 'on the check of a code that outlasts the request ends it with its time', async (scene) => {
    const { jane, auth0, getsCode } = scene;
    await getsCode('reset-password');
    auth0.faults.next({ method: 'POST', path: /oauth\/token/ }, pause(3_000));
    await entersCode(scene);
    await jane.sees('takes no more requests right now. You can start again at');
    await jane.isOffered('Start again', 'Ask the helpdesk');
  });
});
