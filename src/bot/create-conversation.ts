import type { Logger } from 'pino';
import { type ActorId, actorParts } from '../flows/ids.ts';
import type { FlowKind } from '../flows/state.ts';
import { unreachable } from '../flows/unreachable.ts';
import { answerWords } from './answer-words.ts';
import type { Card } from './cards/card.ts';
import { drawApology, drawOpening } from './cards/plain-card.ts';
import type { ContactLists } from './contact-list.ts';
import type { Conversation } from './conversation.ts';
import type { Copy } from './copy/copy.ts';
import { type Naming, withNames, withNamesIn } from './display-names.ts';
import type { Reply } from './inbound.ts';
import { intentOf } from './intent.ts';
import { createPresses, type PressParts } from './presses/route-press.ts';
import type { Reminding } from './reminding.ts';
import type { Requests } from './requests.ts';
import type { Presentation } from './surfaces/presenter.ts';
import type { Throttle } from './throttle.ts';
import { welcome } from './welcome.ts';

export interface ConversationParts {
  readonly requests: Requests;
  readonly presentation: Presentation;
  readonly throttle: Throttle;
  readonly contactLists: Pick<ContactLists, 'read'>;
  readonly reminding: Reminding;
  readonly decision: Pick<PressParts['decision'], 'engine' | 'store' | 'entitled' | 'compareIdentities'>;
  readonly help: Pick<PressParts['help'], 'requestHelp' | 'ways' | 'clock'>;
  readonly names: Naming;
  readonly copy: Copy;
  readonly log: Logger;
}

export function createConversation(parts: ConversationParts): Conversation {
  const { presentation, throttle, reminding, names, copy, log } = parts;
  const requests = resuming(parts.requests, reminding);
  const { ways } = parts.help;
  const takePress = createPresses({
    flow: { requests, recognise: presentation.recognise, copy, clock: parts.help.clock },
    decision: { ...parts.decision, presentation, copy, clock: parts.help.clock, log },
    help: { ...parts.help, find: requests.find, throttle, copy },
    reminder: { reminding, copy },
    presentation,
  });
  /** Adds names for people of platforms other than the reader's. */
  const named = (card: Card, reader: ActorId): Promise<Card> => withNames(card, actorParts(reader).platform, names);
  return {
    intentOf: (words) => intentOf(words, copy.intentWords),
    take: requests.take,
    opening: (kind) => drawOpening(kind, copy),
    attachWindow: presentation.attach,
    answer: async (said) =>
      Promise.all((await answerWords(said, { ...parts, ways })).map((card) => named(card, said.actor))),
    checkThrottle: throttle.check,
    complains: throttle.complains,
    press: (pressed, patienceMs, answer, sent) =>
      takePress(pressed, patienceMs, async (reply) => answer(await nameIn(reply, pressed.actor, names)), sent),
    home: presentation.home,
    welcome: async (actor) =>
      Promise.all((await welcome(actor, { ...parts, clock: parts.help.clock })).map((card) => named(card, actor))),
    async helpdeskCard(flow, channel, reader) {
      const card = await presentation.helpdeskCard(flow, channel);
      return card === undefined ? undefined : named(card, reader);
    },
    apology: () => drawApology(ways, copy),
  };
}

/** Whoever asks for their contacts has thought of it, so a later reminder is no nuisance. */
function resuming(requests: Requests, { resume }: Pick<Reminding, 'resume'>): Requests {
  const noted = (actor: ActorId, kind: FlowKind): void => {
    if (kind === 'enroll') void resume(actor);
  };
  return {
    ...requests,
    take(requester, kind) {
      noted(requester.actor, kind);
      return requests.take(requester, kind);
    },
    start(requester, kind) {
      noted(requester.actor, kind);
      return requests.start(requester, kind);
    },
  };
}

async function nameIn(reply: Reply, reader: ActorId, names: Naming): Promise<Reply> {
  const { platform } = actorParts(reader);
  switch (reply.kind) {
    case 'card':
      return { ...reply, card: await withNames(reply.card, platform, names) };
    case 'notice':
      return { ...reply, text: await withNamesIn(reply.text, platform, names) };
    case 'done':
      return reply;
    default:
      return unreachable(reply);
  }
}
