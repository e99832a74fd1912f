// The bodies that Slack sends to an app. Shapes: docs.slack.dev, interaction payloads, slash commands, Events API.

import type { Json } from '../json.ts';
import { type Form, stateValues } from './form.ts';
import { messageRecord } from './messages.ts';
import type { Channel, Message, View, World } from './world.ts';

/** The deprecated verification token: apps must not rely on it. */
const TOKEN = 'retired-verification-token';

export type CommandFacts = {
  readonly userId: string;
  readonly command: string;
  readonly text: string;
  readonly channel: Channel;
  readonly responseUrl: string;
  readonly triggerId: string;
};

export function commandBody(world: World, facts: CommandFacts): string {
  const { teamId, teamDomain, appId, enterpriseId, teamName } = world.settings;
  return new URLSearchParams({
    token: TOKEN,
    team_id: teamId,
    team_domain: teamDomain,
    ...(enterpriseId === undefined ? {} : { enterprise_id: enterpriseId, enterprise_name: teamName }),
    channel_id: facts.channel.id,
    channel_name: shownName(facts.channel),
    user_id: facts.userId,
    user_name: world.people.get(facts.userId)?.name ?? '',
    command: facts.command,
    text: facts.text,
    api_app_id: appId,
    is_enterprise_install: 'false',
    response_url: facts.responseUrl,
    trigger_id: facts.triggerId,
  }).toString();
}

function shownName({ kind, name }: Channel): string {
  return kind === 'private' ? 'privategroup' : name;
}

export function interactionBody(payload: Json): string {
  return new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
}

function teamRecord(world: World): Json {
  const { teamId, teamDomain, teamName, enterpriseId } = world.settings;
  const enterprise = enterpriseId === undefined ? {} : { enterprise_id: enterpriseId, enterprise_name: teamName };
  return { id: teamId, domain: teamDomain, ...enterprise };
}

/** The fields of every interaction payload. */
function envelope(world: World, userId: string): Json {
  const person = world.people.get(userId);
  const { enterpriseId, teamName, appId, teamId } = world.settings;
  return {
    token: TOKEN,
    api_app_id: appId,
    team: teamRecord(world),
    enterprise: enterpriseId === undefined ? null : { id: enterpriseId, name: teamName },
    is_enterprise_install: false,
    user: {
      id: userId,
      username: person?.name ?? '',
      name: person?.name ?? '',
      team_id: person?.teamId ?? teamId,
    },
  };
}

export type Surface =
  | { readonly kind: 'message'; readonly message: Message; readonly channel: Channel; readonly responseUrl: string }
  | { readonly kind: 'view'; readonly view: View };

export function blockActions(
  world: World,
  userId: string,
  on: Surface,
  form: Form,
  action: Json,
  triggerId: string,
): Json {
  const values = stateValues(form);
  return {
    type: 'block_actions',
    ...envelope(world, userId),
    trigger_id: triggerId,
    ...(on.kind === 'view'
      ? { container: { type: 'view', view_id: on.view.id }, view: viewWithState(on.view, form) }
      : { ...messagePart(world, on), state: { values } }),
    actions: [{ ...action, action_ts: actionTs(world) }],
  };
}

function messagePart(world: World, on: Extract<Surface, { kind: 'message' }>): Json {
  const { message, channel, responseUrl } = on;
  const is_ephemeral = message.ephemeralFor !== undefined;
  return {
    container: { type: 'message', message_ts: message.ts, channel_id: channel.id, is_ephemeral },
    channel: { id: channel.id, name: shownName(channel) },
    ...(is_ephemeral ? {} : { message: messageRecord(world, message) }),
    response_url: responseUrl,
  };
}

function viewWithState(view: View, form: Form): Json {
  return { ...view, state: { values: stateValues(form) } };
}

export function viewSubmission(world: World, userId: string, view: View, form: Form, triggerId: string): Json {
  return {
    type: 'view_submission',
    ...envelope(world, userId),
    trigger_id: triggerId,
    view: viewWithState(view, form),
    response_urls: [],
  };
}

export function viewClosed(world: World, userId: string, view: View, form: Form, isCleared: boolean): Json {
  return { type: 'view_closed', ...envelope(world, userId), view: viewWithState(view, form), is_cleared: isCleared };
}

export function globalShortcut(world: World, userId: string, callbackId: string, triggerId: string): Json {
  return {
    type: 'shortcut',
    ...envelope(world, userId),
    callback_id: callbackId,
    trigger_id: triggerId,
    action_ts: actionTs(world),
  };
}

let lastActionMicros = 0;
/** Differs for each press, even while a test's clock stands still. */
function actionTs(world: World): string {
  lastActionMicros = Math.max(lastActionMicros + 1, Math.floor(world.settings.now() * 1000));
  return `${Math.floor(lastActionMicros / 1e6)}.${String(lastActionMicros % 1e6).padStart(6, '0')}`;
}

/** An inner event in the envelope of the Events API; one that already has the envelope is sent as it is. */
export function eventBody(world: World, event: Json): string {
  if (event['type'] === 'event_callback') return JSON.stringify(event);
  const { teamId, appId, botUserId, enterpriseId, now } = world.settings;
  const enterprise_id = enterpriseId ?? null;
  return JSON.stringify({
    token: TOKEN,
    team_id: teamId,
    ...(enterpriseId === undefined ? {} : { enterprise_id }),
    context_team_id: teamId,
    context_enterprise_id: enterprise_id,
    api_app_id: appId,
    event,
    type: 'event_callback',
    event_id: `Ev${world.token()}`,
    event_time: Math.floor(now() / 1000),
    authorizations: [
      { enterprise_id, team_id: teamId, user_id: botUserId, is_bot: true, is_enterprise_install: false },
    ],
    is_ext_shared_channel: false,
    event_context: `4-${world.token()}`,
  });
}

export function directMessageEvent(world: World, message: Message): Json {
  const person = world.people.get(message.user);
  return {
    type: 'message',
    user: message.user,
    ts: message.ts,
    client_msg_id: crypto.randomUUID(),
    text: message.text,
    team: person?.teamId ?? world.settings.teamId,
    user_team: person?.teamId ?? world.settings.teamId,
    blocks: message.blocks,
    channel: message.channel,
    event_ts: message.ts,
    channel_type: 'im',
  };
}

export function homeOpenedEvent(world: World, userId: string, channel: string): Json {
  const home = world.homes.get(userId);
  return {
    type: 'app_home_opened',
    user: userId,
    channel,
    tab: 'home',
    ...(home === undefined ? {} : { view: viewWithState(home.view, home.form) }),
    event_ts: actionTs(world),
  };
}
