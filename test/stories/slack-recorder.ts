// What Slack has recorded of a story.
import type { Slack } from '../../playground/slack/server.ts';
import type { Message } from '../../playground/slack/world.ts';
import { linksIn } from './links.ts';
import type { Recorder } from './recorder.ts';

/** The time after which Slack, and people, give up. */
const answerLimitMs = 3_000;

export function slackRecorder({ control }: Slack): Recorder {
  const channels = () => control.channels.filter(({ kind }) => kind !== 'im');
  const chats = () => control.channels.filter(({ kind }) => kind === 'im');
  return {
    name: 'Slack',
    settled: control.crawlSettled,
    late: () =>
      control.deliveries
        .filter(({ ms, timedOut }) => timedOut || ms >= answerLimitMs)
        .map(({ kind, ms }) => `${kind} after ${Math.round(ms)} ms`),
    violations: () => [
      ...control.requests.flatMap(({ method, args }) => previewed(method, args)),
      ...control.deliveries
        .filter(({ kind, body }) => kind === 'command' && body.includes('http'))
        .map(() => 'a link in the answer to a command'),
    ],
    refusals: () => [
      ...control.warnings.map(String),
      ...control.requests
        .filter(({ reply }) => reply?.['ok'] === false)
        .map(({ method, reply }) => `${method}: ${String(reply?.['error'])}`)
        // A modal that was closed meanwhile can no longer be drawn.
        .filter((line) => line !== 'views.update: not_found'),
    ],
    links: () => [
      ...chats().flatMap(({ id }) => linksIn(control.messages(id).filter(({ deleted }) => deleted !== true))),
      ...control.people.flatMap(({ id }) => linksIn(control.openView(id)?.view.blocks)),
    ],
    inChannels: () =>
      channels().flatMap(({ id, members }): readonly Message[] => [
        ...control.messages(id),
        ...[...members].flatMap((member) => control.ephemerals(id, member)),
      ]),
    handed: () => [control.requests.map(({ args }) => args), control.deliveries.map(({ body }) => body)],
  };
}

/** Both preview flags must be off on every message; calls without such flags must not contain a link. */
function previewed(method: string, args: Readonly<Record<string, unknown>>): readonly string[] {
  if (method === 'chat.postMessage') {
    const flags = `links ${args['unfurl_links']}, media ${args['unfurl_media']}`;
    return flags === 'links false, media false' ? [] : [`previews: ${flags}`];
  }
  const isWithoutFlags = method === 'response_url' || method === 'chat.postEphemeral';
  return isWithoutFlags && linksIn(args).length > 0 ? [`a link in ${method}`] : [];
}
