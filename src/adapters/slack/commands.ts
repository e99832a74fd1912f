// Slash commands: taken in durably, acknowledged, and answered with a window in which the rest happens.
import type { Said } from '../../bot/inbound.ts';
import { errorName } from '../../concurrency/background-tasks.ts';
import { deliveryId } from '../../flows/ids.ts';
import type { FlowKind } from '../../flows/state.ts';
import { unreachable } from '../../flows/unreachable.ts';
import { beginning } from '../../text/bounded-text.ts';
import { platform, slackActor } from './actor.ts';
import { apology, type Listening } from './context.ts';
import { slackCommands } from './features.ts';
import { ackPatienceMs, within } from './patience.ts';
import { commandPayload } from './payload.ts';
import { hasLink, type Message, renderWithoutLinks } from './render.ts';
import { windowAt } from './surface-refs.ts';
import { words } from './words.ts';

interface Asked {
  readonly said: Said;
  readonly triggerId: string;
  /** When it arrived, monotonic milliseconds. */
  readonly at: number;
}

/** A trigger lives three seconds at Slack; one that would die on the way is not tried. */
const triggerMs = 2_800;

/** What Slack is to show for a command, to that person alone; undefined: nothing. */
export type CommandAnswer = Readonly<Record<string, unknown>> | undefined;

/** One for all commands: an unknown one needs an answer too. Never rejects. */
export type Commands = (fields: Readonly<Record<string, string>>) => Promise<CommandAnswer>;

export function createCommands(listening: Listening, commandPrefix?: string): Commands {
  const kinds = new Map(slackCommands(commandPrefix).map(({ name, kind }) => [name, kind]));
  return async (fields) => {
    try {
      return await listening.priorityQueue.answering(() => takeCommand(fields, kinds, listening));
    } catch (error) {
      listening.log.error({ event: 'slack.command.failed', error: errorName(error) }, 'a command was not taken in');
      return privately(renderWithoutLinks(apology(listening.conversation)));
    }
  };
}

async function takeCommand(
  fields: unknown,
  kinds: ReadonlyMap<string, FlowKind>,
  listening: Listening,
): Promise<CommandAnswer> {
  const command = commandPayload.safeParse(fields);
  const asked = command.success ? askedBy(command.data) : undefined;
  if (!command.success || asked === undefined) {
    listening.log.warn({ event: 'slack.unsupported', of: 'command' });
    return privately({ text: words.sorry });
  }
  const kind = kinds.get(command.data.command);
  const text = command.data.text.trim();
  if (kind === undefined || isQuestion(text, listening)) return answerWords(asked, text, listening);
  const accepted = await within(ackPatienceMs, listening.conversation().accept(asked.said, kind));
  if (!accepted.inTime) throw new Error('the store did not answer in time');
  switch (accepted.value) {
    case 'throttled':
      return privately({ text: words.tooOften });
    case 'duplicate':
      return undefined;
    case 'accepted':
      listening.background.run('command', () => begin(asked, kind, listening));
      return undefined;
    default:
      return unreachable(accepted.value);
  }
}

/** Words around a command do not matter, unless they ask for something else, or name somebody: nobody types whose account it is. */
function isQuestion(text: string, { conversation }: Listening): boolean {
  if (text === '') return false;
  const intent = conversation().intentOf(text);
  return text.includes('@') || intent === 'status' || intent === 'cancel' || intent === 'help';
}

function askedBy(command: ReturnType<typeof commandPayload.parse>): Asked | undefined {
  const { user_id, team_id, enterprise_id, trigger_id, command: name, text } = command;
  const actor = slackActor({ user: user_id, team: team_id, enterprise: enterprise_id });
  if (actor === undefined) return undefined;
  const said = beginning(`${name.replace(/^\//, '')} ${text}`.trim(), 500);
  const delivery = deliveryId(`${platform}:command:${trigger_id}`);
  return { said: { kind: 'said', actor, delivery, words: said }, triggerId: trigger_id, at: performance.now() };
}

async function begin(asked: Asked, kind: FlowKind, listening: Listening): Promise<void> {
  const { conversation, windows, priorityQueue } = listening;
  const { opened, begun } = await priorityQueue.behind(() => openAndBegin(asked, kind, listening));
  const viewId = opened.status === 'fulfilled' && opened.value?.ok === true ? opened.value.value : undefined;
  if (begun.status === 'rejected') {
    if (viewId !== undefined) await windows.draw(viewId, apology(conversation));
    throw begun.reason;
  }
  if (viewId === undefined) return conversation().showInMessage(begun.value);
  return conversation().attachWindow(begun.value, windowAt(viewId), platform);
}

/** The window does not wait for the flow, nor the flow for the window. Where the trigger has died in the queue, no window. */
async function openAndBegin({ said, triggerId, at }: Asked, kind: FlowKind, { conversation, windows }: Listening) {
  const isAlive = performance.now() - at < triggerMs;
  const [opened, begun] = await Promise.allSettled([
    isAlive ? windows.open(triggerId, conversation().opening(kind)) : undefined,
    conversation().begin(said, kind),
  ]);
  return { opened, begun };
}

/** A command that is not ours, or that asks for something else than its name says. */
async function answerWords({ said }: Asked, text: string, listening: Listening): Promise<CommandAnswer> {
  const { conversation, posts, background } = listening;
  const intent = conversation().intentOf(text);
  const asked = intent === 'status' || intent === 'cancel' ? text : 'help';
  const answered = await within(ackPatienceMs, conversation().answer({ ...said, words: asked }));
  if (!answered.inTime) throw new Error('the conversation did not answer in time');
  const card = answered.value;
  // An ephemeral answer has no switch for previews: what holds a link goes where there is one.
  if (!hasLink(card)) return privately(renderWithoutLinks(card));
  const user = said.actor.split(':').at(-1) ?? '';
  background.run('answer', async () => void (await posts.post(user, card, 'interactive')));
  return privately({ text: words.sentInPrivate });
}

/** Never `in_channel`: that would also publish the command as it was typed. */
const privately = (message: Partial<Message>) => ({ response_type: 'ephemeral', ...message });
