// The one HTTP server: what holds for every route, and the routes that are ours. Platforms bring theirs as plugins.
import { randomBytes } from 'node:crypto';
import fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyPluginAsync,
  type FastifyRequest,
  LogController,
} from 'fastify';
import type { Logger } from 'pino';
import type { PasswordChange } from '../flows/ports.ts';
import { createRefusalLog } from '../inbound/refusal-log.ts';
import { leaveBodiesUnread, mayBeLong } from '../inbound/request-body.ts';
import type { Metrics } from '../observability/metrics.ts';
import type { PageCopy } from '../text/page-copy.ts';
import { createAbout } from './about-route.ts';
import { addErrorPages, routeOf } from './error-pages.ts';
import { createGo, type LinkAccess } from './go.ts';
import { addHeaders } from './headers.ts';
import { createHealth, type Readiness } from './health.ts';
import { createHooks } from './hooks.ts';
import { createPages } from './pages/pages.ts';

export interface ServerOptions {
  readonly publicUrl: string;
  /** Where requests to the provider go, and where its ticket pages may therefore stand. */
  readonly auth0Origin: string;
  /** Further origins at which ticket pages stand, e.g. the tenant's own where requests go through a proxy. */
  readonly ticketOrigins?: readonly string[];
  readonly companyName: string;
  /** What the pages say. */
  readonly words: PageCopy;
  readonly links: LinkAccess;
  readonly webhookSecret?: string;
  onPasswordChanged(change: PasswordChange): Promise<void> | void;
  ready(): Promise<Readiness>;
  readonly metrics: Pick<Metrics, 'answered' | 'hookSkipped' | 'text' | 'contentType'>;
  readonly log: Logger;
  readonly plugins?: readonly FastifyPluginAsync[];
  /** Whose word about the visitor's address is believed: proxies on this machine or in a private network. */
  readonly trustProxy?: readonly string[];
  readonly visitsPerMinute?: number;
}

/** As many as all headers together may have. */
const pathCharsAtMost = 16 * 1024;
const privateNetworks = ['loopback', 'linklocal', 'uniquelocal'];

/** Not listening yet. `close` stops taking requests and waits for those under way. */
export async function createServer(options: ServerOptions): Promise<FastifyInstance> {
  const { publicUrl, links, metrics } = options;
  const server = createInstance(options);
  const pages = createPages(options.companyName, options.words);
  const ticketOrigins = [...new Set([options.auth0Origin, ...(options.ticketOrigins ?? [])])];
  await addHeaders(server, { publicUrl, ticketOrigins });
  addAccessLog(server, metrics);
  leaveBodiesUnread(server);
  closeBehindUnread(server);
  closeBehindLastAnswers(server);
  addErrorPages(server, pages);
  const { visitsPerMinute, webhookSecret: secret } = options;
  await server.register(
    createGo({ links, pages, publicUrl, ticketOrigins, ...(visitsPerMinute === undefined ? {} : { visitsPerMinute }) }),
  );
  await server.register(createAbout(pages));
  await server.register(createHealth({ ready: options.ready, metrics }));
  await server.register(
    createHooks({
      ...(secret === undefined ? {} : { secret }),
      onPasswordChanged: options.onPasswordChanged,
      onSkipped: metrics.hookSkipped,
    }),
  );
  for (const plugin of options.plugins ?? []) await server.register(plugin);
  return server;
}

function createInstance({ log, trustProxy = privateNetworks }: ServerOptions): FastifyInstance {
  const loggerInstance: FastifyBaseLogger = log;
  return fastify({
    loggerInstance,
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'request' }),
    trustProxy: [...trustProxy],
    // Of our own making: a caller's would be a stranger's text in the log.
    requestIdHeader: false,
    genReqId: createIds(),
    // A slow sender is cut off; a slow answer, behind which Auth0 may think for a while, is not.
    requestTimeout: 15_000,
    connectionTimeout: 60_000,
    // Longer than the usual 60 s of load balancers, which would otherwise send into a closing connection.
    keepAliveTimeout: 72_000,
    // Looked after every few seconds: Node's own half minute would make the fifteen seconds up to forty-five.
    http: { headersTimeout: 10_000, maxHeaderSize: 16 * 1024, connectionsCheckingInterval: 2_000 },
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: 16 * 1024 },
    rewriteUrl: ({ url = '/' }) => (isReadable(url) ? url : unreadable(url)),
  });
}

/** Told apart over restarts and instances by their beginning, within a process by their end. */
function createIds(): () => string {
  const beginning = randomBytes(6).toString('base64url');
  let count = 0;
  return () => {
    count += 1;
    return `${beginning}-${count.toString(36)}`;
  };
}

/** The router answers a broken percent sign by itself and without our headers: such an address is simply no page. */
export const isReadable = (url: string): boolean => {
  try {
    if (url.length > pathCharsAtMost) return false;
    return decodeURIComponent(url.split('?', 1)[0] ?? '') !== '';
  } catch {
    return false;
  }
};
const unreadable = (url: string): string => (url.startsWith('/go/') ? '/go/-' : '/-');

/** What nobody wanted to read is not taken off the wire either, where it may be long: with the answer the connection ends. */
function closeBehindUnread(server: FastifyInstance): void {
  server.addHook('onSend', async ({ raw, headers }, reply) => {
    if (!raw.complete && mayBeLong(headers)) reply.header('connection', 'close');
  });
}

/** A browser keeps its connection for another minute; whoever is asked to stop waits for answers, not for that. */
function closeBehindLastAnswers(server: FastifyInstance): void {
  let isClosing = false;
  server.addHook('preClose', async () => {
    isClosing = true;
  });
  server.addHook('onResponse', async () => {
    if (isClosing) setImmediate(() => server.server.closeIdleConnections());
  });
}

/** What machines ask all day long is counted, and only written down where it went wrong. */
const isForPeople = (route: string): boolean => route.startsWith('/go/');
/** The route says itself what it refused, and counts where that is often: see its plugin. */
const isLoggedElsewhere = ({ routeOptions }: FastifyRequest, status: number): boolean =>
  'isRefusalLogged' in routeOptions.config && status < 500;

type Refused = 'no-such-page' | 'too-many' | 'dead-link' | 'foreign' | 'too-large';

/** What anybody can have as often as they like: counted, like every refusal, and not written down one by one. */
function refusalOf(route: string, status: number): Refused | undefined {
  if (status === 429) return 'too-many';
  if (status === 413) return 'too-large';
  if (isForPeople(route) && status === 404) return 'dead-link';
  if (isForPeople(route) && status === 403) return 'foreign';
  return route === 'none' && status < 500 ? 'no-such-page' : undefined;
}

function addAccessLog(server: FastifyInstance, metrics: Pick<Metrics, 'answered'>): void {
  const refusals = createRefusalLog<Refused>(server.log, 'web.refused');
  server.addHook('onClose', async () => refusals.stop());
  server.addHook('onResponse', async (request, reply) => {
    const route = routeOf(request);
    const status = reply.raw.statusCode;
    const ms = Math.round(reply.elapsedTime);
    metrics.answered(route, status, ms);
    const refused = refusalOf(route, status);
    if (refused !== undefined) refusals.note(refused);
    const isCounted = refused !== undefined || isLoggedElsewhere(request, status);
    const isWorthALine = !isCounted && (isForPeople(route) || status >= 400);
    request.log[isWorthALine ? 'info' : 'debug']({ method: request.method, route, status, ms }, 'answered');
  });
}
