// A conversation that answers as a test tells it to, and records what it was given. It contains no rule of the product.
import type { Card } from '../../../src/bot/cards/card.ts';
import type { Conversation } from '../../../src/bot/conversation.ts';
import type { Pressed, Reply, Said, WindowRef } from '../../../src/bot/inbound.ts';
import { createTakeRequest } from '../../../src/bot/take-request.ts';
import { createThrottle } from '../../../src/bot/throttle.ts';
import { createPriorityQueue, type PriorityQueue } from '../../../src/concurrency/priority-queue.ts';
import { type ActorId, type FlowId, flowId, instant } from '../../../src/flows/ids.ts';
import type { Clock } from '../../../src/flows/ports.ts';
import type { FlowKind } from '../../../src/flows/state.ts';

export const aFlow = flowId('flow-0000000000000001');

export function aCard(more: Partial<Card> = {}): Card {
  return {
    flow: aFlow,
    version: 1,
    title: 'Reset your password',
    summary: ['Reset your password: we are looking you up.'],
    lines: [{ text: ['We are looking you up.'], tone: 'normal' }],
    inputs: [],
    actions: [],
    closeLabel: 'Not now',
    ...more,
  };
}

export const codeCard = (more: Partial<Card> = {}, error?: string, which = 'first'): Card =>
  aCard({
    version: 3,
    lines: [{ text: ['We sent a code to ', { strong: 'j•••@g•••.com' }, '.'], tone: 'normal' }],
    inputs: [
      {
        kind: 'code',
        name: 'code',
        label: 'Code',
        hint: 'Six digits',
        minLength: 4,
        maxLength: 12,
        which,
        ...(error === undefined ? {} : { error }),
      },
    ],
    submit: { act: 'submit-code', label: 'Verify' },
    ...more,
  });

/** A card that no platform can draw: a fault of ours between the answer and the screen. */
export const undrawable: Card = {
  ...aCard(),
  get lines(): Card['lines'] {
    throw new Error('this card cannot be drawn');
  },
};

const titles: Readonly<Record<FlowKind, string>> = {
  reset: 'Reset your password',
  unlock: 'Unlock',
  change: 'Change your password',
  enroll: 'Your recovery contacts',
};

/** What a test may change: the conversation itself, and what its `take` returns. */
export interface Scripted extends Conversation {
  accept(said: Said, kind: FlowKind): Promise<'accepted' | 'duplicate' | 'throttled'>;
  begin(said: Said, kind: FlowKind): Promise<FlowId>;
  showInMessage(flow: FlowId): Promise<void>;
}

export interface Script extends Scripted {
  readonly said: { readonly said: Said; readonly kind: FlowKind }[];
  readonly begun: Said[];
  readonly answered: Said[];
  readonly welcomed: ActorId[];
  readonly pressed: Pressed[];
  readonly attached: { readonly flow: FlowId; readonly window: WindowRef }[];
  readonly shown: FlowId[];
  /** How often an answer had been sent, or could not be. */
  left: number;
  /** The answer to the next presses. */
  reply: (pressed: Pressed) => Reply | Promise<Reply>;
}

export function scriptedConversation(
  change: Partial<Scripted> = {},
  clock: Clock = { now: () => instant(Date.now()) },
  queue: PriorityQueue = createPriorityQueue(),
): Script {
  const throttle = createThrottle(clock);
  const deliveries = new Set<string>();
  const script: Script = {
    said: [],
    begun: [],
    answered: [],
    welcomed: [],
    pressed: [],
    attached: [],
    shown: [],
    left: 0,
    reply: () => ({ kind: 'card', card: codeCard() }),
    intentOf(words) {
      if (/reset/.test(words)) return 'reset';
      if (/unlock/.test(words)) return 'unlock';
      if (/enroll/.test(words)) return 'enroll';
      if (/status/.test(words)) return 'status';
      return words === 'help' ? 'help' : 'something';
    },
    take: createTakeRequest({
      accept: async (said: Said, kind: FlowKind) => script.accept(said, kind),
      begin: async (said: Said, kind: FlowKind) => ({ flow: await script.begin(said, kind), isAgain: false }),
      attach: (flow, window) => script.attachWindow(flow, window),
      show: (flow) => script.showInMessage(flow),
      queue,
    }),
    async accept(said, kind) {
      if (deliveries.has(said.delivery)) return 'duplicate';
      deliveries.add(said.delivery);
      script.said.push({ said, kind });
      return 'accepted';
    },
    async begin(said) {
      script.begun.push(said);
      return aFlow;
    },
    opening: (kind) => aCard({ version: 0, title: titles[kind] }),
    async attachWindow(flow, window) {
      script.attached.push({ flow, window });
    },
    async showInMessage(flow) {
      script.shown.push(flow);
    },
    async answer(said) {
      script.answered.push(said);
      return [aCard({ title: 'Latchkey', summary: ['Help'], lines: [{ text: ['How I can help.'], tone: 'normal' }] })];
    },
    async welcome(actor) {
      script.welcomed.push(actor);
      return [aCard({ title: 'Latchkey', summary: ['Welcome'], lines: [{ text: ['Welcome.'], tone: 'normal' }] })];
    },
    checkThrottle: throttle.check,
    complains: throttle.complains,
    helpdeskCard: async () => undefined,
    async press(pressed, _patienceMs, answer, sent = Promise.resolve()) {
      script.pressed.push(pressed);
      const reply = await script.reply(pressed);
      const leave = (): void => {
        script.left += 1;
      };
      try {
        return await answer(reply);
      } finally {
        sent.then(leave, leave);
      }
    },
    async home() {
      return [
        aCard({
          title: 'Account help',
          actions: [
            { kind: 'press', act: 'start-reset', label: 'Forgot password', style: 'primary', opensWindow: true },
            { kind: 'press', act: 'cancel', label: 'Cancel', style: 'normal', opensWindow: false },
          ],
        }),
      ];
    },
    apology() {
      // Like the real one, it is about no flow.
      const { flow: _flow, ...card } = aCard({
        version: 0,
        title: 'Latchkey',
        summary: ['Sorry, something went wrong.'],
        lines: [{ text: ['Sorry, something went wrong.'], tone: 'alert' }],
      });
      return card;
    },
    ...change,
  };
  return script;
}
