// Calls to the Bot Connector, answers parsed, failures as values, retried by Microsoft's rule and by nothing else.
import type { Activity } from 'botbuilder';
import type { Logger } from 'pino';
import { z } from 'zod';
import { failed, type Outcome, success } from '../../flows/outcome.ts';
import type { Observe } from '../../outbound/observe.ts';
import type { ConnectorClient, Library } from './library.ts';
import type { Origins } from './origins.ts';
import { type MemberRecord, memberRecord } from './payload.ts';
import type { BotToken } from './token.ts';
import { type Mishap, mishapOf } from './transport.ts';

/** What is posted: one card and no text, because Teams makes two messages of both and tells no id. Or text alone. */
export interface Outgoing {
  readonly type: 'message';
  readonly text?: string;
  /** For notifications. */
  readonly summary?: string;
  readonly attachments?: { readonly contentType: string; readonly content: unknown }[];
}

export interface Connector {
  /** The personal chat with somebody who has the app; the same one each time. */
  createPersonal(serviceUrl: string, userId: string): Promise<Outcome<{ readonly conversationId: string }>>;
  /** A new thread in a channel. */
  createThread(serviceUrl: string, channel: string, activity: Outgoing): Promise<Outcome<Standing>>;
  send(serviceUrl: string, conversationId: string, activity: Outgoing): Promise<Outcome<Standing>>;
  update(serviceUrl: string, at: Standing, activity: Outgoing): Promise<Outcome<void>>;
  member(serviceUrl: string, conversationId: string, memberId: string): Promise<Outcome<MemberRecord>>;
  /** Everybody in a channel; refused where it is too large to be a helpdesk. */
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
const page = z.object({ members: z.array(memberRecord).max(1_000), continuationToken: z.string().nullish() });

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
  const { appId, tenantId } = options;
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
        conversations.createConversation({ isGroup: true, bot, tenantId, channelData, activity: whole(activity) }),
      );
      if (!answer.ok) return answer;
      return success({ conversationId: answer.value.id, activityId: answer.value.activityId });
    },
    async send(serviceUrl, conversationId, activity) {
      const answer = await call('send', serviceUrl, sent, ({ conversations }) =>
        conversations.sendToConversation(conversationId, whole(activity)),
      );
      return answer.ok ? success({ conversationId, activityId: answer.value.id }) : answer;
    },
    async update(serviceUrl, { conversationId, activityId }, activity) {
      const answer = await call('update', serviceUrl, anything, ({ conversations }) =>
        conversations.updateActivity(conversationId, activityId, whole({ ...activity, id: activityId })),
      );
      return answer.ok ? success(undefined) : answer;
    },
    member: (serviceUrl, conversationId, memberId) =>
      call('member', serviceUrl, memberRecord, ({ conversations }) =>
        conversations.getConversationMember(conversationId, memberId),
      ),
    async members(serviceUrl, conversationId) {
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
        all.push(...answer.value.members);
        continuationToken = answer.value.continuationToken ?? '';
        if (continuationToken === '') return success(all);
      }
      return failed({ kind: 'refused', retry: 'never', cause: 'channel-too-large' });
    },
  };
}

type Call = <T>(
  what: string,
  serviceUrl: string,
  answer: z.ZodType<T>,
  ask: (client: ConnectorClient) => Promise<unknown>,
) => Promise<Outcome<T>>;

const triesAtMost = 3;
/** No further try begins after this: somebody may be waiting, and the outbox tries again later anyway. */
const tryUntilMs = 3_000;

function createCalls(options: {
  readonly library: Library;
  readonly token: BotToken;
  readonly origins: Origins;
  readonly log: Logger;
  readonly observe?: Observe;
}): Call {
  const { library, token, origins, log, observe } = options;
  const attempt = async <T>(serviceUrl: string, answer: z.ZodType<T>, ask: Parameters<Call>[3]): Promise<Tried<T>> => {
    try {
      const parsed = answer.safeParse(await ask(await library.clientFor(serviceUrl)));
      if (parsed.success) return { is: 'done', value: parsed.data };
      return { is: 'mishap', failure: { kind: 'malformed', retry: 'never', cause: 'answer-not-understood' } };
    } catch (error) {
      return { is: 'mishap', ...mishapOf(error) };
    }
  };
  return async (what, serviceUrl, answer, ask) => {
    if (!origins.isAllowed(serviceUrl)) {
      return failed({ kind: 'refused', retry: 'never', cause: 'foreign-service-url' });
    }
    const startedAt = performance.now();
    for (let nth = 1; ; nth += 1) {
      const used = await token.read();
      if (!used.ok) return used;
      const triedAt = performance.now();
      const tried = await attempt(serviceUrl, answer, ask);
      observe?.(what, tried.is === 'done' ? 'ok' : tried.failure.kind, performance.now() - triedAt);
      if (tried.is === 'done') return success(tried.value);
      const isRejected = tried.refused?.status === 401;
      if (isRejected) token.drop(used.value);
      // A token may have been revoked before its time; a second 401 means the registration.
      const pauseMs = isRejected ? (nth === 1 ? 0 : undefined) : pauseBefore(tried, nth);
      const elapsedMs = performance.now() - startedAt;
      if (nth >= triesAtMost || pauseMs === undefined || elapsedMs + pauseMs > tryUntilMs) {
        const { kind, cause } = tried.failure;
        log.warn({ event: 'teams.call.failed', call: what, kind, cause }, 'Teams did not do it');
        return failed(tried.failure);
      }
      if (pauseMs > 0) await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  };
}

type Tried<T> = { readonly is: 'done'; readonly value: T } | ({ readonly is: 'mishap' } & Mishap);

/** Source: msteams-docs, rate-limit and conversation-messages: 412, 429, 502, 503 and 504 may be tried again, nothing else. */
const passing = new Set([412, 502, 503, 504]);

function pauseBefore({ refused }: Mishap, nth: number): number | undefined {
  if (refused === undefined) return undefined;
  if (refused.status === 429) return refused.retryAfterMs;
  return passing.has(refused.status) ? 150 * 2 ** nth * (0.5 + Math.random()) : undefined;
}

/** botbuilder's type asks for what only an activity from Teams has. */
const whole = (activity: Outgoing & { readonly id?: string }): Activity => activity as Activity;
