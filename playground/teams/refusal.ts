// The connector's error answers, by their documented codes, and the type of every answer of this server.
// Source: MicrosoftDocs/msteams-docs, conversation-messages, "Status codes from bot conversational APIs".
import type { Json } from '../json.ts';

export type Answer = {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
};

const REFUSALS = {
  BadSyntax: [400, 'Bad format of the request.'],
  BadArgument: [400, 'Bad argument.'],
  BotDisabledByAdmin: [403, 'The tenant admin disabled this bot'],
  BotNotInConversationRoster: [403, 'The bot is not part of the conversation roster.'],
  ConversationBlockedByUser: [403, 'User blocked the conversation with the bot.'],
  ForbiddenOperationException: [403, "Bot isn't installed in user's personal scope"],
  MessageWritesBlocked: [403, 'Thread is in read-only state.'],
  NotEnoughPermissions: [403, 'User forbidden to perform action.'],
  ActivityNotFoundInConversation: [404, 'Message does not exist in the thread.'],
  ConversationNotFound: [404, 'Conversation not found.'],
  MemberNotFoundInConversation: [404, 'Member not found in the conversation.'],
  PreconditionFailed: [412, 'Precondition failed, please try again.'],
  MessageSizeTooBig: [413, 'Message size too large.'],
  Throttled: [429, 'Too many requests.'],
  ServiceError: [502, 'Unknown'],
} as const;

export type RefusalCode = keyof typeof REFUSALS;

export function refused(code: RefusalCode, message?: string): Answer {
  const [status, text] = REFUSALS[code];
  return { status, body: { error: { code, message: message ?? text } } };
}

export function throttled(retryAfterSeconds: number): Answer {
  return { ...refused('Throttled'), headers: { 'retry-after': String(retryAfterSeconds) } };
}

/** The answer to a token that the connector refuses; the same text whatever is wrong with the token. */
export const DENIED: Answer = {
  status: 401,
  body: { message: 'Authorization has been denied for this request.' },
  headers: { 'www-authenticate': 'Bearer' },
};

export function done(status: number, body: Json | readonly Json[]): Answer {
  return { status, body };
}
