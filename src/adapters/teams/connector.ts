// Calls to the Bot Connector. Answers are parsed, failures are values, and only what Microsoft's rule allows is retried.
import type { Activity } from 'botbuilder';
import type { Logger } from 'pino';
import { z } from 'zod';
import { retry } from '../../concurrency/retry.ts';
import { type Failure, failed, type Outcome, success } from '../../flows/outcome.ts';
import { logFailedCall, notUnderstood } from '../../outbound/failed-call.ts';
import { type Observe, observed } from '../../outbound/observe.ts';
import type { Refused } from './errors.ts';
import type { ConnectorClient, Library } from './library.ts';
import type { Origins } from './origins.ts';
import { type MemberRecord, memberRecord } from './payload.ts';
import type { BotToken } from './token.ts';
import { mishapOf } from './transport.ts';

/** What is posted: one card without text, or text alone. With both, Teams makes two messages and returns no id. */
export interface Outgoing {
  readonly type: 'message';
  readonly text?: string;
  /** Shown in notifications. */
  readonly summary?: string;
  readonly attachments?: { readonly contentType: string; readonly content: unknown }[];
}

export interface Connector {
  /** The personal chat with a person who has the app. Returns the same chat each time. */
  createPersonal(serviceUrl: string, userId: string): Promise<Outcome<{ readonly conversationId: string }>>;
  /** A new thread in a channel. */
  createThread(serviceUrl: string, channel: string, activity: Outgoing): Promise<Outcome<Standing>>;
  send(serviceUrl: string, conversationId: string, activity: Outgoing): Promise<Outcome<Standing>>;
  update(serviceUrl: string, at: Standing, activity: Outgoing): Promise<Outcome<void>>;
  /** Deletes a message of the bot. */
  remove(serviceUrl: string, at: Standing): Promise<Outcome<void>>;
  member(serviceUrl: string, conversationId: string, memberId: string): Promise<Outcome<MemberRecord>>;
  /** All members of a channel. `refused` where it is too large to be a helpdesk. */
  members(serviceUrl: string, conversationId: string): Promise<Outcome<readonly MemberRecord[]>>;
}

export interface Standing {
  readonly conversationId: string;
  readonly activityId: string;
}

const created = z.object({ id: z.string().min(1) });
const createdThread = z.object({ id: z.string().min(1), activityId: z.string().min(1) });
const sent = z.object({ id: z.string().min(1) });
const anything = z.unknown();
/** A member who cannot be read is left out, and may not decide; the others may. */
const page = z.object({
  members: z.array(memberRecord.optional().catch(undefined)).max(1_000),
  continuationToken: z.string().nullish(),
});

const pageSize = 500;
/** Ten thousand people: a channel with more is no helpdesk. */
const pagesAtMost = 20;

export function createConnector(options: {
  readonly library: Library;
  readonly token: BotToken;
  readonly origins: Origins;
  readonly appId: string;
  readonly tenantId: string;
  readonly log: Logger;
  readonly observe?: Observe;
}): Connector {
  const { appId, tenantId, log } = options;
  const call = createCalls(options);
  const bot = { id: `28:${appId}`, name: '' };
  return {
    async createPersonal(serviceUrl, userId) {
      const members = [{ id: userId, name: '' }];
      const parameters = { isGroup: false, bot, members, tenantId, channelData: { tenant: { id: tenantId } } };
      const answer = await call('create', serviceUrl, created, ({ conversations }) =>
        conversations.createConversation(parameters),
      );
      return answer.ok ? success({ conversationId: answer.value.id }) : answer;
    },
    async createThread(serviceUrl, channel, activity) {
      const channelData = { channel: { id: channel }, tenant: { id: tenantId } };
      const answer = await call('create', serviceUrl, createdThread, ({ conversations }) =>
        conversations.createConversation({ isGroup: true, bot, tenantId, channelData, activity: asActivity(activity) }),
      );
      if (!answer.ok) return answer;
      return success({ conversationId: answer.value.id, activityId: answer.value.activityId });
    },
    async send(serviceUrl, conversationId, activity) {
      const answer = await call('send', serviceUrl, sent, ({ conversations }) =>
        conversations.sendToConversation(conversationId, asActivity(activity)),
      );
      return answer.ok ? success({ conversationId, activityId: answer.value.id }) : answer;
    },
    async update(serviceUrl, { conversationId, activityId }, activity) {
      const answer = await call('update', serviceUrl, anything, ({ conversations }) =>
        conversations.updateActivity(conversationId, activityId, asActivity({ ...activity, id: activityId })),
      );
      return answer.ok ? success(undefined) : answer;
    },
    async remove(serviceUrl, { conversationId, activityId }) {
      const answer = await call('delete', serviceUrl, anything, ({ conversations }) =>
        conversations.deleteActivity(conversationId, activityId),
      );
      return answer.ok ? success(undefined) : answer;
    },
    member: (serviceUrl, conversationId, memberId) =>
      call('member', serviceUrl, memberRecord, ({ conversations }) =>
        conversations.getConversationMember(conversationId, memberId),
      ),
    members: (serviceUrl, conversationId) => allMembers(serviceUrl, conversationId, call, log),
  };
}

async function allMembers(
  serviceUrl: string,
  conversationId: string,
  call: Call,
  log: Logger,
): Promise<Outcome<readonly MemberRecord[]>> {
  const all: MemberRecord[] = [];
  let continuationToken = '';
  for (let nth = 0; nth < pagesAtMost; nth += 1) {
    const from = continuationToken;
    const answer = await call('pagedmembers', serviceUrl, page, ({ conversations }) =>
      from === ''
        ? conversations.getConversationPagedMembers(conversationId)
        : conversations.getConversationPagedMembers(conversationId, { pageSize, continuationToken: from }),
    );
    if (!answer.ok) return answer;
    const readable = answer.value.members.filter((member) => member !== undefined);
    const unreadable = answer.value.members.length - readable.length;
    if (unreadable > 0)
      log.warn({ event: 'teams.members.unreadable', unreadable }, 'members of a channel are left out');
    all.push(...readable);
    continuationToken = answer.value.continuationToken ?? '';
    if (continuationToken === '') return success(all);
  }
  return failed({ kind: 'refused', retry: 'never', cause: 'channel-too-large' });
}

type CallName = 'create' | 'send' | 'update' | 'delete' | 'member' | 'pagedmembers';

type Call = <T>(
  what: CallName,
  serviceUrl: string,
  answer: z.ZodType<T>,
  ask: (client: ConnectorClient) => Promise<unknown>,
) => Promise<Outcome<T>>;

const triesAtMost = 3;
/** No further try begins after this time: somebody may be waiting, and the outbox tries again later anyway. */
const tryUntilMs = 3_000;

function createCalls(options: {
  readonly library: Library;
  readonly token: BotToken;
  readonly origins: Origins;
  readonly log: Logger;
  readonly observe?: Observe;
}): Call {
  const { library, token, origins, log, observe } = options;
  return async (what, serviceUrl, answer, ask) => {
    if (!origins.isAllowed(serviceUrl)) {
      return failed({ kind: 'refused', retry: 'never', cause: 'foreign-service-url' });
    }
    let refused: Refused | undefined;
    const attempt = async () => {
      refused = undefined;
      const used = await token.read();
      if (!used.ok) return used;
      return observed(observe, what, async () => {
        try {
          return parsed(answer, await ask(await library.clientFor(serviceUrl)));
        } catch (error) {
          const mishap = mishapOf(error);
          refused = mishap.refused;
          if (refused?.status === 401) token.drop(used.value);
          return failed(mishap.failure);
        }
      });
    };
    const pauseMs = (failure: Failure, tries: number) =>
      refused === undefined && failure.kind === 'unreachable'
        ? pauseWithoutAnswer(what, tries)
        : pauseBefore(refused, tries);
    const outcome = await retry(attempt, { triesAtMost, withinMs: tryUntilMs, pauseMs });
    const about = { event: 'teams.call.failed', call: what } as const;
    if (!outcome.ok) logFailedCall(log, about, outcome.failure, 'a call to Teams failed');
    return outcome;
  };
}

function parsed<T>(answer: z.ZodType<T>, given: unknown): Outcome<T> {
  const read = answer.safeParse(given);
  if (read.success) return success(read.data);
  return failed(notUnderstood(read.error.issues));
}

/** A press or a request waits for their answer, and nobody else would ask again. A redraw is repeated by whoever ordered it. */
const reads: ReadonlySet<CallName> = new Set(['member', 'pagedmembers']);

/** After a call without an answer. One more try of a read, soon: usually only this one connection was broken. */
const pauseWithoutAnswer = (what: CallName, tries: number): number | undefined =>
  reads.has(what) && tries === 1 ? 100 + Math.random() * 200 : undefined;

/** Source: msteams-docs, rate-limit and conversation-messages: 412, 429, 502, 503 and 504 may be tried again, nothing else. */
const passing = new Set([412, 502, 503, 504]);

function pauseBefore(refused: Refused | undefined, tries: number): number | undefined {
  if (refused === undefined) return undefined;
  // The first 401 may mean that the token was revoked early. A second one, with a new token, means that the registration is wrong.
  if (refused.status === 401) return tries === 1 ? 0 : undefined;
  if (refused.status === 429) return refused.retryAfterMs;
  return passing.has(refused.status) ? 150 * 2 ** tries * (0.5 + Math.random()) : undefined;
}

/** botbuilder's type demands fields that only an activity from Teams has. */
const asActivity = (activity: Outgoing & { readonly id?: string }): Activity => activity as Activity;
