// Slash commands: taken in durably, acknowledged, and answered with a window in which the rest happens.
import type { Said } from '../../bot/inbound.ts';
import type { RequestSurface } from '../../bot/take-request.ts';
import { errorName } from '../../concurrency/background-tasks.ts';
import type { Deadline } from '../../concurrency/deadline.ts';
import { withTimeout } from '../../concurrency/timeout.ts';
import { actorParts, deliveryId } from '../../flows/ids.ts';
import type { FlowKind } from '../../flows/state.ts';
import { unreachable } from '../../flows/unreachable.ts';
import { beginning } from '../../text/bounded-text.ts';
import { platform, slackActor } from './actor.ts';
import { type Answer, type Arrival, ackPatienceMs, type SlackContext } from './context.ts';
import { slackCommands } from './features.ts';
import type { CommandPayload } from './payload.ts';
import { hasLink, type Message, renderWithoutLinks } from './render.ts';
import { readWindowPlace, windowAt } from './surface-refs.ts';
import { words } from './words.ts';

interface Asked {
  readonly said: Said;
  readonly triggerId: string;
  /** When the command came in, monotonic milliseconds. */
  readonly arrivedAt: number;
  readonly deadline: Deadline;
}

/** A trigger lives three seconds at Slack; one that would die on the way is not tried. */
const triggerMs = 2_800;

/** One for all commands: an unknown one needs an answer too. The answer is for that person alone. Never rejects. */
export type Commands = (command: CommandPayload, arrival: Arrival) => Promise<Answer>;

export function createCommands(context: SlackContext, commandPrefix?: string): Commands {
  const kinds = new Map(slackCommands(commandPrefix).map(({ name, kind }) => [name, kind]));
  return async (command, arrival) => {
    try {
      return await context.priorityQueue.answering(() => takeCommand(command, arrival, kinds, context));
    } catch (error) {
      context.log.error({ event: 'slack.command.failed', error: errorName(error) }, 'a command was not taken in');
      return privately(renderWithoutLinks(context.conversation.apology()));
    }
  };
}

async function takeCommand(
  command: CommandPayload,
  arrival: Arrival,
  kinds: ReadonlyMap<string, FlowKind>,
  context: SlackContext,
): Promise<Answer> {
  const asked = askedBy(command, arrival);
  if (asked === undefined) {
    context.log.warn({ event: 'slack.unsupported', of: 'command' });
    return privately({ text: words.sorry });
  }
  const kind = kinds.get(command.command);
  const text = command.text.trim();
  if (kind === undefined || isQuestion(text, context)) return answerWords(asked, text, context);
  const taking = context.conversation.take(asked.said, kind);
  const request = await withTimeout(taking, asked.deadline.leftMs(ackPatienceMs));
  if (request === undefined) throw new Error('the store did not answer in time');
  switch (request.is) {
    case 'throttled':
      return privately({ text: words.tooOften });
    case 'duplicate':
      return undefined;
    case 'accepted':
      context.background.run('command', () => request.proceed(surfaceOf(asked, kind, context)));
      return undefined;
    default:
      return unreachable(request);
  }
}

/** Words around a command do not matter, unless they ask for something else, or name somebody: nobody types whose account it is. */
function isQuestion(text: string, { conversation }: SlackContext): boolean {
  if (text === '') return false;
  const intent = conversation.intentOf(text);
  return text.includes('@') || intent === 'status' || intent === 'cancel' || intent === 'help';
}

function askedBy(command: CommandPayload, { arrivedAt, deadline }: Arrival): Asked | undefined {
  const { user_id, team_id, enterprise_id, trigger_id, command: name, text } = command;
  const actor = slackActor({ user: user_id, team: team_id, enterprise: enterprise_id });
  if (actor === undefined) return undefined;
  const said = beginning(`${name.replace(/^\//, '')} ${text}`.trim(), 500);
  const delivery = deliveryId(`${platform}:command:${trigger_id}`);
  return { said: { kind: 'said', actor, delivery, words: said }, triggerId: trigger_id, arrivedAt, deadline };
}

/** A window, opened by the command's trigger; where that has died in the queue, none. */
function surfaceOf({ said, triggerId, arrivedAt }: Asked, kind: FlowKind, context: SlackContext): RequestSurface {
  const { conversation, windows, posts } = context;
  return {
    async open() {
      if (performance.now() - arrivedAt >= triggerMs) return undefined;
      const opened = await windows.open(triggerId, conversation.opening(kind));
      return opened.ok ? windowAt(opened.value) : undefined;
    },
    async apologise(window) {
      const viewId = window === undefined ? undefined : readWindowPlace(window.place);
      if (viewId !== undefined) await windows.draw(viewId, conversation.apology());
      else await posts.post(userOf(said), conversation.apology(), 'interactive');
    },
  };
}

const userOf = ({ actor }: Said): string => actorParts(actor).user;

/** A command that is not ours, or that asks for something else than its name says. */
async function answerWords({ said, deadline }: Asked, text: string, context: SlackContext): Promise<Answer> {
  const { conversation, posts, background } = context;
  const intent = conversation.intentOf(text);
  const asked = intent === 'status' || intent === 'cancel' ? text : 'help';
  const card = await withTimeout(conversation.answer({ ...said, words: asked }), deadline.leftMs(ackPatienceMs));
  if (card === undefined) throw new Error('the conversation did not answer in time');
  // An ephemeral answer has no switch for previews: what holds a link goes where there is one.
  if (!hasLink(card)) return privately(renderWithoutLinks(card));
  background.run('answer', async () => void (await posts.post(userOf(said), card, 'interactive')));
  return privately({ text: words.sentInPrivate });
}

/** Never `in_channel`: that would also publish the command as it was typed. */
export const privately = (message: Partial<Message>) => ({ response_type: 'ephemeral', ...message });
