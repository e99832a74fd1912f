// What a client, or an attacker with a client of their own, can send to the product through Teams: old, repeated,
// changed, malformed.
import { describe, expect } from 'vitest';
import type { Json } from '../../playground/json.ts';
import type { Activity } from '../../playground/teams/activities.ts';
import type { Delivery } from '../../playground/teams/deliveries.ts';
import { FORGERY_NAMES } from '../../playground/teams/forgeries.ts';
import { accountOf, janesAccount, janesEmail, objectIdOf, type Who } from './people.ts';
import { teams as platform } from './platform.ts';
import { type Scene, story } from './story.ts';
import { teamsOf } from './teams-chat.ts';
import { teamsHelpdesk } from './teams-world.ts';

const button = 'Choose a new password';
const troubled = { isTroubled: true };

const controlOf = ({ world }: Scene) => teamsOf(world).control;
const clientOf = ({ world }: Scene, who: Who) => teamsOf(world).client(objectIdOf(who));
const changes = ({ auth0 }: Scene): number => auth0.requests.filter(({ changed }) => changed).length;
const otps = ({ auth0 }: Scene): number => auth0.requests.filter(({ bodyKeys }) => bodyKeys.includes('otp')).length;
const lifts = ({ auth0 }: Scene): number =>
  auth0.requests.filter(({ method, path }) => method === 'DELETE' && path.includes('/user-blocks/')).length;

function newest(scene: Scene): Delivery {
  const delivery = controlOf(scene).deliveries.at(-1);
  if (delivery === undefined) throw new Error('nothing was delivered');
  return delivery;
}

/** As Teams does when it got no answer: first the same request, then one with a new id. */
async function comesAgain(scene: Scene, delivery: Delivery): Promise<void> {
  for (const newId of [false, true]) {
    expect(await controlOf(scene).redeliver(delivery, { newId })).toMatchObject({ status: 200 });
  }
}

describe.concurrent('In Teams, what is delivered again', () => {
  story(platform, 'is one request, where it is words', async (scene) => {
    const { jane, auth0 } = scene;
    await jane.asks('reset-password');
    const words = newest(scene);
    for (let nth = 0; nth < 3; nth += 1) await controlOf(scene).redeliver(words);
    await jane.sees('Send the code to');
    await jane.submits();
    await jane.sees('Enter the code');
    expect(jane.messages().length).toBe(1);
    expect(auth0.outbox.length).toBe(1);
  });

  story(platform, 'counts once, where it is a code', async (scene) => {
    const { jane, proves } = scene;
    await proves('reset-password');
    await comesAgain(scene, newest(scene));
    await jane.reads(button);
    expect(otps(scene)).toBe(1);
  });

  story(platform, 'counts once, where it is a wrong code', async (scene) => {
    const { jane, code, getsCode } = scene;
    await getsCode('reset-password');
    await jane.types(code() === '000000' ? '111111' : '000000');
    await jane.submits();
    await jane.seesBesideInput('2 tries left');
    await comesAgain(scene, newest(scene));
    await jane.types(code());
    await jane.submits();
    await jane.reads(button);
    expect(otps(scene)).toBe(2);
  });

  story(platform, 'counts once, where it is an approval', async (scene) => {
    const { jane, sam, auth0, proves } = scene;
    auth0.lock(janesAccount);
    await proves('unlock');
    await sam.presses('Approve');
    await comesAgain(scene, newest(scene));
    await jane.reads("You're unlocked");
    await sam.seesCard(/approved by Sam Agent.*done/s);
    expect(lifts(scene)).toBe(1);
  });
});

describe.concurrent('In Teams, an old card', () => {
  story(platform, 'from before the code was sent sends no second one', async (scene) => {
    const { jane, auth0, code } = scene;
    await jane.asks('reset-password');
    await jane.sees('Send the code to');
    const [message] = controlOf(scene).messages(objectIdOf('jane')).slice(-1);
    if (message?.card === undefined) throw new Error('no card');
    const where = { conversation: message.conversation, activityId: message.id };
    const pressesOld = () =>
      clientOf(scene, 'jane').pressExecute(where, { title: 'Send code' }, {}, { card: message.card ?? {} });
    await pressesOld();
    await jane.sees('Enter the code');
    await pressesOld();
    await pressesOld();
    await jane.sees('Enter the code');
    expect(auth0.outbox.length).toBe(1);
    await jane.types(code());
    await jane.submits();
    await jane.reads(button);
    // The result of the old press is what the card shows now.
    await pressesOld();
    await jane.reads(button);
    expect(auth0.outbox.length).toBe(1);
  });
});

describe.concurrent('In Teams, data that no card of ours holds', () => {
  /** Jane presses on her newest message, with changed data. */
  async function forges(scene: Scene, verb: string, change: (data: Json) => Json): Promise<void> {
    const client = clientOf(scene, 'jane');
    const [message] = controlOf(scene).messages(client.userId).slice(-1);
    const where = { conversation: message?.conversation ?? '', activityId: message?.id ?? '' };
    const flow = /"flow":"([\w-]+)"/.exec(JSON.stringify(message?.card))?.[1] ?? 'no flow';
    const shown = await client.pressExecute(where, { verb }, {}, { anyway: true, data: change({ flow, v: 3 }) });
    expect(shown).toMatchObject({ ok: true });
  }

  story(platform, 'changes nothing, whatever it claims, and the request goes on', async (scene) => {
    const { jane, auth0, code, getsCode } = scene;
    auth0.lock(janesAccount);
    await getsCode('unlock');
    const before = changes(scene);
    for (const contact of ['email|none', 'sms|650000000000000000000002', 'sam.agent@home.example.net', '']) {
      await forges(scene, 'send-code', (data) => ({ ...data, contact }));
    }
    for (const verb of ['approve', 'submit-denial', 'retry-doubt', 'settle-doubt', 'deny', 'lift-lock', '__proto__']) {
      await forges(scene, verb, (data) => ({
        ...data,
        reason: 'suspicious',
        channel: 'teams:19:helpdesk@thread.tacv2',
      }));
    }
    await forges(scene, 'submit-code', (data) => ({ ...data, flow: 'f'.repeat(22), code: code() }));
    await forges(scene, 'submit-code', (data) => ({ ...data, code: ['000000'] }));
    await forges(scene, 'submit-code', (data) => ({ ...data, v: -1, code: '0'.repeat(100) }));
    await forges(scene, 'submit-code', () => ({}));
    expect(changes(scene)).toBe(before);
    expect(auth0.outbox.map(({ to }) => to)).toEqual([janesEmail]);
    await jane.writes('status');
    await jane.sees('Enter the code');
    await jane.types(code());
    await jane.submits();
    await scene.sam.seesCard(/Unlock.*for/s);
  });
});

describe.concurrent('In Teams, a card in the helpdesk’s channel that is pressed with the data of another', () => {
  const petras = 'petra@home.example.net';
  const outdated = /This button is from an older message/;

  const cardsIn = ({ world }: Scene) =>
    teamsOf(world)
      .control.messages(teamsHelpdesk)
      .filter(({ card }) => card !== undefined);
  const flowIn = (card: unknown): string => /"flow":"([\w-]+)"/.exec(JSON.stringify(card))?.[1] ?? 'no flow';

  /** The card about this person as everybody sees it, with the id of its flow. */
  async function cardOf(scene: Scene, name: string): Promise<{ id: string; conversation: string; flow: string }> {
    await scene.sam.seesCard(name);
    const card = cardsIn(scene).find((one) => JSON.stringify(one.card).includes(name));
    return { id: card?.id ?? '', conversation: card?.conversation ?? '', flow: flowIn(card?.card) };
  }

  /** Both people have asked for an unlock, and each has a card. */
  async function bothAsk(scene: Scene) {
    const { auth0, chat, proves } = scene;
    auth0.lock(janesAccount);
    auth0.lock(accountOf('petra'));
    await proves('unlock');
    const janes = await cardOf(scene, 'Jane Doe');
    await proves('unlock', chat('petra'), petras);
    return { janes, petras: await cardOf(scene, 'Petra Privileged') };
  }

  async function presses(scene: Scene, who: Who, on: Awaited<ReturnType<typeof cardOf>>, verb: string, flow: string) {
    const where = { conversation: on.conversation, activityId: on.id };
    return clientOf(scene, who).pressExecute(where, { verb }, {}, { anyway: true, data: { flow, v: 3 } });
  }

  const look = (scene: Scene): string[] => cardsIn(scene).map(({ card }) => JSON.stringify(card));
  /** A person gets an answer only after any drawing would be visible, so the cards can be compared afterwards. */
  async function untouched(scene: Scene, before: readonly string[]): Promise<void> {
    await scene.chat('olga').writes('help');
    expect(look(scene)).toEqual(before);
  }
  /** Whatever followed, each card is still about the same person. */
  async function aboutBoth(scene: Scene): Promise<void> {
    await scene.sam.seesCard(/Petra.*done/s);
    expect(look(scene).map((card) => /Jane|Petra/.exec(card)?.[0])).toEqual(['Jane', 'Petra']);
  }

  story(
    platform,
    'never becomes the card of whoever pressed it, and shows nobody their link',
    async (scene) => {
      const { jane, auth0, chat, proves } = scene;
      auth0.lock(accountOf('petra'));
      await proves('unlock', chat('petra'), petras);
      const on = await cardOf(scene, 'Petra Privileged');
      await proves('reset-password');
      await jane.reads(button);
      const [own] = controlOf(scene).messages(objectIdOf('jane')).slice(-1);
      const flow = flowIn(own?.card);
      const before = look(scene);
      for (const verb of ['continue', 'resend-code', 'other-contact', 'send-code', 'restart', 'cancel', 'disown']) {
        const shown = await presses(scene, 'jane', on, verb, flow);
        expect(JSON.stringify(shown)).not.toContain('/go/');
        expect(shown).toMatchObject({ ok: true, card: undefined, text: expect.stringMatching(outdated) });
      }
      await untouched(scene, before);
      expect(jane.linkOf(button)).toBeDefined();
      await scene.sam.presses('Approve');
      await scene.sam.seesCard(/Petra.*done/s);
      expect(look(scene).join()).not.toContain('Jane');
    },
    troubled,
  );

  story(
    platform,
    'stays what it is, whoever pressed it: one who may not decide, a guest, one who may',
    async (scene) => {
      const both = await bothAsk(scene);
      const before = look(scene);
      for (const who of ['bert', 'gus', 'nina', 'sam'] as const) {
        for (const verb of ['approve', 'deny', 'submit-denial']) {
          const shown = await presses(scene, who, both.janes, verb, both.petras.flow);
          expect(shown).toMatchObject({ ok: true, card: undefined });
          if (who === 'sam') expect(shown.text).toMatch(outdated);
        }
      }
      await untouched(scene, before);
      expect(lifts(scene)).toBe(0);
      for (const name of [/Unlock.*Jane/s, /Unlock.*Petra/s]) await scene.sam.seesCard(name);
      await scene.sam.presses('Approve');
      await scene.chat('petra').reads("You're unlocked");
      expect(scene.auth0.user(janesAccount).locked).toBe(true);
      await aboutBoth(scene);
    },
    { isTroubled: true, helpdesk: platform.helpdesk({ approvers: ['sam', 'gus'] }) },
  );

  story(
    platform,
    'stays what it is, where one of the two requests is over',
    async (scene) => {
      const both = await bothAsk(scene);
      await presses(scene, 'sam', both.janes, 'approve', both.janes.flow);
      await scene.jane.reads("You're unlocked");
      await scene.sam.seesCard(/Jane.*done/s);
      const before = look(scene);
      const pairs = [
        { on: both.janes, flow: both.petras.flow },
        { on: both.petras, flow: both.janes.flow },
      ];
      for (const { on, flow } of pairs) {
        for (const verb of ['approve', 'deny', 'continue']) await presses(scene, 'sam', on, verb, flow);
      }
      await untouched(scene, before);
      await scene.sam.presses('Approve');
      await scene.chat('petra').reads("You're unlocked");
      expect(lifts(scene)).toBe(2);
      await aboutBoth(scene);
    },
    troubled,
  );
});

describe.concurrent('In Teams, what the connector would never send', () => {
  story(
    platform,
    'is refused without a word, in the middle of a request, which goes on',
    async (scene) => {
      const { jane, auth0, code, getsCode } = scene;
      await getsCode('reset-password');
      const asked = auth0.requests.length;
      for (const name of FORGERY_NAMES) {
        const words = clientOf(scene, 'sam').activity({ text: 'unlock' });
        const { status, text } = await controlOf(scene).send(words, name);
        expect(`${name}: ${status} ${text}`).toMatch(/: (?:400|401|413) $/);
      }
      expect(auth0.requests.length).toBe(asked);
      await jane.types(code());
      await jane.submits();
      await jane.reads(button);
    },
    troubled,
  );

  story(
    platform,
    'in the name of somebody else is answered to nobody, and begins nothing',
    async (scene) => {
      const { auth0, chat } = scene;
      await chat('nina').asks('unlock');
      await chat('nina').sees('contact');
      const asked = auth0.requests.length;
      const nina = clientOf(scene, 'nina').activity();
      const from = { ...(nina['from'] as Json), aadObjectId: objectIdOf('jane') };
      const forged: Activity = { ...nina, from, id: 'f:forged', text: 'reset-password' };
      await controlOf(scene).send(forged);
      await scene.logs(/another-person/);
      expect(chat('jane').messages()).toEqual([]);
      expect(auth0.requests.slice(asked).filter(({ path }) => path.includes('jane'))).toEqual([]);
      expect(auth0.outbox).toEqual([]);
    },
    troubled,
  );

  story(
    platform,
    'people of another company send is not heard',
    async (scene) => {
      const xaver = scene.chat('xaver');
      await xaver.fires('unlock');
      expect(newest(scene)).toMatchObject({ status: 401, text: '' });
      expect(xaver.messages()).toEqual([]);
      expect(scene.auth0.requests.filter(({ path }) => path.includes('users'))).toEqual([]);
    },
    troubled,
  );
});
