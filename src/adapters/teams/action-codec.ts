// Encodes a card's acts as the verb and data of a Teams action, and reads them back.
// A client can forge everything that comes back: only its shape is checked here, and nothing else in it may be trusted.
import { z } from 'zod';
import { type Act, acts } from '../../bot/cards/card.ts';
import type { Pressed } from '../../bot/inbound.ts';
import { type FlowId, flowId } from '../../flows/ids.ts';

/** `back` exists only in this adapter: it leads from a form that only the presser sees to the card that everybody sees. */
export type Verb = Act | 'back';
const verbSchema = z.enum([...acts, 'back']);

/** 128 random bits are 22 base64url characters. Other lengths are allowed, markup is not. */
const flowSchema = z.string().regex(/^[A-Za-z0-9_-]{8,64}$/);

/** The data of an action: opaque ids only. `v` is the flow's version that the card was drawn from. */
export interface ActData {
  readonly flow?: FlowId;
  readonly v: number;
}

export function packData(card: { readonly flow?: FlowId; readonly version: number }): ActData {
  return { ...(card.flow === undefined ? {} : { flow: card.flow }), v: card.version };
}

/** Teams sends the data and the values of the inputs as one object. */
const dataSchema = z.object({
  flow: flowSchema.transform(flowId).optional(),
  v: z.int().min(0).max(1_000_000),
  contact: z.string().max(255).optional(),
  code: z.string().max(64).optional(),
  reason: z.string().max(64).optional(),
  note: z.string().max(4_000).optional(),
});
const submitSchema = dataSchema.extend({ act: verbSchema });
const executeSchema = z.object({
  action: z.object({ type: z.literal('Action.Execute'), verb: verbSchema, data: dataSchema }),
});

export interface ReadAct {
  readonly verb: Verb;
  readonly data: ActData;
  readonly values: Pressed['values'];
}

/** The value of an `adaptiveCard/action` invoke. Undefined for anything that this app never put on a card. */
export function readExecute(value: unknown): ReadAct | undefined {
  const parsed = executeSchema.safeParse(value);
  return parsed.success ? actOf(parsed.data.action.verb, parsed.data.action.data) : undefined;
}

/** The value of the message that an Action.Submit becomes. */
export function readSubmit(value: unknown): ReadAct | undefined {
  const parsed = submitSchema.safeParse(value);
  return parsed.success ? actOf(parsed.data.act, parsed.data) : undefined;
}

function actOf(verb: Verb, { flow, v, contact, code, reason, note }: z.infer<typeof dataSchema>): ReadAct {
  return {
    verb,
    data: { ...(flow === undefined ? {} : { flow }), v },
    values: {
      ...(contact === undefined ? {} : { contact }),
      ...(code === undefined ? {} : { code }),
      ...(reason === undefined ? {} : { reason }),
      ...(note === undefined ? {} : { note }),
    },
  };
}
