// What kind of thing Slack's bytes are, before a library sees them: Bolt waits three seconds over what it cannot classify and
// trips over `null` where it expects an object. Looks at the frame only; listeners parse what they use.
import { z } from 'zod';

export type Delivery =
  | { readonly is: 'probe' | 'library' | 'unreadable' }
  | { readonly is: 'command'; readonly fields: Readonly<Record<string, string>> };

/** Bolt reads members of it, whatever they are. */
const members = z.looseObject({});
const named = z.union([z.string(), members]).optional();
const absent = z.undefined().optional();

const delivered = z.discriminatedUnion('type', [
  z.looseObject({ type: z.literal('url_verification'), challenge: z.string() }),
  z.looseObject({
    type: z.literal('event_callback'),
    authorizations: z.array(members).nullish(),
    event: z.looseObject({
      type: z.string(),
      user: named,
      channel: named,
      item: members.optional(),
      subteam: members.optional(),
    }),
  }),
]);

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

/** `type` is the header Content-Type. */
export function classify(type: string | undefined, body: Buffer): Delivery {
  if (!/^\s*application\/x-www-form-urlencoded\s*(?:;|$)/i.test(type ?? '')) return framed(body.toString(), delivered);
  if (hasManyFields(body)) return { is: 'unreadable' };
  const form = new URLSearchParams(body.toString());
  const payloads = form.getAll('payload');
  if (form.get('ssl_check') === '1') return { is: 'probe' };
  if (payloads.length === 0 && form.has('command')) return { is: 'command', fields: Object.fromEntries(form) };
  const [payload] = payloads;
  const isAlone = payloads.length === 1 && !form.has('command');
  return payload !== undefined && isAlone ? framed(payload, interacted) : { is: 'unreadable' };
}

/** Slack's own forms have some fifteen fields. */
const fieldsAtMost = 200;

function hasManyFields(body: Buffer): boolean {
  let fields = 1;
  for (let at = body.indexOf('&'); at !== -1 && fields <= fieldsAtMost; at = body.indexOf('&', at + 1)) fields += 1;
  return fields > fieldsAtMost;
}

function framed(json: string, frame: z.ZodType): Delivery {
  try {
    return { is: frame.safeParse(JSON.parse(json)).success ? 'library' : 'unreadable' };
  } catch {
    return { is: 'unreadable' };
  }
}
