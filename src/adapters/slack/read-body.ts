// The bytes of a Slack request (JSON or a form) → an object. It passes only objects that Bolt can classify: Bolt never acknowledges
// others, and it throws on `null` where it expects an object. parse.ts reads the content.
import { z } from 'zod';
import { slackEvents } from './features.ts';

export type Body =
  | { readonly kind: 'payload'; readonly payload: Readonly<Record<string, unknown>> }
  /** Slack's URL verification. The answer is its challenge. */
  | { readonly kind: 'address-check'; readonly challenge: string }
  /** Slack's check of our TLS certificate. */
  | { readonly kind: 'probe' }
  /** An event that nobody subscribed to. It may hold anything, so Bolt does not see it. */
  | { readonly kind: 'unheard'; readonly appId: string | undefined }
  /** Slack delivers no more events for a while, because there were too many. `since`: the minute in which that began. */
  | { readonly kind: 'events-withheld'; readonly appId: string | undefined; readonly since: Date | undefined }
  | { readonly kind: 'unreadable' };

/** An object whose fields Bolt reads without checking that it is an object. */
const members = z.looseObject({});
const named = z.union([z.string(), members]).optional();
const absent = z.undefined().optional();

const addressCheck = z.object({ type: z.literal('url_verification'), challenge: z.string() });

const ofApp = { api_app_id: z.string().optional().catch(undefined) };
const anyEvent = z.object({ ...ofApp, type: z.literal('event_callback'), event: z.object({ type: z.string() }) });
/** Epoch seconds, up to the year 9999. */
const minute = z.number().min(0).max(253_402_300_799).optional().catch(undefined);
const withheld = z.object({ ...ofApp, type: z.literal('app_rate_limited'), minute_rate_limited: minute });

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

/** With `event` or `command`, Bolt would classify the payload as something other than its `type` says. */
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
  z.looseObject({ type: z.literal(['block_suggestion', 'dialog_suggestion']), ...interaction }),
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
  const check = addressCheck.safeParse(value).data;
  if (check !== undefined) return { kind: 'address-check', challenge: check.challenge };
  const limited = withheld.safeParse(value).data;
  if (limited !== undefined) {
    const { api_app_id: appId, minute_rate_limited: seconds } = limited;
    return { kind: 'events-withheld', appId, since: seconds === undefined ? undefined : new Date(seconds * 1000) };
  }
  const { event, api_app_id: appId } = anyEvent.safeParse(value).data ?? {};
  return event === undefined || isHeard(event.type) ? framed(value, delivered) : { kind: 'unheard', appId };
}

const isHeard = (name: string): boolean => slackEvents.some(({ listener }) => listener === name);

/** Bolt would classify a command with a field `event` as an event. */
const readCommand = (form: URLSearchParams): Body =>
  form.has('command') && !form.has('event') ? { kind: 'payload', payload: Object.fromEntries(form) } : unreadable;

/** Slack's own forms have about fifteen fields. */
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
