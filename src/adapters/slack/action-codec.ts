// How a card's acts travel through Slack and back: action ids, callback ids, button values, private metadata.
// Everything that comes back is checked here; nothing in it is trusted beyond its shape.
import { z } from 'zod';
import { type Act, acts } from '../../bot/cards/card.ts';
import { type FlowId, flowId } from '../../flows/ids.ts';

const actSchema = z.enum(acts);
/** 128 random bits as base64url are 22 characters; room for other shapes, none for markup. */
const flowSchema = z.string().regex(/^[A-Za-z0-9_-]{8,64}$/);

const windowMark = 'window';
/** What Slack permits in an action id. */
const charsAtMost = 255;
/** What Slack permits in private metadata. */
const metadataCharsAtMost = 3_000;

/** `nth` keeps ids apart where one message holds the same act twice. */
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

/** The callback id of a window says what its submit button means. */
export const callbackId = (act: Act | undefined): string => `lk.${act ?? 'none'}`;

export function readCallbackId(id: string): Act | undefined {
  const act = actSchema.safeParse(id.startsWith('lk.') ? id.slice('lk.'.length) : '');
  return act.success ? act.data : undefined;
}

/** A button's value: the flow it speaks about. `foreign`: not something that this app ever put there. */
export function readFlow(value: string | undefined): FlowId | undefined | 'foreign' {
  if (value === undefined || value === '') return undefined;
  const flow = flowSchema.safeParse(value);
  return flow.success ? flowId(flow.data) : 'foreign';
}

/** What a window carries through the client: opaque ids only. `channel` as in `Card.channel`. */
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
