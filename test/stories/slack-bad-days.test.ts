// Faults of Slack: whatever a method answers, the request continues where it can, and the person finds it again.
import { describe, expect } from 'vitest';
import type { Faults } from '../../playground/slack/faults.ts';
import { eventually } from './chat.ts';
import { janesAccount, slackIdOf } from './people.ts';
import { slack as platform } from './platform.ts';
import { slackHome } from './slack-chat.ts';
import { type Scene, story } from './story.ts';

type Fault = Parameters<Faults['next']>[1];

const button = 'Choose a new password';
const troubled = { isTroubled: true };
const passing: Readonly<Record<string, Fault>> = {
  'rate-limited': { kind: 'ratelimited', retryAfterSeconds: 5 },
  'failing with 500': 'http_500',
  'broken inside': 'internal_error',
  'cut off': 'disconnect',
  silent: 'hang',
};
const strange: Readonly<Record<string, Fault>> = { 'answering with a page of HTML': 'html' };

const faultsOf = ({ world }: Scene): Faults => world.slack.control.faults;

async function asksHelpdesk({ auth0, proves, sam }: Scene): Promise<void> {
  auth0.lock(janesAccount);
  await proves('unlock');
  await sam.seesCard(/Unlock.*for/s);
}

/** Once a drawing has failed, Slack is healthy again, and the time of the next try comes. */
async function isWellAgain(scene: Scene, method: string): Promise<void> {
  await scene.fails('show');
  faultsOf(scene).clear(method);
  await scene.triesAgain('show', 1);
}

async function finishes(scene: Scene): Promise<void> {
  await scene.jane.seesInWindow('Send the code to');
  await scene.jane.submits();
  await finishesWithCode(scene);
}

async function finishesWithCode({ jane, code, opensTicket }: Scene): Promise<void> {
  await jane.seesInWindow('Enter the code');
  await jane.types(code());
  await jane.submits();
  await jane.reads(button);
  await opensTicket(jane.linkOf(button));
}

describe.concurrent('Slack opens no window', () => {
  for (const [how, fault] of Object.entries({
    ...passing,
    ...strange,
    'saying that the trigger is too old': 'expired_trigger_id',
    'saying that the trigger was used': 'exchanged_trigger_id',
  } satisfies Record<string, Fault>)) {
    story(
      platform,
      `${how}: she finds a message with a button that opens one`,
      async (scene) => {
        const { jane } = scene;
        faultsOf(scene).next('views.open', fault);
        await jane.asks('reset-password');
        await jane.reads('Send the code to');
        await jane.pressesInMessage('Send code');
        await finishesWithCode(scene);
      },
      troubled,
    );
  }
});

describe.concurrent('Slack draws no window', () => {
  for (const [how, fault] of Object.entries({ ...passing, ...strange } satisfies Record<string, Fault>)) {
    story(
      platform,
      `${how}: asking again shows how things stand, and sends no second code`,
      async (scene) => {
        const { jane, world } = scene;
        faultsOf(scene).next('views.update', fault, 2);
        await jane.asks('reset-password');
        await eventually(
          () => (world.slack.control.requests.some(({ method }) => method === 'views.update') ? true : undefined),
          () => 'no drawing was tried',
        );
        await jane.closesWindow();
        faultsOf(scene).clear();
        await jane.asks('reset-password');
        await finishes(scene);
        expect(scene.auth0.outbox.length).toBe(1);
      },
      troubled,
    );
  }
});

describe.concurrent('Slack takes no message', () => {
  for (const [how, fault] of Object.entries(passing)) {
    story(
      platform,
      `${how}: the window has the link, and the message comes when Slack is well again`,
      async (scene) => {
        const { jane, proves, opensTicket } = scene;
        faultsOf(scene).always('chat.postMessage', fault);
        await proves('reset-password');
        await jane.seesInWindow(button);
        await isWellAgain(scene, 'chat.postMessage');
        await jane.closesWindow();
        await jane.reads(button);
        await opensTicket(jane.linkOf(button));
        await jane.reads('page is open');
      },
      troubled,
    );

    story(
      platform,
      `${how}, in the helpdesk’s channel: the card comes when Slack is well again`,
      async (scene) => {
        const { jane, auth0, sam } = scene;
        auth0.lock(janesAccount);
        await scene.getsCode('unlock');
        faultsOf(scene).always('conversations.info', fault);
        await jane.types(scene.code());
        await jane.submits();
        await jane.reads('The helpdesk has been asked');
        await isWellAgain(scene, 'conversations.info');
        await sam.seesCard(/Unlock.*for/s);
        await sam.presses('Approve');
        await jane.reads("You're unlocked");
      },
      // Where the members decide, the product has looked at the channel at its start.
      { ...troubled, helpdesk: platform.helpdesk({ approvers: ['sam', 'ada'] }) },
    );
  }
});

describe.concurrent('Slack changes no message', () => {
  for (const [how, fault] of Object.entries(passing)) {
    story(
      platform,
      `${how}: the link is taken out when Slack is well again`,
      async (scene) => {
        const { jane, proves, opensTicket } = scene;
        await proves('reset-password');
        await jane.reads(button);
        faultsOf(scene).always('chat.update', fault);
        await opensTicket(jane.linkOf(button));
        await isWellAgain(scene, 'chat.update');
        await jane.reads('page is open');
        expect(jane.linkOf(button)).toBeUndefined();
      },
      troubled,
    );
  }
});

describe.concurrent('Slack does not say who somebody is', () => {
  for (const [how, fault] of Object.entries(passing)) {
    story(
      platform,
      `${how}: she is told to wait, and it continues by itself`,
      async (scene) => {
        const { jane } = scene;
        faultsOf(scene).next('users.info', fault, 2);
        await jane.asks('reset-password');
        await jane.seesInWindow('Nothing has changed');
        await scene.triesAgain('identify', 1);
        await finishes(scene);
      },
      troubled,
    );
  }

  story(
    platform,
    'because nobody is there: she is answered like somebody without a contact',
    async (scene) => {
      faultsOf(scene).always('users.info', 'user_not_found');
      await scene.jane.asks('reset-password');
      await scene.jane.sees('You have no recovery contact yet');
    },
    troubled,
  );
});

describe.concurrent('Slack does not say who may decide', () => {
  for (const [how, fault] of Object.entries({ ...passing, ...strange } satisfies Record<string, Fault>)) {
    story(
      platform,
      `${how}: the agent is told to press again, and nothing happens meanwhile`,
      async (scene) => {
        const { jane, sam, auth0 } = scene;
        await asksHelpdesk(scene);
        faultsOf(scene).next('conversations.members', fault, 2);
        await sam.presses('Approve');
        await sam.hears("We can't check right now whether you may decide this.");
        faultsOf(scene).clear();
        expect(auth0.user(janesAccount).locked).toBe(true);
        await sam.presses('Approve');
        await jane.reads("You're unlocked");
      },
      troubled,
    );
  }
});

describe.concurrent('Slack is ill in smaller ways', () => {
  story(
    platform,
    'a private answer that cannot be given by its address is given another way',
    async (scene) => {
      await asksHelpdesk(scene);
      faultsOf(scene).next('response_url', 'http_500');
      const own = scene.helpdeskChannel('jane');
      await own.presses('Approve');
      await own.hears('This is your own request');
    },
    troubled,
  );

  story(
    platform,
    'a home page that cannot be drawn stops nothing, and is drawn at the next visit',
    async (scene) => {
      const { jane, world } = scene;
      const home = slackHome(world, 'jane');
      faultsOf(scene).next('views.publish', 'http_500', 2);
      await home.opens();
      await jane.asks('reset-password');
      await finishes(scene);
      world.pass(5);
      await home.opens();
      await home.sees('Need something else?');
    },
    troubled,
  );

  story(
    platform,
    'away altogether for a minute: what was asked before goes on after',
    async (scene) => {
      const { jane, sam } = scene;
      await asksHelpdesk(scene);
      faultsOf(scene).always('chat.update', 'http_500');
      faultsOf(scene).always('views.update', 'http_500');
      await sam.presses('Approve');
      await eventually(
        () => (scene.auth0.user(janesAccount).locked ? undefined : true),
        () => 'still locked',
      );
      await scene.triesAgain('show', 3);
      faultsOf(scene).clear();
      scene.world.pass(40);
      await jane.reads("You're unlocked");
      await sam.seesCard('done');
    },
    troubled,
  );

  story(
    platform,
    'a request in the chat is answered when Slack takes messages again',
    async (scene) => {
      const { jane } = scene;
      faultsOf(scene).next('chat.postMessage', { kind: 'ratelimited', retryAfterSeconds: 1 });
      await jane.writes('reset password');
      await jane.reads('Send code');
      expect(jane.messages().length).toBe(1);
    },
    troubled,
  );

  story(
    platform,
    'and so are words that ask for help',
    async (scene) => {
      const { jane } = scene;
      faultsOf(scene).next('chat.postMessage', { kind: 'ratelimited', retryAfterSeconds: 1 });
      await jane.writes('help');
      await jane.reads('I can help you reset or change your password, unlock your account');
      expect(jane.messages().length).toBe(1);
    },
    troubled,
  );

  story(
    platform,
    'the same request delivered three times is one request',
    async (scene) => {
      const { jane, world } = scene;
      await jane.writes('reset password');
      await jane.reads('Send code');
      const first = world.slack.control.deliveries.find(({ kind }) => kind === 'event');
      if (first === undefined) throw new Error('nothing was delivered');
      const again = await Promise.all([0, 1].map(() => world.slack.control.replay(first)));
      expect(again.map(({ status }) => status)).toEqual([401, 401]);
      expect(jane.messages().length).toBe(1);
    },
    troubled,
  );

  for (const [how, fault] of Object.entries({ ...passing, ...strange } satisfies Record<string, Fault>)) {
    story(
      platform,
      `a window that cannot be drawn, ${how}, is drawn by itself a little later`,
      async (scene) => {
        const { jane } = scene;
        // Where no answer came, the call itself is repeated once immediately.
        const isRepeated = fault !== 'html' && typeof fault === 'string';
        faultsOf(scene).next('views.update', fault, isRepeated ? 2 : 1);
        await jane.asks('reset-password');
        await jane.seesInWindow('Send the code to');
      },
      troubled,
    );
  }

  for (const outcome of ['Deny', 'Approve'] as const) {
    story(
      platform,
      `a message that is gone comes anew with the outcome (${outcome})`,
      async (scene) => {
        const { jane, sam } = scene;
        await asksHelpdesk(scene);
        await jane.closesWindow();
        faultsOf(scene).next('chat.update', 'message_not_found');
        if (outcome === 'Approve') await sam.presses('Approve');
        else {
          await sam.presses('Deny…');
          await sam.seesForm('They will see the quoted text');
          await sam.submits();
        }
        await jane.reads(/You're unlocked|The helpdesk declined/);
      },
      troubled,
    );
  }
});

describe.concurrent('Slack with a command prefix', () => {
  story(
    platform,
    'has only the commands with the prefix; others get help',
    async ({ jane, world }) => {
      await world.slack.client(slackIdOf('jane')).command('/acme-reset-password');
      await jane.seesInWindow('Send the code to');
      await jane.closesWindow();
      await jane.asks('unlock');
      await jane.hears('I can help you reset or change your password, unlock your account');
    },
    { policy: 'slack: { commandPrefix: acme }' },
  );
});
