// The sign-in page's own "Forgot password?", of which people read where Latchkey has no contact for them. Told on both platforms.
import { describe, expect } from 'vitest';
import { type Chat, eventually } from './chat.ts';
import { platforms } from './platform.ts';
import { type Scene, story } from './story.ts';

const atOnce = { policy: 'connections: [CorpUsers, OldUsers, CorpAD]', looksAtOnce: true };
const sentence = /If your company's sign-in page shows \*{0,2}Forgot password\?\*{0,2}, you can also use that/;

/** So many looks are over, and the last one found this. */
const hasLooked = ({ world }: Scene, isOffered: boolean, looks = 1) =>
  eventually(
    () => {
      const found = [...world.logged().matchAll(/"event":"auth0.forgot-link","isOffered":(\w+)/g)];
      return found.length >= looks && found.at(-1)?.[1] === String(isOffered) ? true : undefined;
    },
    () => 'nobody looked at the connections',
  );

/** As the person reads it, once it says what it is about. */
async function reading(person: Chat, words: string, about: string): Promise<void> {
  await person.writes(words);
  await person.reads(about);
}

describe.concurrent.each(platforms)('On $name, “Forgot password?” of the sign-in page', (platform) => {
  story(
    platform,
    'is named in help, and to whoever has no contact or no account: the same words for all, and for Active Directory',
    async (scene) => {
      const { chat } = scene;
      await hasLooked(scene, true);
      for (const who of ['nina', 'olga', 'twyla', 'una'] as const) {
        const person = chat(who);
        await reading(person, 'reset-password', 'no recovery contact yet');
        await person.reads(sentence);
      }
      for (const who of ['jane', 'adam'] as const) {
        const person = chat(who);
        await reading(person, 'help', 'I can help you');
        await person.reads(sentence);
        await reading(person, 'I lost my phone', 'Locked out?');
      }
    },
    atOnce,
  );

  story(
    platform,
    'is named to nobody where one database lacks it',
    async (scene) => {
      const { auth0, world, chat } = scene;
      await hasLooked(scene, true);
      const old = auth0.connections().find(({ name }) => name === 'OldUsers');
      if (old !== undefined) old.options['disable_self_service_change_password'] = true;
      await world.restart();
      await hasLooked(scene, false, 2);
      await reading(chat('nina'), 'reset-password', 'no recovery contact yet');
      expect(chat('nina').message()).not.toMatch(sentence);
      await reading(chat('jane'), 'help', 'I can help you');
      expect(chat('jane').message()).not.toMatch(sentence);
    },
    atOnce,
  );

  story(
    platform,
    'is named to nobody where the policy asks more of everybody than a mail',
    async (scene) => {
      await hasLooked(scene, true);
      await reading(scene.chat('nina'), 'reset-password', 'no recovery contact yet');
      expect(scene.chat('nina').message()).not.toMatch(sentence);
      await reading(scene.jane, 'help', 'I can help you');
      expect(scene.jane.message()).not.toMatch(sentence);
    },
    { ...atOnce, policy: `${atOnce.policy}\nrules: [{ reset: { approvals: 1 } }]` },
  );
});
