// Parses what the Bot Connector sends: only the fields that are used. Other fields are ignored and may change.
// The connector's token does not sign the body: what the body says about a person is confirmed elsewhere (confirmation.ts).
import { z } from 'zod';

const id = z.string().min(1).max(512);
const tenant = z.object({ id: z.string().max(64).nullish() });

/** The fields that decide whether the activity is accepted at all. */
export const envelope = z.object({
  type: z.string().min(1).max(64),
  channelId: z.unknown().optional(),
  serviceUrl: z.unknown().optional(),
  conversation: z.object({ tenantId: z.unknown().optional() }).nullish().catch(undefined),
  channelData: z
    .object({ tenant: z.object({ id: z.unknown().optional() }).nullish().catch(undefined) })
    .nullish()
    .catch(undefined),
});
export type Envelope = z.infer<typeof envelope>;

const account = z.object({ id, aadObjectId: z.string().max(64).nullish() });

export const activity = z.object({
  type: z.string().min(1).max(64),
  id: z.string().max(256).nullish(),
  serviceUrl: z.string().min(1).max(512),
  from: account,
  recipient: z.object({ id }).nullish(),
  conversation: z.object({ id, conversationType: z.string().max(32).nullish(), isGroup: z.boolean().nullish() }),
  channelData: z.object({ tenant: tenant.nullish() }).nullish(),
  replyToId: z.string().max(256).nullish(),
  name: z.string().max(128).nullish(),
  text: z.string().nullish(),
  value: z.unknown().optional(),
  action: z.string().max(32).nullish(),
});
export type Activity = z.infer<typeof activity>;

/** A conversation whose id is that of a shared one is never personal, whatever the body says. */
export const isPersonal = ({ conversation }: Activity): boolean =>
  conversation.conversationType === 'personal' && conversation.isGroup !== true && !isShared(conversation.id);

/** Channels, meetings, group chats. Source: the examples in msteams-docs; a personal chat with a bot is `a:…` there. */
export const isShared = (conversationId: string): boolean => conversationId.startsWith('19:');

/** A member of a conversation as the connector describes it. Source: msteams-docs, get-teams-context. */
export const memberRecord = z.object({
  id,
  /** Only shown, so that an odd one refuses nobody. */
  name: z.string().max(512).nullish().catch(undefined),
  aadObjectId: z.string().max(64).nullish(),
  /** Some answers have this in place of `aadObjectId`. */
  objectId: z.string().max(64).nullish(),
  email: z.string().max(320).nullish(),
  userPrincipalName: z.string().max(320).nullish(),
  tenantId: z.string().max(64).nullish(),
  userRole: z.string().max(32).nullish(),
});
export type MemberRecord = z.infer<typeof memberRecord>;
