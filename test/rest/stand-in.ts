// The routes of the REST flow with test doubles behind them: a session that does nothing, but for what a test says.
import fastify, { type FastifyBaseLogger, type FastifyInstance } from 'fastify';
import { createRest } from '../../src/adapters/rest/rest.ts';
import { copy } from '../../src/bot/copy/language.ts';
import { actorId, instant } from '../../src/flows/ids.ts';
import type { SelfServiceAccess } from '../../src/flows/self-service-access.ts';
import { leaveBodiesUnread } from '../../src/inbound/request-body.ts';
import { createLogger } from '../../src/observability/logger.ts';
import { root } from './client.ts';

export interface RestStandIn {
  readonly server: FastifyInstance;
  /** Of a session that was just begun. */
  readonly cookie: string;
  readonly lines: readonly string[];
}

export async function createStandIn(access: Partial<SelfServiceAccess>): Promise<RestStandIn> {
  const lines: string[] = [];
  const loggerInstance: FastifyBaseLogger = createLogger({
    level: 'trace',
    stream: { write: (line: string) => void lines.push(line) },
  });
  const server: FastifyInstance = fastify({ loggerInstance });
  leaveBodiesUnread(server);
  const nothing = async () => ({ is: 'unknown' as const });
  await server.register(
    createRest({
      access: {
        begin: (kind) => ({ id: 'a-session', kind }),
        identify: async () => ({ is: 'asked' }),
        standing: async () => 'new',
        check: async () => ({ is: 'ended' }),
        resend: async () => ({ is: 'ended' }),
        proven: async () => undefined,
        end: async () => undefined,
        actorOf: ({ id }) => actorId({ platform: 'web', tenant: 'typed', user: id }),
        ...access,
      },
      requests: {
        ...{ submitCode: nothing, submitRecoveryCode: nothing, useRecoveryCode: nothing },
        ...{ reconsider: nothing, choose: nothing, resend: nothing },
      },
      passwords: { open: async () => ({ is: 'dead' }), submit: async () => ({ is: 'dead' }) },
      links: { tokenOf: () => undefined, urlOf: () => undefined },
      clock: { now: () => instant(0) },
      ...{ proof: 'email', seconds: { before: 900, after: 3_600 }, words: copy.rest },
      ...{ cookieKeys: [new Uint8Array(32)], publicUrl: 'https://latchkey.example.com' },
    }),
  );
  const { headers } = await server.inject({ method: 'POST', url: `${root}/flows/password-reset/select` });
  const [cookie = ''] = String(headers['set-cookie']).split(';', 1);
  return { server, cookie, lines };
}
