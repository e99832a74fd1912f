// The server with test doubles behind it: a link service with one link, a log that is recorded, metrics that count.
import type { FastifyInstance } from 'fastify';
import { copy } from '../../src/bot/copy/language.ts';
import { instant } from '../../src/flows/ids.ts';
import type { PasswordChange } from '../../src/flows/ports.ts';
import { createLogger } from '../../src/observability/logger.ts';
import { createMetrics } from '../../src/observability/metrics.ts';
import type { LinkAccess, Opened } from '../../src/web/link-access.ts';
import { createServer, type ServerOptions } from '../../src/web/server.ts';

export const liveToken = `${'L'.repeat(22)}.${'m'.repeat(43)}`;
export const deadToken = `${'D'.repeat(22)}.${'m'.repeat(43)}`;
export const busyToken = `${'B'.repeat(22)}.${'m'.repeat(43)}`;
export const ticket = 'https://acme.eu.auth0.com/u/reset-verify?ticket=Zx9plantedTicket#';

/** One link that opens once. `answers` are the results of the next openings; the last one is repeated. */
export function createLinks(
  answers: readonly Opened[] = [{ is: 'ticket', url: ticket }, { is: 'dead' }],
  givenName?: string,
) {
  const opened: string[] = [];
  const looked: string[] = [];
  let next = 0;
  const links: LinkAccess = {
    look: async (token) => {
      looked.push(token);
      if (token === busyToken) return { is: 'busy' };
      if (token !== liveToken || opened.length > 0) return { is: 'dead' };
      return givenName === undefined ? { is: 'live' } : { is: 'live', givenName };
    },
    open: async (token) => {
      if (token === busyToken) return { is: 'busy' };
      if (token !== liveToken) return { is: 'dead' };
      opened.push(token);
      const answer = answers[Math.min(next, answers.length - 1)] ?? { is: 'dead' };
      next += 1;
      return answer;
    },
    submit: async () => ({ is: 'dead' }),
  };
  return { links, opened, looked };
}

export interface StandIn {
  readonly server: FastifyInstance;
  readonly lines: readonly string[];
  readonly changes: readonly PasswordChange[];
  readonly metricsText: () => Promise<string>;
}

export async function createStandIn(change: Partial<ServerOptions> = {}): Promise<StandIn> {
  const lines: string[] = [];
  const changes: PasswordChange[] = [];
  const metrics = createMetrics({
    tally: async () => ({ open: {}, waitingEffects: 0 }),
    clock: { now: () => instant(0) },
  });
  const server = await createServer({
    publicUrl: 'https://latchkey.example.com',
    auth0Origin: 'https://acme.eu.auth0.com',
    trustProxy: ['127.0.0.1'],
    companyName: 'Acme Rockets',
    words: copy.pages,
    links: createLinks().links,
    onPasswordChanged: (changed) => void changes.push(changed),
    ready: async () => ({ ok: true, parts: { database: 'ok' }, checks: { 'auth0.scopes': 'warning' } }),
    metrics,
    log: createLogger({ level: 'trace', stream: { write: (line) => void lines.push(line) } }),
    ...change,
  });
  return { server, lines, changes, metricsText: () => metrics.text() };
}
