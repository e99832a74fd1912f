// The manifest, compared with Slack's published schema and with the events and methods that the adapter really uses.
import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import { scopeReasons, slackManifest } from '../../../manifest/slack/manifest.ts';
import { slackEvents } from '../../../src/adapters/slack/features.ts';
import { schemaFile, schemasMissing } from '../../schemas.ts';
import { titled } from '../../skipped-reporter.ts';
import { setScene } from './scene.ts';

const schema = 'slack-manifest.schema.json';
const missing = schemasMissing(schema);
const manifest = slackManifest({ publicUrl: 'https://latchkey.acme.example' });

describe('the Slack manifest', () => {
  it.skipIf(missing !== undefined)(titled('is what Slack’s schema describes', missing), () => {
    const ajv = new Ajv({ strict: false, allErrors: true });
    addFormats.default(ajv);
    const validate = ajv.compile(JSON.parse(readFileSync(schemaFile(schema), 'utf8')));
    for (const options of [{}, { commandPrefix: 'acme-' }, { name: 'Account Help' }]) {
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
    expect(urls).toHaveLength(5);
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
      expect(scene.script.said.map(({ kind }) => kind).sort()).toEqual(['enroll', 'reset', 'unlock']);
      await scene.close();
    }
  });
});
