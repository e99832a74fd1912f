// What one platform has seen of a story, in the words in which every story is judged at its end.
import { slackWitness } from './slack-witness.ts';
import { teamsWitness } from './teams-witness.ts';
import type { World } from './world.ts';

export interface Witness {
  readonly name: string;
  /** Until nothing is on its way any more, previews of links included. */
  settled(): Promise<void>;
  /** What it asked of the product and was answered too late, or not at all. */
  late(): readonly string[];
  /** What no story may do, however it went. */
  offences(): readonly string[];
  /** What was refused, on either side; some stories mean that to happen. */
  refusals(): readonly string[];
  /** The links that stand in front of single people now. */
  links(): readonly string[];
  /** Whatever stood in a channel at any time, for everybody or for one. */
  inChannels(): unknown;
  /** Whatever the product has told the platform, in requests and in answers. */
  handed(): unknown;
}

export const witnessesOf = ({ slack, teams }: World): readonly Witness[] => [
  slackWitness(slack),
  ...(teams === undefined ? [] : [teamsWitness(teams)]),
];
