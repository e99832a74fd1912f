// Translates Slack's errors into `Failure`, by code and HTTP status, never by error texts. No text of an answer is passed on.
import { WebAPIHTTPError, WebAPIPlatformError, WebAPIRateLimitedError, WebAPIRequestError } from '@slack/web-api';
import type { Failure } from '../../flows/outcome.ts';
import { networkFailure } from '../../outbound/network-error.ts';
import { retryAfterMs } from '../../outbound/retry-after.ts';

const misconfigured: Readonly<Record<string, string>> = {
  invalid_auth: 'Set SLACK_BOT_TOKEN to the bot token of the installed app.',
  not_authed: 'Set SLACK_BOT_TOKEN to the bot token of the installed app.',
  account_inactive: 'The app was removed from the workspace: install it again and set SLACK_BOT_TOKEN.',
  token_revoked: 'The token was revoked: install the app again and set SLACK_BOT_TOKEN.',
  token_expired: 'The token expired: install the app again and set SLACK_BOT_TOKEN.',
  missing_scope: 'Install the app again with the scopes of the manifest (`latchkey manifest slack`).',
  no_permission: 'Install the app again with the scopes of the manifest (`latchkey manifest slack`).',
  not_allowed_token_type: 'SLACK_BOT_TOKEN must be a bot token (xoxb-…).',
  access_denied: 'The workspace forbids this app what it asked for: ask its owners.',
  ekm_access_denied: 'The workspace holds its encryption keys back: ask its owners.',
  not_in_channel: 'Invite the bot to the helpdesk channel.',
  is_archived: 'The helpdesk channel is archived: name another in the policy.',
  restricted_action: 'The workspace restricts who may post in this channel: allow the app.',
  messages_tab_disabled: 'Turn the messages tab on: install the app from the manifest.',
  invalid_app_id: 'SLACK_BOT_TOKEN belongs to another app.',
};

/** Not mended within a minute, as credentials in the middle of a rotation are: somebody has to install the app again. */
const lasting: ReadonlySet<string> = new Set(['missing_scope', 'no_permission', 'not_allowed_token_type']);

const absent = new Set([
  'user_not_found',
  'users_not_found',
  'user_not_visible',
  'channel_not_found',
  'message_not_found',
  'not_found',
  'view_not_found',
  'bot_not_found',
]);

const passing = new Set([
  'internal_error',
  'fatal_error',
  'service_unavailable',
  'request_timeout',
  'team_added_to_org',
  'internal_server_error',
]);

const codeShape = /^[a-z][a-z0-9_]{1,63}$/;

export function slackFailure(error: unknown): Failure {
  if (error instanceof WebAPIRateLimitedError) return rateLimited(error.retryAfter);
  if (error instanceof WebAPIPlatformError) return refusal(error.data.error);
  if (error instanceof WebAPIHTTPError) return badStatus(error.statusCode);
  if (error instanceof WebAPIRequestError) return networkFailure(error.original);
  return networkFailure(error);
}

/** Whether the message or window no longer exists, so that it need not be redrawn. */
export function meansGone(failure: Failure): boolean {
  if (failure.kind === 'absent') return true;
  return failure.kind === 'refused' && goneCodes.has(failure.cause);
}
const goneCodes = new Set(['cant_update_message', 'edit_window_closed', 'is_inactive', 'thread_not_found']);

function refusal(code: unknown): Failure {
  // If an answer is not JSON, the client puts its whole text in place of the code: an error page of a proxy, or of Slack itself.
  // Like a 5xx it is temporary, and the call may have been carried out.
  if (typeof code !== 'string' || !codeShape.test(code)) {
    return { kind: 'unreachable', retry: 'later', mayHaveHappened: true, cause: 'answer-not-understood' };
  }
  if (code === 'ratelimited' || code === 'rate_limited') return rateLimited(1);
  const remedy = misconfigured[code];
  if (remedy !== undefined)
    return { kind: 'misconfigured', retry: lasting.has(code) ? 'never' : 'later', cause: code, remedy };
  if (absent.has(code)) return { kind: 'absent', retry: 'never', cause: code };
  if (passing.has(code)) return { kind: 'unreachable', retry: 'later', mayHaveHappened: true, cause: code };
  return { kind: 'refused', retry: 'never', cause: code };
}

/**
 * Slack answers 200 even if it refuses. Any other status comes from an overloaded Slack or from a gateway in between, so it passes,
 * and the call may have been carried out.
 */
export function badStatus(status: number): Failure {
  return { kind: 'unreachable', retry: 'later', mayHaveHappened: true, cause: `http-${status}` };
}

export function rateLimited(seconds: number): Failure {
  return { kind: 'rate-limited', retry: 'later', retryAfterMs: Math.max(1, seconds) * 1000, cause: 'ratelimited' };
}

/** The pause after a 429 without Retry-After. */
const unknownPauseSeconds = 30;

/** How long a 429 asks us to wait. */
export function pauseSeconds(headers: Headers): number {
  const ms = retryAfterMs(headers.get('retry-after'), Date.now());
  return ms === undefined ? unknownPauseSeconds : Math.ceil(ms / 1000);
}
