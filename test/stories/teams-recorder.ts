// What Teams has recorded of a story.
import { recordOf } from '../../playground/json.ts';
import type { Delivery } from '../../playground/teams/deliveries.ts';
import type { Teams } from '../../playground/teams/server.ts';
import { linksIn } from './links.ts';
import { everybody, objectIdOf } from './people.ts';
import type { Recorder } from './recorder.ts';

/** After this time people see "Unable to reach app". */
const answerLimitMs = 5_000;

export function teamsRecorder({ control, client }: Teams): Recorder {
  return {
    name: 'Teams',
    settled: control.settled,
    late: () =>
      control.deliveries
        .filter(({ ms, status }) => ms >= answerLimitMs || status === undefined)
        .map(({ activity, ms }) => `${activity.type} after ${Math.round(ms)} ms`),
    violations: () => control.cardProblems.map(({ where, problem }) => `a card in ${where}: ${problem}`),
    refusals: () => [
      ...control.requests
        // A token expires when a story lets hours pass; the product then fetches another.
        .filter(({ status }) => status >= 400 && status !== 401)
        .map(({ kind, status }) => `${kind}: ${status}`),
      ...control.deliveries
        .filter(({ status }) => status !== undefined && status >= 300)
        .map(({ activity, status }) => `${activity.type} was answered with ${status}`),
    ],
    // A card may be different for a person who has pressed on it.
    links: () =>
      everybody.map(objectIdOf).flatMap((person) =>
        control
          .messages(person)
          .filter(({ isDeleted }) => !isDeleted)
          .flatMap(({ conversation, id, text }) => [
            ...linksIn(text),
            ...linksIn(client(person).card({ conversation, activityId: id })),
          ]),
      ),
    inChannels: () => [
      ...control.channels.flatMap(({ id }) => control.messages(id)),
      ...control.deliveries.filter(isFromChannel).map(({ body }) => body),
    ],
    handed: () => [control.requests.map(({ body }) => body), control.deliveries.map(({ body }) => body)],
  };
}

const isFromChannel = ({ activity }: Delivery): boolean =>
  recordOf(activity['conversation'])['conversationType'] === 'channel';
