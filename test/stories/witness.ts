// What one platform has recorded of a story, in a form by which every story is judged at its end.
import { slackWitness } from './slack-witness.ts';
import { teamsWitness } from './teams-witness.ts';
import type { World } from './world.ts';

export interface Witness {
  readonly name: string;
  /** Waits until no request is under way any more, link previews included. */
  settled(): Promise<void>;
  /** The platform's requests to the product that were answered too late, or not at all. */
  late(): readonly string[];
  /** What no story may do, however it went. */
  offences(): readonly string[];
  /** What either side refused; some stories expect refusals. */
  refusals(): readonly string[];
  /** The links that single people see now. */
  links(): readonly string[];
  /** Everything that was ever shown in a channel, to everybody or to one person. */
  inChannels(): unknown;
  /** Everything that the product sent to the platform, in requests and in answers. */
  handed(): unknown;
}

export const witnessesOf = ({ slack, teams }: World): readonly Witness[] => [
  slackWitness(slack),
  ...(teams === undefined ? [] : [teamsWitness(teams)]),
];
