// A decoded Slack payload → one of a few kinds of delivery, for every transport. What this version does not know is `unsupported`.
import { z } from 'zod';
import type { slackEvents } from './features.ts';
import {
  type ActionsPayload,
  actionsPayload,
  type CommandPayload,
  commandPayload,
  type HomePayload,
  homePayload,
  type MessagePayload,
  messagePayload,
  type SubmissionPayload,
  submissionPayload,
} from './payload.ts';

export type Delivery =
  | { readonly kind: 'command'; readonly command: CommandPayload }
  | { readonly kind: 'message'; readonly message: MessagePayload }
  | { readonly kind: 'home-opened'; readonly opened: HomePayload }
  | { readonly kind: 'press'; readonly press: ActionsPayload }
  | { readonly kind: 'submission'; readonly submission: SubmissionPayload }
  | { readonly kind: 'window-closed' }
  | { readonly kind: 'unsupported'; readonly of: Unsupported };

/** `event`: not subscribed, or not from a person. `request`: anything else, e.g. a shortcut. */
export type Unsupported = 'command' | 'event' | 'press' | 'window' | 'request';

/** `body`: already decoded, as Slack documents it: a command's fields, an event with its envelope, an interaction. */
export function parse(body: unknown): Delivery {
  const known = frame.safeParse(body);
  if (!known.success) return unsupported('request');
  const { type, command, event } = known.data;
  if (command !== undefined) return read(commandPayload, body, 'command', (of) => ({ kind: 'command', command: of }));
  switch (type) {
    case 'event_callback':
      return event !== undefined && isHeard(event.type) ? events[event.type](body) : unsupported('event');
    case 'block_actions':
      return read(actionsPayload, body, 'press', (press) => ({ kind: 'press', press }));
    case 'view_submission':
      return read(submissionPayload, body, 'window', (submission) => ({ kind: 'submission', submission }));
    case 'view_closed':
      return { kind: 'window-closed' };
    default:
      return unsupported('request');
  }
}

const frame = z.object({
  type: z.string().optional(),
  command: z.unknown().optional(),
  event: z.object({ type: z.string() }).optional(),
});

type EventName = (typeof slackEvents)[number]['listener'];

/** Exactly the events to which the manifest subscribes. */
const events: { readonly [Name in EventName]: (body: unknown) => Delivery } = {
  message: (body) => read(messagePayload, body, 'event', (message) => ({ kind: 'message', message })),
  app_home_opened: (body) => read(homePayload, body, 'event', (opened) => ({ kind: 'home-opened', opened })),
};

const isHeard = (name: string): name is EventName => Object.hasOwn(events, name);

function read<T>(shape: z.ZodType<T>, body: unknown, of: Unsupported, delivered: (value: T) => Delivery): Delivery {
  const parsed = shape.safeParse(body);
  return parsed.success ? delivered(parsed.data) : unsupported(of);
}

const unsupported = (of: Unsupported): Delivery => ({ kind: 'unsupported', of });
