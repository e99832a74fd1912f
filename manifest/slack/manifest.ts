// The Slack app manifest, which an admin pastes at api.slack.com/apps. It is made from the adapter's list of features and asks for
// as few scopes as possible.

import { requiredScopes, scopeReasons, slackCommands, slackEvents } from '../../src/adapters/slack/features.ts';
import { copy } from '../../src/bot/copy/language.ts';
import { brandColor } from '../../src/web/pages/logo.ts';

export interface SlackManifestOptions {
  /** The https origin that Slack reaches; one URL under it serves commands, buttons and events. */
  readonly publicUrl: string;
  /** `acme` or `acme-` makes `/acme-unlock`: command names have no namespace in Slack. */
  readonly commandPrefix?: string;
  /** At most 35 characters. */
  readonly name?: string;
  /** Whether the policy names a helpdesk channel in Slack; without one, two scopes fewer are asked for. Default: it does. */
  readonly hasChannels?: boolean;
}

/** Why the app asks for each bot scope; for the admin who approves it. */
export { scopeReasons };

export function slackManifest(options: SlackManifestOptions) {
  const { publicUrl, commandPrefix, name = 'Latchkey', hasChannels = true } = options;
  const requestUrl = new URL('/slack/events', publicUrl).href;
  return {
    _metadata: { major_version: 1 },
    display_information: {
      name,
      description: copy.app.short,
      background_color: brandColor,
    },
    features: {
      app_home: { home_tab_enabled: true, messages_tab_enabled: true, messages_tab_read_only_enabled: false },
      bot_user: { display_name: botName(name), always_online: true },
      slash_commands: slackCommands(commandPrefix).map(({ name: command, description }) => ({
        command,
        url: requestUrl,
        description,
        should_escape: false,
      })),
    },
    oauth_config: { scopes: { bot: [...requiredScopes({ hasChannels })] } },
    settings: {
      event_subscriptions: { request_url: requestUrl, bot_events: slackEvents.map((event) => event.name) },
      interactivity: { is_enabled: true, request_url: requestUrl },
      org_deploy_enabled: false,
      socket_mode_enabled: false,
      // Once it is on, it cannot be turned off again.
      token_rotation_enabled: false,
    },
  };
}

/** The documented alphabet of a bot's name is a-z 0-9 - _ . */
const botName = (name: string): string => {
  const plain = name.toLowerCase().replace(/[^a-z0-9._-]+/g, '-');
  return plain.replace(/^-+|-+$/g, '').slice(0, 80) || 'latchkey';
};
