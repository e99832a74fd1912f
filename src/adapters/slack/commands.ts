// Slash commands: stored durably, acknowledged, and answered with a window.
import type { Card } from '../../bot/cards/card.ts';
import type { Said } from '../../bot/inbound.ts';
import { startRequest } from '../../bot/listening.ts';
import type { RequestSurface } from '../../bot/take-request.ts';
import { errorName } from '../../concurrency/background-tasks.ts';
import type { Deadline } from '../../concurrency/deadline.ts';
import { withTimeout } from '../../concurrency/timeout.ts';
import { actorParts, deliveryId } from '../../flows/ids.ts';
import type { FlowKind } from '../../flows/state.ts';
import { beginning } from '../../text/bounded-text.ts';
import { platform, slackActor } from './actor.ts';
import { type Answer, type Arrival, ackPatienceMs, type SlackContext } from './context.ts';
import { slackCommands } from './features.ts';
import { say } from './messages.ts';
import type { CommandPayload } from './payload.ts';
import { hasLink, type Message, renderWithoutLinks } from './render.ts';
import { readWindowPlace, windowAt } from './surface-refs.ts';
import { words } from './words.ts';

interface ParsedCommand {
  readonly said: Said;
  readonly triggerId: string;
  /** When the command came in, monotonic milliseconds. */
  readonly arrivedAt: number;
  readonly deadline: Deadline;
}

/** A trigger is valid for three seconds. One that would expire on the way to Slack is not used. */
const triggerMs = 2_800;

/** Handles all commands, unknown ones too. Only the person sees the answer. Never rejects. */
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
  const parsed = parseCommand(command, arrival);
  if (parsed === undefined) {
    context.log.warn({ event: 'slack.unsupported', of: 'command' });
    return privately({ text: words.sorry });
  }
  const kind = kinds.get(command.command);
  const text = command.text.trim();
  if (kind === undefined || isQuestion(text, kind, context)) return answerWords(parsed, text, context);
  const withinMs = parsed.deadline.leftMs(ackPatienceMs);
  const surface = surfaceOf(parsed, kind, context);
  const started = await startRequest(parsed.said, kind, { what: 'command', withinMs, surface }, context);
  return started === 'throttled' ? privately({ text: words.tooOften }) : undefined;
}

/**
 * Whether the text is answered instead of starting the request. Other words are ignored, unless they ask for something else or name
 * somebody: a request is always for the person's own account.
 */
function isQuestion(text: string, kind: FlowKind, { conversation }: SlackContext): boolean {
  if (text === '') return false;
  const intent = conversation.intentOf(text);
  // Whoever enrols may type the address that they want to add. It is typed again in the browser.
  const namesSomebody = kind === 'enroll' ? /(?:^|\s)@/.test(text) : text.includes('@');
  return namesSomebody || intent === 'status' || intent === 'cancel' || intent === 'help';
}

function parseCommand(command: CommandPayload, { arrivedAt, deadline }: Arrival): ParsedCommand | undefined {
  const { user_id, team_id, enterprise_id, trigger_id, command: name, text } = command;
  const actor = slackActor({ user: user_id, team: team_id, enterprise: enterprise_id });
  if (actor === undefined) return undefined;
  const typed = beginning(`${name.replace(/^\//, '')} ${text}`.trim(), 500);
  const delivery = deliveryId(`${platform}:command:${trigger_id}`);
  return { said: { kind: 'said', actor, delivery, words: typed }, triggerId: trigger_id, arrivedAt, deadline };
}

/** Opens a window with the command's trigger, unless the trigger expired in the queue. */
function surfaceOf(
  { said, triggerId, arrivedAt }: ParsedCommand,
  kind: FlowKind,
  context: SlackContext,
): RequestSurface {
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

/** Answers an unknown command, or one whose text asks for something else. */
async function answerWords({ said, deadline }: ParsedCommand, text: string, context: SlackContext): Promise<Answer> {
  const { conversation, background } = context;
  // Said every time: a command needs an answer anyway.
  if (conversation.checkThrottle(said.actor, 'words') !== 'allowed') return privately({ text: words.tooOften });
  const intent = conversation.intentOf(text);
  // The command's name is part of the words: it says which request is to be cancelled.
  const query = intent === 'cancel' ? said.words : intent === 'status' ? text : 'help';
  const cards = await withTimeout(conversation.answer({ ...said, words: query }), deadline.leftMs(ackPatienceMs));
  if (cards === undefined) throw new Error('the conversation did not answer in time');
  const [card, ...others] = cards;
  if (card !== undefined && others.length === 0 && mayBeEphemeral(card)) return privately(renderWithoutLinks(card));
  background.run('answer', async () => {
    for (const one of cards) await say(userOf(said), one, context);
  });
  return privately({ text: words.sentInPrivate });
}

/**
 * An ephemeral answer has no flag against link previews, and cannot be redrawn when one of several requests was chosen in it.
 * Such cards are sent as direct messages.
 */
const mayBeEphemeral = (card: Card): boolean =>
  !hasLink(card) && card.actions.every((action) => action.kind === 'link' || action.about === undefined);

/** Never `in_channel`: that would also publish the typed command. */
export const privately = (message: Partial<Message>) => ({ response_type: 'ephemeral', ...message });
