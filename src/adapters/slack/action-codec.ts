// Encodes a card's acts for Slack and decodes them: action ids, callback ids, button values, private metadata.
// Only the format of decoded values is checked here. They came from the client, so they prove nothing.
import { z } from 'zod';
import { type Act, acts } from '../../bot/cards/card.ts';
import { type FlowId, flowId } from '../../flows/ids.ts';

const actSchema = z.enum(acts);
/** A flow id is 128 random bits in base64url: 22 characters. Other lengths are allowed, markup characters are not. */
const flowSchema = z.string().regex(/^[A-Za-z0-9_-]{8,64}$/);

const windowMark = 'window';
/** Slack's limit for an action id. */
const charsAtMost = 255;
/** Slack's limit for private metadata. */
const metadataCharsAtMost = 3_000;

/** `nth` makes ids unique if one message has the same act twice. */
export function actionId(act: Act, opensWindow: boolean, nth = 0): string {
  const parts = ['lk', act, ...(opensWindow ? [windowMark] : []), ...(nth === 0 ? [] : [String(nth)])];
  return parts.join('.');
}

export function readActionId(id: string): { readonly act: Act; readonly opensWindow: boolean } | undefined {
  if (id.length > charsAtMost) return undefined;
  const [mark, name, ...rest] = id.split('.');
  const act = actSchema.safeParse(name);
  if (mark !== 'lk' || !act.success) return undefined;
  if (!rest.every((part) => part === windowMark || /^\d{1,3}$/.test(part))) return undefined;
  return { act: act.data, opensWindow: rest.includes(windowMark) };
}

/** The callback id of a window holds the act of its submit button. */
export const callbackId = (act: Act | undefined): string => `lk.${act ?? 'none'}`;

export function readCallbackId(id: string): Act | undefined {
  const act = actSchema.safeParse(id.startsWith('lk.') ? id.slice('lk.'.length) : '');
  return act.success ? act.data : undefined;
}

/** What a button is about, as its value: a flow, a contact, or both. */
export interface ButtonValue {
  readonly flow?: FlowId;
  readonly contact?: string;
}

/** Ids of the sign-in service have no space. */
const valueSchema = z
  .string()
  .max(300)
  .regex(/^[^\s]* [^\s]{1,255}$/);

export function encodeValue({ flow, contact }: ButtonValue): string | undefined {
  return contact === undefined ? flow : `${flow ?? ''} ${contact}`;
}

/** `foreign`: this app never wrote such a value. */
export function readValue(value: string | undefined): ButtonValue | 'foreign' {
  if (value === undefined || value === '') return {};
  const [id = '', contact] = valueSchema.safeParse(value).success ? value.split(' ') : [value];
  const flow = id === '' ? undefined : flowSchema.safeParse(id);
  if (flow?.success === false) return 'foreign';
  return { ...(flow === undefined ? {} : { flow: flowId(flow.data) }), ...(contact === undefined ? {} : { contact }) };
}

/** A window's private metadata. It passes through the client, so it holds only opaque ids. `channel` as in `Card.channel`. */
export interface ViewMetadata {
  readonly flow?: FlowId;
  readonly channel?: string;
}

const metadataSchema = z.object({
  flow: flowSchema.transform(flowId).optional(),
  channel: z
    .string()
    .regex(/^slack:[A-Z0-9]{2,32}$/)
    .optional(),
});

export const encodeViewMetadata = (metadata: ViewMetadata): string => JSON.stringify(metadata);

export function decodeViewMetadata(metadata: string): ViewMetadata | 'foreign' {
  if (metadata === '') return {};
  if (metadata.length > metadataCharsAtMost) return 'foreign';
  const parsed = metadataSchema.safeParse(jsonOrNothing(metadata));
  if (!parsed.success) return 'foreign';
  const { flow, channel } = parsed.data;
  return { ...(flow === undefined ? {} : { flow }), ...(channel === undefined ? {} : { channel }) };
}

function jsonOrNothing(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
