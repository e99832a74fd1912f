// Ids in Teams' formats. The same person and bot always get the same ids.
import { createHash } from 'node:crypto';

function digest(...parts: readonly string[]): string {
  return createHash('sha512').update(parts.join('\n')).digest('base64url');
}

export function botIdOf(appId: string): string {
  return `28:${appId}`;
}

/** `29:…`, the id of a person for one bot: another bot gets another id. */
export function personIdOf(appId: string, aadObjectId: string): string {
  return `29:1${digest('person', appId, aadObjectId)}`;
}

/** `a:…`, the id of the personal chat of a person with a bot. */
export function personalIdOf(appId: string, aadObjectId: string): string {
  return `a:1${digest('personal', appId, aadObjectId)}`;
}

/** The team's id equals the channel's id for the General channel only. */
export function teamIdOf(channelId: string): string {
  return `19:${digest('team', channelId).slice(0, 43)}@thread.tacv2`;
}

export type ThreadId = { readonly channelId: string; readonly rootId: string | undefined };

export function threadIdOf(channelId: string, rootId: string): string {
  return `${channelId};messageid=${rootId}`;
}

export function splitThreadId(conversationId: string): ThreadId {
  const [channelId = '', rootId] = conversationId.split(';messageid=');
  return { channelId, rootId };
}

/** Message ids are epoch milliseconds, each greater than the one before. */
export function createMessageIds(now: () => number): () => string {
  let last = 0;
  return () => {
    last = Math.max(last + 1, Math.floor(now()));
    return String(last);
  };
}
