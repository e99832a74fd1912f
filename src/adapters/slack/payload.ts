// Schemas of Slack's payloads, with only the fields that we use. Slack may change all others.
import { z } from 'zod';

const id = z.string().min(1).max(64);
const team = z.object({ id: id.nullish(), enterprise_id: id.nullish() });
const enterprise = z.object({ id: id.nullish() });
/** The limit is above any real token. A longer one does not come from Slack. */
const token = z.string().min(1).max(512);

export const commandPayload = z.object({
  command: z.string().min(2).max(64),
  text: z.string().max(4_000).default(''),
  user_id: id,
  team_id: id,
  enterprise_id: z.string().max(64).optional(),
  channel_id: id.optional(),
  trigger_id: token,
});
export type CommandPayload = z.infer<typeof commandPayload>;

export const messagePayload = z.object({
  event_id: token,
  team_id: id,
  enterprise_id: id.nullish(),
  authorizations: z.array(z.object({ enterprise_id: id.nullish() })).nullish(),
  event: z.object({
    type: z.literal('message'),
    channel_type: z.string().optional(),
    channel: id,
    user: id.optional(),
    user_team: id.nullish(),
    team: id.nullish(),
    text: z.string().max(40_000).default(''),
    subtype: z.string().optional(),
    bot_id: z.string().nullish(),
    hidden: z.boolean().optional(),
    edited: z.unknown().optional(),
  }),
});
export type MessagePayload = z.infer<typeof messagePayload>;

export const homePayload = z.object({
  team_id: id,
  enterprise_id: id.nullish(),
  authorizations: z.array(z.object({ enterprise_id: id.nullish() })).nullish(),
  event: z.object({ type: z.literal('app_home_opened'), user: id, tab: z.string().optional() }),
});
export type HomePayload = z.infer<typeof homePayload>;

/** Values of a window's inputs, by block id and action id. Each kind of input has its own field. */
const viewState = z.object({
  values: z.record(
    z.string(),
    z.record(
      z.string(),
      z.object({
        value: z.string().max(3_000).nullish(),
        selected_option: z.object({ value: z.string().max(255) }).nullish(),
      }),
    ),
  ),
});
export type ViewState = z.infer<typeof viewState>;

const view = z.object({
  id,
  type: z.string(),
  callback_id: z.string().max(255).default(''),
  private_metadata: z.string().max(3_000).default(''),
  state: viewState.nullish(),
  blocks: z.array(z.object({ block_id: z.string().nullish() })).nullish(),
});
export type ViewPayload = z.infer<typeof view>;

const pressedBy = {
  user: z.object({ id, team_id: id.nullish() }),
  team: team.nullish(),
  enterprise: enterprise.nullish(),
  trigger_id: token.optional(),
};

export const actionsPayload = z.object({
  ...pressedBy,
  channel: z.object({ id }).nullish(),
  container: z.object({ message_ts: id.optional(), channel_id: id.optional(), is_ephemeral: z.boolean().optional() }),
  message: z.object({ ts: id }).nullish(),
  view: view.nullish(),
  /** The inputs of a message. Those of a window or a home page are in its view. */
  state: viewState.nullish(),
  response_url: z.string().max(2_000).optional(),
  actions: z.tuple([
    z.object({
      type: z.string(),
      action_id: z.string().max(255),
      value: z.string().max(2_000).optional(),
      action_ts: token.optional(),
    }),
  ]),
});
export type ActionsPayload = z.infer<typeof actionsPayload>;

export const submissionPayload = z.object({ ...pressedBy, type: z.literal('view_submission'), view });
export type SubmissionPayload = z.infer<typeof submissionPayload>;
