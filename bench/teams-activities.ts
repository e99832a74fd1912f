// What Teams sends with the connector's token: the message `unlock` in a personal chat, or the event that somebody was
// added to it.
import { randomUUID } from 'node:crypto';
import { botIdOf } from '../playground/teams/identifiers.ts';
import { objectId, teamsApp, teamsChat, teamsId } from './settings.ts';
import type { SignedRequest } from './signed-request.ts';

export type Says = 'unlock' | 'has come';

export interface ConnectorToken {
  readonly serviceUrl: string;
  /** The complete Authorization header, as the connector signs it. One header serves very many requests. */
  readonly authorization: string;
}

/** The same message, delivered this many times; Teams keeps the activity id when it sends something again. */
export function teamsActivity(
  nth: number,
  connectorToken: ConnectorToken,
  says: Says,
  deliveries = 1,
): readonly SignedRequest[] {
  const { serviceUrl, authorization } = connectorToken;
  const timestamp = new Date().toISOString();
  const body = JSON.stringify({
    ...(says === 'unlock'
      ? { type: 'message', text: 'unlock', textFormat: 'plain' }
      : { type: 'conversationUpdate', membersAdded: [{ id: botIdOf(teamsApp.appId) }] }),
    id: randomUUID(),
    timestamp,
    localTimestamp: timestamp.replace('Z', '+00:00'),
    channelId: 'msteams',
    serviceUrl,
    from: { id: teamsId(nth), aadObjectId: objectId(nth), name: 'Bench Resident' },
    conversation: { conversationType: 'personal', tenantId: teamsApp.tenantId, id: teamsChat(nth) },
    recipient: { id: botIdOf(teamsApp.appId), name: 'Latchkey' },
    entities: [{ locale: 'en-US', country: 'US', platform: 'Web', timezone: 'UTC', type: 'clientInfo' }],
    channelData: { tenant: { id: teamsApp.tenantId } },
    locale: 'en-US',
    localTimezone: 'UTC',
  });
  const signed: SignedRequest = {
    path: '/api/messages',
    body,
    headers: {
      'user-agent': 'Microsoft-SkypeBotApi (Microsoft-BotFramework/3.0)',
      'content-type': 'application/json; charset=utf-8',
      'content-length': Buffer.byteLength(body),
      authorization,
    },
  };
  return Array.from({ length: deliveries }, () => signed);
}
