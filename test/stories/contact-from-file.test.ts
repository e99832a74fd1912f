// A contact that an administrator imports from a file: whoever is bound to the account reads of it in chat, and can have it taken out.
import { spawn } from 'node:child_process';
import { rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect } from 'vitest';
import { asStarted } from '../as-started.ts';
import { type Chat, inOrder } from './chat.ts';
import { linked, ninasAccount, signsIn } from './enrolling.ts';
import { janesAccount, people, type Who } from './people.ts';
import { platforms } from './platform.ts';
import { type Scene, story } from './story.ts';
import { operatorEnv } from './world.ts';

const script = fileURLToPath(new URL('../../src/cli/cli.ts', import.meta.url));
const imported = 'from.a.file@mail.example.org';
const added = 'Your company added a recovery contact to your account';
const notMe = "It wasn't me";

/** As an administrator does, in a process of its own, beside the server. */
async function imports(
  { world, auth0 }: Scene,
  who: Who,
  env: Readonly<Record<string, string>> = {},
  address = imported,
): Promise<string> {
  world.planted.add(address);
  const file = join(dirname(world.databaseFile), `${who}.csv`);
  await writeFile(file, `account,email\n${people[who].email},${address}\n`);
  const child = spawn(process.execPath, [...asStarted(script), 'contacts', 'import', file, '--apply'], {
    env: { ...operatorEnv(world), ...env },
    cwd: dirname(world.databaseFile),
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => {
      said += chunk;
    });
  const code = await new Promise((resolve) => child.once('close', resolve));
  await rm(file);
  // What an administrator links needs nobody's sign-in: the invariants at the end are about what people do.
  const byPeople = auth0.witnessed.filter((act) => act.what !== 'linked' || act.address !== address);
  auth0.witnessed.splice(0, auth0.witnessed.length, ...byPeople);
  expect(code, said).toBe(0);
  expect(said).not.toContain(address);
  return said;
}

async function isBound(scene: Scene, who: Who, person: Chat = scene.chat(who)): Promise<Chat> {
  await signsIn(scene, who, person);
  await person.writes('cancel');
  await person.reads('Done');
  return person;
}

describe.each(platforms)('On $name, a contact from a file', (platform) => {
  story(platform, 'is told to its owner in chat, who has it taken out', async (scene) => {
    const { sam } = scene;
    const nina = await isBound(scene, 'nina');
    expect(await imports(scene, 'nina')).toContain('A server tells it in chat: the owners of 1 contact.');
    await nina.reads(
      inOrder(added, 'email', 'f•••@m•••.org', 'It can be used now', "isn't confirmed yet", 'Not yours?'),
    );
    expect(nina.notifications().at(-1)).toContain(
      "Your company added a recovery contact: if it isn't yours, tell us here",
    );
    expect(nina.notifications().join()).not.toContain('f•••');
    expect(sam.cards()).toEqual([]);
    expect(linked(scene, ninasAccount)).toHaveLength(1);
    await nina.pressesInMessage(notMe);
    await nina.reads(inOrder("this contact isn't yours", 'paused for 24 hours', 'f•••@m•••.org', 'was removed again'));
    await sam.seesCard(inOrder(notMe, "a new contact isn't that of", 'from a file', 'removed again: 1 email'));
    expect(sam.notifications().at(-1)).toContain("says that a new contact isn't theirs. Please call them.");
    expect(linked(scene, ninasAccount)).toEqual([]);
  });

  story(platform, 'is not taken out by somebody who was connected a moment ago', async (scene) => {
    const { jane, sam } = scene;
    await isBound(scene, 'jane', jane);
    await imports(scene, 'jane');
    await jane.reads(inOrder(added, 'f•••@m•••.org', 'It can be used from'));
    await jane.pressesInMessage(notMe);
    await jane.reads(inOrder("this contact isn't yours", 'f•••@m•••.org', 'stays in your account'));
    await sam.seesCard(inOrder(notMe, 'connected to the account only recently', 'Added, and kept: 1 email'));
    expect(linked(scene, janesAccount)).toHaveLength(3);
  });

  story(
    platform,
    'is told once, also where it is imported again, and later where there was no database',
    async (scene) => {
      const nina = await isBound(scene, 'nina');
      const said = await imports(scene, 'nina', { DATABASE_URL: 'sqlite:./not-there.db' });
      expect(said).toMatch(/^latchkey: |Chats will not be told of new contacts: there is no database at/m);
      expect(said).toMatch(/Chats were not told of 1 contact .*run the same import again within a day.*\n$/s);
      expect(linked(scene, ninasAccount)).toHaveLength(1);
      expect(await imports(scene, 'nina')).toContain('A server tells it in chat: the owners of 1 contact.');
      await nina.reads(added);
      expect(await imports(scene, 'nina')).not.toContain('in chat');
      await nina.writes('status');
      await nina.reads('You have no open request');
      expect(nina.messages().filter((text) => text.includes(added))).toHaveLength(1);
    },
  );

  story(platform, 'is told to nobody where nobody is bound', async (scene) => {
    const { jane } = scene;
    await isBound(scene, 'jane', jane);
    expect(await imports(scene, 'nina')).not.toContain('in chat');
    // Told later: the one before would have come first.
    await imports(scene, 'jane', {}, 'another@mail.example.org');
    await jane.reads(added);
    expect(scene.chat('nina').messages()).toEqual([]);
  });
});
