// Slack's bytes → the object that they stand for, whether JSON or a form. Only what Bolt can classify becomes one: it leaves
// anything else unacknowledged, and trips over `null` where it expects an object. What is in it, parse.ts says.
import { z } from 'zod';

export type Body =
  | { readonly kind: 'payload'; readonly payload: Readonly<Record<string, unknown>> }
  /** Slack looks whether this is our address: the answer is its challenge. */
  | { readonly kind: 'address-check'; readonly challenge: string }
  /** Slack looks whether our certificate is good. */
  | { readonly kind: 'probe' }
  | { readonly kind: 'unreadable' };

/** Bolt reads members of it, whatever they are. */
const members = z.looseObject({});
const named = z.union([z.string(), members]).optional();
const absent = z.undefined().optional();

const addressCheck = z.object({ type: z.literal('url_verification'), challenge: z.string() });

const delivered = z.looseObject({
  type: z.literal('event_callback'),
  authorizations: z.array(members).nullish(),
  event: z.looseObject({
    type: z.string(),
    user: named,
    channel: named,
    item: members.optional(),
    subteam: members.optional(),
  }),
});

/** By either of the first two Bolt would take it for something else than its type says. */
const interaction = {
  event: absent,
  command: absent,
  user: members,
  team: members.nullish(),
  enterprise: members.nullish(),
  channel: members.optional(),
};
const notOptions = { ...interaction, name: absent };
const notPress = { ...notOptions, actions: absent };

const interacted = z.discriminatedUnion('type', [
  z.looseObject({
    type: z.literal(['block_actions', 'interactive_message']),
    ...notOptions,
    actions: z.array(z.unknown()),
  }),
  z.looseObject({ type: z.literal(['view_submission', 'view_closed']), ...notPress, view: members }),
  z.looseObject({ type: z.literal(['shortcut', 'message_action', 'dialog_submission']), ...notPress }),
  z.looseObject({ type: z.literal('block_suggestion'), ...interaction }),
]);

const unreadable: Body = { kind: 'unreadable' };

/** `type` is the header Content-Type. */
export function readBody(type: string | undefined, bytes: Buffer): Body {
  if (!/^\s*application\/x-www-form-urlencoded\s*(?:;|$)/i.test(type ?? '')) return readEvent(bytes.toString());
  if (hasManyFields(bytes)) return unreadable;
  const form = new URLSearchParams(bytes.toString());
  if (form.get('ssl_check') === '1') return { kind: 'probe' };
  const payloads = form.getAll('payload');
  const [payload] = payloads;
  if (payload === undefined) return readCommand(form);
  return payloads.length === 1 && !form.has('command') ? framed(jsonOf(payload), interacted) : unreadable;
}

function readEvent(json: string): Body {
  const value = jsonOf(json);
  const check = addressCheck.safeParse(value);
  return check.success ? { kind: 'address-check', challenge: check.data.challenge } : framed(value, delivered);
}

/** Bolt would take one with an `event` for an event. */
const readCommand = (form: URLSearchParams): Body =>
  form.has('command') && !form.has('event') ? { kind: 'payload', payload: Object.fromEntries(form) } : unreadable;

/** Slack's own forms have some fifteen fields. */
const fieldsAtMost = 200;

function hasManyFields(body: Buffer): boolean {
  let fields = 1;
  for (let at = body.indexOf('&'); at !== -1 && fields <= fieldsAtMost; at = body.indexOf('&', at + 1)) fields += 1;
  return fields > fieldsAtMost;
}

function framed(value: unknown, frame: z.ZodType<Record<string, unknown>>): Body {
  const read = frame.safeParse(value);
  return read.success ? { kind: 'payload', payload: read.data } : unreadable;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
