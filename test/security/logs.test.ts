// What is written to logs: nothing secret, nothing that a stranger can shape, and nothing that gives access.
import { DatabaseSync } from 'node:sqlite';
import { describe, expect } from 'vitest';
import { pressesContinue, savesPassword } from '../stories/browser.ts';
import { expectNoLeak } from '../stories/leaks.ts';
import { janesAccount, slackIdOf } from '../stories/people.ts';
import { slack as platform } from '../stories/platform.ts';
import { story, wrong } from '../stories/story.ts';
import { webhookSecret } from '../stories/world.ts';

const button = 'Choose a new password';
const linesOf = (logged: string): readonly string[] => logged.split('\n').filter((line) => line !== '');

describe('what is written down', () => {
  story(
    platform,
    'holds no code, address, link, ticket or password, from the first command to the last word',
    async (scene) => {
      const { jane, sam, world, auth0, code, proves, getsCode, opensTicket } = scene;
      auth0.lock(janesAccount);
      await proves('unlock');
      await sam.seesCard(/Unlock.*for/s);
      await sam.presses('Approve');
      await jane.reads("You're unlocked");
      await jane.closesWindow();
      world.pass(61);
      await getsCode('reset-password');
      await jane.types(wrong(code()));
      await jane.submits();
      await jane.seesBesideInput('2 tries left');
      await jane.writes(`${code()} is that right?`);
      await jane.writes(code());
      await jane.reads("I've ignored it");
      await jane.types(code());
      await jane.submits();
      await jane.reads(button);
      const password = 'A-new-Passw0rd-2026';
      world.planted.add(password);
      expect(await savesPassword(await opensTicket(jane.linkOf(button)), password)).toBe(303);
      await jane.reads('Password changed at');
      await jane.pressesInMessage("It wasn't me");
      await jane.reads('this wasn');
      await expectNoLeak(world);
      const lines = linesOf(world.logged()).map((line) => JSON.parse(line));
      expect(lines.length).toBeGreaterThan(10);
      for (const line of lines) {
        expect(line.time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
        expect(line.level).toMatch(/^(trace|debug|info|warn|error)$/);
      }
      expect(lines.filter(({ route }) => route === '/go/:token').length).toBeGreaterThan(0);
    },
  );

  story(platform, 'takes no shape from what strangers send', async (scene) => {
    const { jane, world } = scene;
    const forged = '{"level":"info","msg":"approved by sam","flow":"forged"}';
    const poison = `x\r\n${forged}\n\u001b[2K\u001b[1Aowned\u2028\u202e`;
    const client = world.slack.client(slackIdOf('jane'));
    world.slack.control.addUser({
      id: slackIdOf('jane'),
      name: poison,
      realName: poison,
      email: 'jane@acme.example.com',
    });
    await client.command('/unlock', { text: poison });
    await jane.writes(poison);
    await client.send('event', poison);
    await client.send('interaction', { type: poison, user: { id: poison }, actions: [{ action_id: poison }] });
    const headers = { 'user-agent': encodeURIComponent(poison), 'x-request-id': forged, 'x-forwarded-for': forged };
    const odd = `${world.url}/${encodeURIComponent(poison)}`;
    await Promise.all([
      fetch(odd, { headers }),
      fetch(`${world.url}/go/${encodeURIComponent(poison)}?next=${encodeURIComponent(poison)}`, { headers }),
      fetch(`${world.url}/hooks/auth0`, { method: 'POST', headers, body: poison }),
      fetch(`${world.url}/hooks/auth0`, {
        method: 'POST',
        headers: { ...headers, authorization: `Bearer ${webhookSecret}` },
        body: JSON.stringify({ type: 'scp', user_id: poison, date: poison, description: poison }),
      }),
    ]);
    for (const line of linesOf(world.logged())) {
      expect(() => JSON.parse(line)).not.toThrow();
      expect(line).not.toMatch(/owned|approved by sam|forged/);
    }
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what is looked for
    expect(world.logged()).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u2028\u202e]/);
  });

  story(platform, 'opens nothing: who has a copy of the database has no link and no code', async (scene) => {
    const { jane, world, proves, opensTicket } = scene;
    await proves('reset-password');
    await jane.reads(button);
    const database = new DatabaseSync(world.databaseFile, { readOnly: true });
    const everything = ['flows', 'outbox', 'surfaces', 'inbox', 'counts', 'accounts', 'intakes']
      .map((table) => JSON.stringify(database.prepare(`SELECT * FROM ${table}`).all()))
      .join('\n');
    database.close();
    const link = jane.linkOf(button) ?? '';
    const [, flow = '', mark = ''] = /\/go\/([\w-]{22})\.([\w-]{43})$/.exec(link) ?? [];
    expect(everything).toContain(flow);
    expect(everything).not.toContain(mark);
    const names = new Set(everything.match(/(?<![\w-])[\w-]{22}(?![\w-])/g) ?? []);
    expect(names.size).toBeGreaterThan(1);
    for (const name of names) {
      for (const guess of [name, name + name.slice(0, 21), name.padEnd(43, 'A')]) {
        expect((await pressesContinue(`${world.url}/go/${flow}.${guess}`)).status).toBe(404);
      }
    }
    await opensTicket(link);
  });
});
