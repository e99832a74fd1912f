// What one platform has recorded of a story, in a form by which every story is judged at its end.
import { slackRecorder } from './slack-recorder.ts';
import { teamsRecorder } from './teams-recorder.ts';
import type { World } from './world.ts';

export interface Recorder {
  readonly name: string;
  /** Waits until no request is under way any more, link previews included. */
  settled(): Promise<void>;
  /** The platform's requests to the product that were answered too late, or not at all. */
  late(): readonly string[];
  /** What no story may do, however it went. */
  violations(): readonly string[];
  /** What either side refused; some stories expect refusals. */
  refusals(): readonly string[];
  /** The links that single people see now. */
  links(): readonly string[];
  /** Everything that was ever shown in a channel, to everybody or to one person. */
  inChannels(): unknown;
  /** Everything that the product sent to the platform, in requests and in answers. */
  handed(): unknown;
}

export const recordersOf = ({ slack, teams }: World): readonly Recorder[] => [
  slackRecorder(slack),
  ...(teams === undefined ? [] : [teamsRecorder(teams)]),
];
