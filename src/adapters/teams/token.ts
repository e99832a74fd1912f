// The bot's own token, from Entra by client credentials: one request for all callers at once, cached until shortly before it expires.
// Replaces MSAL, which accepts only Microsoft's own addresses.
import type { Logger } from 'pino';
import { z } from 'zod';
import { createAnswerCache } from '../../concurrency/answer-cache.ts';
import { type Failure, failed, type Outcome, success } from '../../flows/outcome.ts';
import type { Clock } from '../../flows/ports.ts';
import { parseJson, readAnswer } from '../../outbound/answer-text.ts';
import { networkFailure } from '../../outbound/network-error.ts';
import { type Observe, observed } from '../../outbound/observe.ts';
import { retryAfterMs } from '../../outbound/retry-after.ts';
import { withoutEnd } from '../../text/bounded-text.ts';
import { loginFailure, notEntra, type Refused } from './errors.ts';

export interface BotToken {
  read(): Promise<Outcome<string>>;
  /** To be called when the connector did not accept it: the next `read` requests a new one. */
  drop(token: string): void;
}

const scope = 'https://api.botframework.com/.default';
const askMs = 2_500;
/** So that no token expires while a request is under way. */
const marginSeconds = 300;
const answerShape = z.object({ access_token: z.string().min(1), expires_in: z.coerce.number().positive() });
type Login = z.infer<typeof answerShape>;

const keptMs = (login: Outcome<Login>): number =>
  login.ok ? Math.max(login.value.expires_in - marginSeconds, login.value.expires_in / 2) * 1000 : 0;

export function createBotToken(options: {
  readonly loginUrl: string;
  readonly tenantId: string;
  readonly appId: string;
  readonly appPassword: string;
  readonly clock: Clock;
  readonly log: Logger;
  readonly observe?: Observe;
}): BotToken {
  const { loginUrl, tenantId, appId, appPassword, clock, log, observe } = options;
  const url = `${withoutEnd(loginUrl, '/')}/${tenantId}/oauth2/v2.0/token`;
  const form = { grant_type: 'client_credentials', client_id: appId, client_secret: appPassword, scope };
  const ask = async (): Promise<Outcome<Login>> => {
    const answered = await observed(observe, 'login', () => post(url, form));
    if (!answered.ok) {
      const { kind, cause } = answered.failure;
      log.warn({ event: 'teams.login.failed', kind, cause }, 'could not get a token from Entra');
    }
    return answered;
  };
  const logins = createAnswerCache({ ask, keptMs, atMost: 1, now: clock.now });
  return {
    async read() {
      const login = await logins.get('bot');
      return login.ok ? success(login.value.access_token) : login;
    },
    drop(token) {
      const known = logins.known('bot');
      if (known?.ok && known.value.access_token === token) logins.forget('bot');
    },
  };
}

async function post(url: string, form: Record<string, string>): Promise<Outcome<Login>> {
  try {
    const body = new URLSearchParams(form);
    const response = await fetch(url, { method: 'POST', body, signal: AbortSignal.timeout(askMs), redirect: 'error' });
    const text = await readAnswer(response);
    if (text === undefined) return failed(notUnderstood);
    if (!response.ok) return failed(loginFailure(refusedBy(response), text));
    const answer = parseJson(text);
    if (answer === undefined) return failed(notEntra(response.status));
    const parsed = answerShape.safeParse(answer);
    return parsed.success ? success(parsed.data) : failed(notUnderstood);
  } catch (error) {
    return failed(unsent(networkFailure(error)));
  }
}

function refusedBy({ status, headers }: Response): Refused {
  const pauseMs = retryAfterMs(headers.get('retry-after'), Date.now());
  return pauseMs === undefined ? { status } : { status, retryAfterMs: pauseMs };
}

/** Without a token the call to Teams never left. */
const unsent = (failure: Failure): Failure =>
  failure.kind === 'unreachable' ? { ...failure, mayHaveHappened: false } : failure;

const notUnderstood: Failure = { kind: 'malformed', retry: 'never', cause: 'login-not-understood' };
