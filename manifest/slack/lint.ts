// What Slack's published schema does not see in a manifest: scopes and events that do not exist or are not needed, listeners that
// nobody subscribes to, addresses that Slack cannot reach, names that Slack refuses. Sentences for the administrator.
import { requiredScopes, slackCommands, slackEvents } from '../../src/adapters/slack/features.ts';
import type { slackManifest } from './manifest.ts';

export type SlackManifest = ReturnType<typeof slackManifest>;

/** Empty: nothing is wrong. */
export function slackManifestProblems(manifest: SlackManifest): readonly string[] {
  return [
    ...scopeProblems(manifest),
    ...eventProblems(manifest),
    ...commandProblems(manifest),
    ...addressProblems(manifest),
    ...nameProblems(manifest),
    ...lastingProblems(manifest),
  ];
}

/** Events that bring nothing without a scope. Source: docs.slack.dev, the page of each event. */
const scopeOfEvent: Readonly<Record<string, string | undefined>> = { 'message.im': 'im:history' };

function scopeProblems({ oauth_config, settings }: SlackManifest): readonly string[] {
  const { bot } = oauth_config.scopes;
  const known = requiredScopes();
  const needed = ['commands', 'chat:write', 'users:read', 'users:read.email'];
  const ofEvents = settings.event_subscriptions.bot_events.flatMap((event) => scopeOfEvent[event] ?? []);
  return [
    ...bot.filter((scope) => !known.includes(scope)).map((scope) => `The scope ${scope} is used by nothing.`),
    ...[...needed, ...ofEvents]
      .filter((scope) => !bot.includes(scope))
      .map((scope) => `The scope ${scope} is missing.`),
    ...repeated(bot).map((scope) => `The scope ${scope} stands twice.`),
  ];
}

function eventProblems({ settings }: SlackManifest): readonly string[] {
  const named: readonly string[] = settings.event_subscriptions.bot_events;
  const heard = slackEvents.map(({ name }) => name);
  return [
    ...named.filter((event) => !heard.some((one) => one === event)).map((event) => `Nothing listens to ${event}.`),
    ...heard.filter((event) => !named.includes(event)).map((event) => `The event ${event} is missing.`),
    ...(settings.interactivity.is_enabled ? [] : ['Interactivity is off: no button would work.']),
  ];
}

const commandCharsAtMost = 32;
const descriptionCharsAtMost = 2_000;

function commandProblems({ features }: SlackManifest): readonly string[] {
  const { slash_commands: commands } = features;
  const names = commands.map(({ command }) => command);
  const missing = slackCommands().filter(({ name }) => !names.some((one) => one.endsWith(name.slice(1))));
  return [
    ...missing.map(({ name }) => `A command for ${name} is missing.`),
    ...repeated(names).map((name) => `The command ${name} stands twice.`),
    ...names
      .filter((name) => !/^\/[a-z0-9_-]+$/.test(name) || name.length > commandCharsAtMost)
      .map(
        (name) =>
          `Slack does not take the command ${name}: a slash and at most 31 of the characters a-z, 0-9, - and _.`,
      ),
    ...commands
      .filter(({ description }) => description === '' || description.length > descriptionCharsAtMost)
      .map(({ command }) => `The description of ${command} is empty or too long.`),
  ];
}

/** Slack calls one address for all three, and has to reach it from the internet. */
function addressProblems({ features, settings }: SlackManifest): readonly string[] {
  const urls = [
    settings.event_subscriptions.request_url,
    settings.interactivity.request_url,
    ...features.slash_commands.map(({ url }) => url),
  ];
  const [first = ''] = urls;
  const { protocol, pathname } = new URL(first);
  return [
    ...(urls.every((url) => url === first) ? [] : ['Commands, buttons and events go to different addresses.']),
    ...(protocol === 'https:' ? [] : [`Slack calls no address without https, such as ${first}.`]),
    ...(pathname === '/slack/events' ? [] : [`Nothing answers at ${first}.`]),
  ];
}

function nameProblems({ display_information: shown, features }: SlackManifest): readonly string[] {
  const { name, description, background_color: color } = shown;
  return [
    ...(name.length > 0 && name.length <= 35 ? [] : ['The name of the app must have 1 to 35 characters.']),
    ...(description.length <= 140 ? [] : ['The description of the app must have at most 140 characters.']),
    ...(/^#[0-9a-f]{6}$/.test(color) ? [] : [`${color} is no colour.`]),
    ...(/^[a-z0-9._-]{1,80}$/.test(features.bot_user.display_name)
      ? []
      : ['The name of the bot is not one that Slack takes.']),
  ];
}

/** What cannot be turned off again, and what would make the messages of people go elsewhere. */
function lastingProblems({ features, settings }: SlackManifest): readonly string[] {
  const { app_home: home } = features;
  return [
    ...(settings.token_rotation_enabled ? ['Token rotation cannot be turned off again, and is not served.'] : []),
    ...(settings.socket_mode_enabled ? ['Socket Mode is not served.'] : []),
    ...('agent_view' in features || 'assistant_view' in features ? ['An agent view cannot be turned off again.'] : []),
    ...(home.messages_tab_enabled && !home.messages_tab_read_only_enabled
      ? []
      : ['People could not write to the bot.']),
    ...(home.home_tab_enabled ? [] : ['The home page is off.']),
  ];
}

const repeated = (names: readonly string[]): readonly string[] =>
  names.filter((name, nth) => names.indexOf(name) !== nth);
