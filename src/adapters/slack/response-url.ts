// Slack's `response_url`: allows five answers within 30 minutes, also in channels without the bot. We post only to Slack's own origin.
import { failed, type Outcome, success } from '../../flows/outcome.ts';
import { readAnswer } from '../../outbound/answer-text.ts';
import { type Observe, observed } from '../../outbound/observe.ts';
import { badStatus, pauseSeconds, rateLimited, slackFailure } from './errors.ts';

/** `replace`: replaces the pressed message. `whisper`: a new ephemeral message that only the person sees. */
export type Response = 'replace' | 'whisper';

export interface ResponseUrls {
  send(url: string, how: Response, body: Readonly<Record<string, unknown>>): Promise<Outcome<void>>;
}

const slackOrigin = 'https://hooks.slack.com';
const timeoutMs = 2_500;

export function createResponseUrls(apiUrl: string | undefined, observe?: Observe): ResponseUrls {
  const origins = new Set([slackOrigin, ...(apiUrl === undefined ? [] : [new URL(apiUrl).origin])]);
  return {
    async send(url, how, body) {
      if (!URL.canParse(url) || !origins.has(new URL(url).origin)) {
        return failed({ kind: 'refused', retry: 'never', cause: 'response-url-of-a-stranger' });
      }
      const replace_original = how === 'replace';
      const visibility = replace_original ? {} : { response_type: 'ephemeral' };
      return observed(observe, 'response_url', () => post(url, { ...visibility, replace_original, ...body }));
    },
  };
}

async function post(url: string, body: Readonly<Record<string, unknown>>): Promise<Outcome<void>> {
  try {
    const answer = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json; charset=utf-8' },
      body: JSON.stringify(body),
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
    });
    const text = await readAnswer(answer);
    if (answer.status === 429) return failed(rateLimited(pauseSeconds(answer.headers)));
    // Slack answers with a word or with JSON. A page is a gateway's, whatever its status.
    if (answer.status >= 500 || text === undefined || text.trimStart().startsWith('<'))
      return failed(badStatus(answer.status));
    if (answer.ok) return success(undefined);
    return failed({ kind: 'refused', retry: 'never', cause: `http-${answer.status}` });
  } catch (error) {
    return failed(slackFailure(error));
  }
}
