// The log stream, in a folder of its own. The tool knows streams by their name and sends the whole sink anew.
import { noticeName } from './actions.ts';
import { changesBetween } from './changes.ts';
import { type Draft, hookKeyword, type Installation, json, left } from './draft.ts';
import type { SeenStream, SeenTenant } from './seen.ts';

const streamName = 'Latchkey';
const none: ReadonlyMap<string, string> = new Map();

export function logStream(
  about: Installation,
  seen: SeenTenant | undefined,
  draft: Draft,
): ReadonlyMap<string, string> {
  if (!about.hasHook) return none;
  const what = `log stream “${streamName}”, apart`;
  const endpoint = `${about.publicUrl}/hooks/auth0`;
  if (seen?.streams.is === 'unseen') {
    draft.steps.push(
      `Log stream: left out, because ${seen.streams.why}. It is optional: the Action “${noticeName}” tells of changed passwords too.`,
    );
    return none;
  }
  if (!endpoint.startsWith('https://')) {
    draft.steps.push('Log stream: left out, because Auth0 sends to https only.');
    return none;
  }
  const streams = seen?.streams.is === 'seen' ? seen.streams.value : undefined;
  const before = streams?.find(({ name }) => name === streamName);
  const other = streams?.find((stream) => stream.endpoint === endpoint);
  if (before === undefined && other !== undefined) {
    draft.parts.push({ what: `log stream “${other.name}”, which leads here already`, is: 'seen', lines: [] });
    return none;
  }
  if (before !== undefined && before.type !== 'http') {
    const why = `the tenant has another kind of stream with this name (${before.type})`;
    draft.steps.push(left(`Log stream “${streamName}”`, why, 'rename that one, and run this command again'));
    return none;
  }
  const sink = { httpEndpoint: endpoint, httpContentType: 'application/json', httpContentFormat: 'JSONLINES' };
  draft.parts.push({
    what,
    is: streams === undefined ? 'unseen' : before === undefined ? 'new' : 'seen',
    lines: before === undefined ? [] : linesOf(before, sink),
  });
  const stream = {
    name: streamName,
    type: 'http',
    // Without filters: which of Auth0's categories holds a changed password is not documented. Latchkey keeps nothing else of it.
    sink: { ...sink, httpAuthorization: `Bearer ##${hookKeyword}##` },
  };
  return new Map([[`log-streams/${streamName}.json`, json(stream)]]);
}

/** A sink can hold secrets, in its address too: so of another address only the host is shown, and of headers nothing. */
function linesOf(
  before: SeenStream,
  after: Readonly<Record<'httpEndpoint' | 'httpContentType' | 'httpContentFormat', string>>,
) {
  const { endpoint, contentType, contentFormat, token, hasHeaders } = before;
  const shown = endpoint === after.httpEndpoint ? endpoint : hostOf(endpoint);
  const sink = { httpEndpoint: shown, httpContentType: contentType, httpContentFormat: contentFormat };
  return [
    ...changesBetween({ sink }, { sink: after }),
    ...(token === 'ours' ? [] : ['sink.httpAuthorization: becomes WEBHOOK_SECRET of now']),
    ...(hasHeaders ? ['sink.httpCustomHeaders: REMOVES all of them'] : []),
  ];
}

const hostOf = (endpoint: string | undefined): string =>
  `elsewhere, at ${URL.parse(endpoint ?? '')?.host ?? 'no address'}`;
