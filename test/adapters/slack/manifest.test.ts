// The manifest, compared with Slack's published schema and with the events and methods that the adapter really uses.
import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import { type SlackManifest, slackManifestProblems } from '../../../manifest/slack/lint.ts';
import { scopeReasons, slackManifest } from '../../../manifest/slack/manifest.ts';
import { slackEvents } from '../../../src/adapters/slack/features.ts';
import { sourcesIn } from '../../flows/source.ts';
import { schemaFile, schemasMissing } from '../../schemas.ts';
import { titled } from '../../skipped-reporter.ts';
import { setScene } from './scene.ts';

/** By method or event: the scopes of a bot that it needs. Source: docs.slack.dev, the page of each. */
const scopesOf: Readonly<Record<string, readonly string[]>> = {
  'chat.postMessage': ['chat:write'],
  'chat.update': ['chat:write'],
  'chat.delete': ['chat:write'],
  'users.info': ['users:read'],
  'bots.info': ['users:read'],
  'conversations.info': ['channels:read', 'groups:read'],
  'conversations.members': ['channels:read', 'groups:read'],
  'message.im': ['im:history'],
};

const schema = 'slack-manifest.schema.json';
const missing = schemasMissing(schema);
const manifest = slackManifest({ publicUrl: 'https://latchkey.acme.example' });

describe('the Slack manifest', () => {
  it.skipIf(missing !== undefined)(titled('is what Slack’s schema describes', missing), () => {
    const ajv = new Ajv({ strict: false, allErrors: true });
    addFormats.default(ajv);
    const validate = ajv.compile(JSON.parse(readFileSync(schemaFile(schema), 'utf8')));
    for (const options of [{}, { commandPrefix: 'acme-' }, { name: 'Account Help' }, { hasChannels: false }]) {
      validate(slackManifest({ publicUrl: 'https://latchkey.acme.example', ...options }));
      expect(validate.errors ?? []).toEqual([]);
    }
  });

  it('keeps the lengths that Slack documents', () => {
    expect(manifest.display_information.name.length).toBeLessThanOrEqual(35);
    expect(manifest.display_information.description.length).toBeLessThanOrEqual(140);
    for (const { command, description } of slackManifest({
      publicUrl: 'https://latchkey.acme.example',
      commandPrefix: 'abcdefghijklmno',
    }).features.slash_commands) {
      expect(command.length).toBeLessThanOrEqual(32);
      expect(description.length).toBeLessThanOrEqual(2_000);
    }
    expect(manifest.features.bot_user.display_name).toMatch(/^[a-z0-9._-]{1,80}$/);
  });

  it('sends everything to one address under PUBLIC_URL', () => {
    const urls = JSON.stringify(manifest).match(/https?:[^"]+/g) ?? [];
    expect(new Set(urls)).toEqual(new Set(['https://latchkey.acme.example/slack/events']));
    expect(urls).toHaveLength(6);
  });

  it('turns on nothing that cannot be turned off, and nothing that this version does not serve', () => {
    expect(manifest.settings).toMatchObject({
      socket_mode_enabled: false,
      token_rotation_enabled: false,
      org_deploy_enabled: false,
    });
    expect(JSON.stringify(manifest)).not.toMatch(/agent_view|assistant_view|shortcuts/);
    expect(manifest.features.app_home).toEqual({
      home_tab_enabled: true,
      messages_tab_enabled: true,
      messages_tab_read_only_enabled: false,
    });
  });

  it('asks for the fewest scopes, and says why for each', () => {
    expect(manifest.oauth_config.scopes.bot).toEqual(Object.keys(scopeReasons));
    expect([...manifest.oauth_config.scopes.bot].sort()).toEqual([
      'channels:read',
      'chat:write',
      'commands',
      'groups:read',
      'im:history',
      'users:read',
      'users:read.email',
    ]);
    for (const reason of Object.values(scopeReasons)) expect(reason.length).toBeGreaterThan(10);
  });

  it('asks for two scopes fewer where the policy names no helpdesk channel in Slack', () => {
    const without = slackManifest({ publicUrl: 'https://latchkey.acme.example', hasChannels: false });
    expect(without.oauth_config.scopes.bot).toEqual([
      'commands',
      'chat:write',
      'im:history',
      'users:read',
      'users:read.email',
    ]);
  });

  it('asks for a scope only if a method that is called, an event or a command needs it', () => {
    const calls = sourcesIn('src/adapters/slack').flatMap(({ text }) =>
      [...text.matchAll(/'((?:[a-z]+\.){1,2}[A-Za-z]+)'/g)].flatMap(([, name = '']) => scopesOf[name] ?? []),
    );
    const byFields = sourcesIn('src/adapters/slack').some(({ text }) => text.includes('profile?.email'))
      ? ['users:read.email']
      : [];
    const used = new Set([...calls, ...byFields, ...(manifest.features.slash_commands.length > 0 ? ['commands'] : [])]);
    expect(new Set(manifest.oauth_config.scopes.bot)).toEqual(used);
  });

  it('names every event that the adapter listens to, and no other', () => {
    // receive.test.ts shows that the adapter takes these and no others.
    const named = manifest.settings.event_subscriptions.bot_events;
    expect([...named].sort()).toEqual(slackEvents.map(({ name }) => name).sort());
    for (const { name, listener } of slackEvents) expect(name.split('.', 1)[0]).toBe(listener);
  });

  it('names every command that the adapter takes, under every prefix', async () => {
    for (const commandPrefix of ['', 'acme', 'acme-']) {
      const scene = await setScene({ commandPrefix });
      const { features } = slackManifest({ publicUrl: 'https://latchkey.acme.example', commandPrefix });
      for (const { command } of features.slash_commands) await scene.jane.command(command);
      expect(scene.script.said.map(({ kind }) => kind).sort()).toEqual(['change', 'enroll', 'reset', 'unlock']);
      await scene.close();
    }
  });
});

describe('our own lint of the manifest', () => {
  const changed = (change: (draft: Draft) => void): readonly string[] => {
    const draft: Draft = JSON.parse(JSON.stringify(manifest));
    change(draft);
    return slackManifestProblems(draft);
  };
  type Draft = { -readonly [Key in keyof SlackManifest]: Loose<SlackManifest[Key]> } & SlackManifest;
  type Loose<T> = T extends object ? { -readonly [Key in keyof T]: Loose<T[Key]> } : T;
  const command = (draft: Draft) => draft.features.slash_commands[0] ?? { command: '', url: '', description: '' };

  it('finds nothing wrong with what we make, for every setting', () => {
    for (const options of [{}, { commandPrefix: 'acme' }, { name: 'Account Help' }, { hasChannels: false }])
      expect(slackManifestProblems(slackManifest({ publicUrl: 'https://latchkey.acme.example', ...options }))).toEqual(
        [],
      );
  });

  it.each<readonly [string, (draft: Draft) => void, string]>([
    [
      'a scope that nothing uses',
      ({ oauth_config }) => void oauth_config.scopes.bot.push('files:read'),
      'files:read is used by nothing',
    ],
    [
      'an invented scope',
      ({ oauth_config }) => void oauth_config.scopes.bot.push('everything'),
      'everything is used by nothing',
    ],
    ['a scope twice', ({ oauth_config }) => void oauth_config.scopes.bot.push('commands'), 'commands stands twice'],
    ['no scope for commands', ({ oauth_config }) => void oauth_config.scopes.bot.splice(0, 1), 'commands is missing'],
    [
      'no scope for an event',
      ({ oauth_config }) => void oauth_config.scopes.bot.splice(oauth_config.scopes.bot.indexOf('im:history'), 1),
      'im:history is missing',
    ],
    [
      'an event that nobody hears',
      ({ settings }) =>
        void Object.assign(settings.event_subscriptions, {
          bot_events: ['message.im', 'app_home_opened', 'message.channels'],
        }),
      'Nothing listens to message.channels',
    ],
    [
      'an event too few',
      ({ settings }) => void Object.assign(settings.event_subscriptions, { bot_events: ['message.im'] }),
      'app_home_opened is missing',
    ],
    [
      'no interactivity',
      ({ settings }) => {
        settings.interactivity.is_enabled = false;
      },
      'no button would work',
    ],
    ['a command too few', ({ features }) => void features.slash_commands.pop(), '/enroll is missing'],
    [
      'a command twice',
      ({ features }) => void features.slash_commands.push(...features.slash_commands.slice(0, 1)),
      'stands twice',
    ],
    [
      'capitals in a command',
      (draft) => {
        command(draft).command = '/Acme-reset-password';
      },
      'does not take',
    ],
    [
      'a long command',
      (draft) => {
        command(draft).command = `/${'a'.repeat(20)}-reset-password`;
      },
      'does not take',
    ],
    [
      'an empty description',
      (draft) => {
        command(draft).description = '';
      },
      'empty or too long',
    ],
    [
      'two addresses',
      (draft) => {
        command(draft).url = 'https://elsewhere.example/slack/events';
      },
      'different addresses',
    ],
    [
      'a long name',
      ({ display_information }) => {
        display_information.name = 'x'.repeat(36);
      },
      '1 to 35',
    ],
    [
      'a long description',
      ({ display_information }) => {
        display_information.description = 'x'.repeat(141);
      },
      '140',
    ],
    [
      'a colour that is none',
      ({ display_information }) => void Object.assign(display_information, { background_color: 'green' }),
      'no colour',
    ],
    [
      'a space in the name of the bot',
      ({ features }) => {
        features.bot_user.display_name = 'Latch key';
      },
      'name of the bot',
    ],
    [
      'token rotation',
      ({ settings }) => {
        settings.token_rotation_enabled = true;
      },
      'cannot be turned off',
    ],
    [
      'Socket Mode',
      ({ settings }) => {
        settings.socket_mode_enabled = true;
      },
      'not served',
    ],
    ['an agent view', ({ features }) => void Object.assign(features, { agent_view: {} }), 'agent view'],
    [
      'a chat that only reads',
      ({ features }) => {
        features.app_home.messages_tab_read_only_enabled = true;
      },
      'write to the bot',
    ],
    [
      'no home page',
      ({ features }) => {
        features.app_home.home_tab_enabled = false;
      },
      'home page',
    ],
  ])('notices %s', (_what, change, said) => {
    const problems = changed(change);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(said);
  });

  it('notices an address that Slack cannot call', () => {
    expect(slackManifestProblems(slackManifest({ publicUrl: 'http://127.0.0.1:3000' }))).toEqual([
      expect.stringContaining('no address without https'),
    ]);
  });
});
