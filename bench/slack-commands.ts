// `/unlock` as Slack sends it, with its signature.
import { createHmac } from 'node:crypto';
import { userId, workspace } from './settings.ts';
import type { SignedRequest } from './signed-request.ts';

/**
 * The same command, delivered this many times; each delivery has another timestamp, so that none is refused as a
 * replay.
 */
export function slackCommand(nth: number, trigger: string, deliveries = 1): readonly SignedRequest[] {
  const body = new URLSearchParams({
    token: 'retired-verification-token',
    team_id: workspace.teamId,
    team_domain: 'acme',
    channel_id: 'C0GENERAL',
    channel_name: 'general',
    user_id: userId(nth),
    user_name: `bench${nth}`,
    command: '/unlock',
    text: '',
    api_app_id: workspace.appId,
    is_enterprise_install: 'false',
    response_url: 'https://hooks.slack.com/commands/T0ACME001/1/none',
    trigger_id: trigger,
  }).toString();
  const now = Math.floor(Date.now() / 1000);
  return Array.from({ length: deliveries }, (_, delivery) => sign(body, String(now - delivery)));
}

function sign(body: string, timestamp: string): SignedRequest {
  const mac = createHmac('sha256', workspace.signingSecret).update(`v0:${timestamp}:${body}`).digest('hex');
  return {
    path: '/slack/events',
    body,
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'content-length': Buffer.byteLength(body),
      'x-slack-request-timestamp': timestamp,
      'x-slack-signature': `v0=${mac}`,
    },
  };
}
