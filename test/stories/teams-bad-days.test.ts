// Faults of Teams: whatever the connector answers, or does not, the request continues where it can, and the person
// finds it again.
import { describe, expect } from 'vitest';
import type { Faults, OddReply, RequestKind } from '../../playground/teams/faults.ts';
import { eventually } from './chat.ts';
import { janesAccount, objectIdOf } from './people.ts';
import { teams as platform } from './platform.ts';
import { type Scene, story } from './story.ts';
import { teamsOf } from './teams-chat.ts';

const button = 'Choose a new password';
const troubled = { isTroubled: true };
const passing: Readonly<Record<string, OddReply>> = {
  'not yet ready (412)': 'PreconditionFailed',
  'throttling (429)': { retryAfterSeconds: 4 },
  'failing with 502': 'ServiceError',
  'failing with 503': { status: 503 },
  'cut off': { disconnect: true },
  silent: { hang: true },
};

const controlOf = ({ world }: Scene) => teamsOf(world).control;
const faultsOf = (scene: Scene): Faults => controlOf(scene).faults;
const isLocked = ({ auth0 }: Scene): boolean => auth0.user(janesAccount).locked;

async function asksHelpdesk({ auth0, proves, sam }: Scene): Promise<void> {
  auth0.lock(janesAccount);
  await proves('unlock');
  await sam.seesCard(/Unlock.*for/s);
}

async function finishes({ jane, code, opensTicket }: Scene): Promise<void> {
  await jane.sees('Send the code to');
  await jane.submits();
  await jane.sees('Enter the code');
  await jane.types(code());
  await jane.submits();
  await jane.reads(button);
  await opensTicket(jane.linkOf(button));
}

/** Waits until Teams has received a request of this kind since the fault began. */
async function isAskedFor(scene: Scene, kind: RequestKind): Promise<void> {
  await eventually(
    () => (controlOf(scene).requests.some((request) => request.kind === kind) ? true : undefined),
    () => `no ${kind}`,
  );
}

/** Once a drawing has failed, Teams is healthy again, and the time of the next try comes. */
async function isWellAgain(scene: Scene): Promise<void> {
  await scene.fails('show');
  faultsOf(scene).clear();
  await scene.triesAgain('show', 1);
}

describe.concurrent('Teams takes no message', () => {
  for (const [how, fault] of Object.entries(passing)) {
    story(
      platform,
      `${how}: what she asked for stands there when Teams is well again`,
      async (scene) => {
        const { jane } = scene;
        faultsOf(scene).always('send', fault);
        await jane.fires('reset-password');
        await isAskedFor(scene, 'send');
        faultsOf(scene).clear();
        await finishes(scene);
        expect(jane.messages().length).toBe(1);
      },
      troubled,
    );

    story(
      platform,
      `${how}, in the helpdesk’s channel: the card comes when Teams is well again`,
      async (scene) => {
        const { jane, auth0, sam, proves } = scene;
        auth0.lock(janesAccount);
        faultsOf(scene).always('create', fault);
        await proves('unlock');
        await jane.reads('The helpdesk has been asked');
        await isWellAgain(scene);
        await sam.seesCard(/Unlock.*for/s);
        expect(sam.cards().length).toBe(1);
        await sam.presses('Approve');
        await jane.reads("You're unlocked");
      },
      troubled,
    );
  }
});

describe.concurrent('Teams changes no card', () => {
  for (const [how, fault] of Object.entries(passing)) {
    story(
      platform,
      `${how}: the link is taken out when Teams is well again`,
      async (scene) => {
        const { jane, proves, opensTicket } = scene;
        await proves('reset-password');
        await jane.reads(button);
        faultsOf(scene).always('update', fault);
        await opensTicket(jane.linkOf(button));
        await isWellAgain(scene);
        await jane.reads('page is open');
        expect(jane.linkOf(button)).toBeUndefined();
      },
      troubled,
    );
  }

  for (const outcome of ['Deny', 'Approve'] as const) {
    story(
      platform,
      `because it is gone (404): the outcome comes in a new one (${outcome})`,
      async (scene) => {
        const { jane, sam } = scene;
        await asksHelpdesk(scene);
        faultsOf(scene).next('update', 'ActivityNotFoundInConversation');
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

describe.concurrent('Teams does not say who somebody is', () => {
  for (const [how, fault] of Object.entries(passing)) {
    story(
      platform,
      `${how}: nothing is done meanwhile, and it continues by itself`,
      async (scene) => {
        faultsOf(scene).always('member', fault);
        await scene.jane.fires('reset-password');
        await scene.fails('identify');
        expect(scene.auth0.requests.filter(({ path }) => path.includes('users'))).toEqual([]);
        faultsOf(scene).clear();
        await scene.triesAgain('identify', 1);
        await finishes(scene);
      },
      troubled,
    );

    story(
      platform,
      `${how}: a press is answered, counts for nothing, and works again afterwards`,
      async (scene) => {
        const { jane, sam } = scene;
        await asksHelpdesk(scene);
        faultsOf(scene).always('member', fault);
        await sam.presses('Approve');
        await sam.hears("We couldn't check with Teams who you are.");
        expect(isLocked(scene)).toBe(true);
        faultsOf(scene).clear();
        await sam.presses('Approve');
        await jane.reads("You're unlocked");
      },
      troubled,
    );
  }
});

describe.concurrent('Teams does not say who may decide', () => {
  for (const [how, fault] of Object.entries(passing)) {
    story(
      platform,
      `${how}: the agent is told to press again, and nothing happens meanwhile`,
      async (scene) => {
        const { jane, sam } = scene;
        await asksHelpdesk(scene);
        faultsOf(scene).always('pagedmembers', fault);
        await sam.presses('Approve');
        await sam.hears("We can't check right now whether you may decide this.");
        expect(isLocked(scene)).toBe(true);
        faultsOf(scene).clear();
        await sam.presses('Approve');
        await jane.reads("You're unlocked");
      },
      troubled,
    );
  }
});

describe.concurrent('Teams lets the bot write to her no more (403)', () => {
  const ways: Readonly<Record<string, (scene: Scene) => Promise<() => Promise<unknown>>>> = {
    'because she took the app away': async ({ world }) => {
      await teamsOf(world).control.uninstall(objectIdOf('jane'));
      return () => teamsOf(world).client(objectIdOf('jane')).install();
    },
    'because she blocked it': async ({ world }) => {
      teamsOf(world).control.blockBot(objectIdOf('jane'));
      return async () => teamsOf(world).control.unblockBot(objectIdOf('jane'));
    },
  };
  story(
    platform,
    'because she blocked it: what the helpdesk decides is done all the same, and she finds it when she is back',
    async (scene) => {
      const { jane, sam } = scene;
      await asksHelpdesk(scene);
      teamsOf(scene.world).control.blockBot(objectIdOf('jane'));
      await sam.presses('Approve');
      await sam.seesCard(/approved by.*done/s);
      expect(isLocked(scene)).toBe(false);
      await scene.logs(/MessageWritesBlocked|ConversationBlockedByUser/);
      teamsOf(scene.world).control.unblockBot(objectIdOf('jane'));
      await jane.writes('status');
      await jane.reads("You're unlocked");
    },
    troubled,
  );

  story(
    platform,
    'because she took the app away: nothing is unlocked for somebody who cannot be asked for any more',
    async (scene) => {
      const { jane, sam } = scene;
      await asksHelpdesk(scene);
      await teamsOf(scene.world).control.uninstall(objectIdOf('jane'));
      await sam.presses('Approve');
      await sam.seesCard('or removed the app');
      expect(isLocked(scene)).toBe(true);
      await teamsOf(scene.world).client(objectIdOf('jane')).install();
      await jane.writes('status');
      await jane.reads('Please ask the helpdesk');
    },
    troubled,
  );

  for (const [why, goesAway] of Object.entries(ways)) {
    story(
      platform,
      `${why}: a link that she can still see is dead when its time has come`,
      async (scene) => {
        const { jane, world, proves } = scene;
        await proves('reset-password');
        await jane.reads(button);
        const link = jane.linkOf(button) ?? '';
        const comesBack = await goesAway(scene);
        world.pass(601);
        expect((await fetch(link, { method: 'POST', redirect: 'manual' })).status).toBe(404);
        await scene.fails('show');
        await comesBack();
        await jane.writes('reset-password');
        await jane.sees('Send the code to');
      },
      troubled,
    );
  }
});

describe.concurrent('Teams is ill altogether', () => {
  const everything: readonly RequestKind[] = ['send', 'create', 'update', 'member', 'pagedmembers'];

  story(
    platform,
    'silent for half a minute: she and the helpdesk are answered in time, and it goes on after',
    async (scene) => {
      const { jane, sam, code, getsCode, auth0 } = scene;
      auth0.lock(janesAccount);
      await getsCode('unlock');
      for (const kind of everything) faultsOf(scene).always(kind, { hang: true });
      await jane.types(code());
      await jane.submits();
      await jane.sees('The helpdesk has been asked');
      await isWellAgain(scene);
      await sam.seesCard(/Unlock.*for/s);
      await sam.presses('Approve');
      await jane.reads("You're unlocked");
    },
    troubled,
  );

  story(
    platform,
    'throttling every call once: an unlock goes through all the same',
    async (scene) => {
      const { jane, sam } = scene;
      for (const kind of everything) faultsOf(scene).next(kind, { retryAfterSeconds: 1 });
      await asksHelpdesk(scene);
      await sam.presses('Approve');
      await jane.reads(/You're unlocked.*Approved by Sam Agent/s);
      await sam.seesCard(/approved by.*done/s);
      expect(isLocked(scene)).toBe(false);
      const throttled = controlOf(scene).requests.filter(({ status }) => status === 429);
      expect(new Set(throttled.map(({ kind }) => kind))).toEqual(new Set(everything));
    },
    troubled,
  );

  story(platform, 'taking no token that it gave before: nobody notices', async (scene) => {
    const { jane, code, getsCode, opensTicket } = scene;
    await getsCode('reset-password');
    controlOf(scene).revokeTokens();
    await jane.types(code());
    await jane.submits();
    await jane.reads(button);
    await opensTicket(jane.linkOf(button));
    await jane.reads('page is open');
  });
});
