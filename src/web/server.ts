// The HTTP server: settings for all routes, and the platform-neutral routes. The adapters add theirs as plugins.
import { randomBytes } from 'node:crypto';
import fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyPluginAsync,
  type FastifyRequest,
  LogController,
} from 'fastify';
import type { Logger } from 'pino';
import { answeredWithinMs } from '../concurrency/stop-times.ts';
import { withWorkContext } from '../concurrency/work-context.ts';
import type { PasswordChange } from '../flows/ports.ts';
import { createRefusalLog } from '../inbound/refusal-log.ts';
import { leaveBodiesUnread, mayBeLong } from '../inbound/request-body.ts';
import type { Metrics } from '../observability/metrics.ts';
import type { PageCopy } from '../text/page-copy.ts';
import { createAbout } from './about-route.ts';
import type { ChangeOptions } from './change.ts';
import { createEnrolmentPages } from './enrolment.ts';
import type { EnrolmentOptions } from './enrolment-desk.ts';
import { addErrorPages, routeOf } from './error-pages.ts';
import { createGo } from './go.ts';
import { addHeaders } from './headers.ts';
import { createHealth, type Readiness } from './health.ts';
import { createHooks } from './hooks.ts';
import type { LinkAccess } from './link-access.ts';
import { createPages } from './pages/pages.ts';
import { createRecovery } from './recovery.ts';
import type { RecoveryOptions } from './recovery-desk.ts';
import { addSelfProof, type ProofKeys } from './self-proof.ts';

export interface ServerOptions {
  readonly publicUrl: string;
  /** The origin of the provider's API. Ticket pages may be there too. */
  readonly auth0Origin: string;
  /** Further origins of ticket pages, e.g. the tenant's own if API requests go through a proxy. */
  readonly ticketOrigins?: readonly string[];
  readonly companyName: string;
  /** Whether the helpdesk has a channel in which it hears of a change that somebody did not make. Default: it has none. */
  readonly isHelpdeskTold?: boolean;
  /** Some people choose their password on a page of ours. Default: nobody does. */
  readonly isPasswordSetHere?: boolean;
  /** The texts of the pages. */
  readonly words: PageCopy;
  readonly links: LinkAccess;
  /** The sign-in of somebody who knows their password. Absent: nobody changes one so. */
  readonly change?: ChangeOptions;
  /** The pages under `/enrol`. Absent: they do not exist. */
  readonly enrolment?: Omit<EnrolmentOptions, 'pages' | 'publicUrl' | 'visitsPerMinute'>;
  /** The pages under `/recover`. Absent: they do not exist. */
  readonly recovery?: Omit<RecoveryOptions, 'pages' | 'publicUrl' | 'visitsPerMinute'>;
  readonly webhookSecret?: string;
  onPasswordChanged(change: PasswordChange): Promise<void> | void;
  ready(): Promise<Readiness>;
  readonly metrics: Pick<Metrics, 'answered' | 'hookSkipped' | 'text' | 'contentType'>;
  readonly log: Logger;
  readonly plugins?: readonly FastifyPluginAsync[];
  /** Proxies whose `X-Forwarded-For` is believed. Default: nobody's. */
  readonly trustProxy?: readonly string[];
  readonly visitsPerMinute?: number;
  /** With which the operator's doctor asks whether it is this installation that answers. Absent: nobody is answered. */
  readonly proofKeys?: ProofKeys;
}

/** The same limit as for all headers together. */
const pathCharsAtMost = 16 * 1024;

/** Returns a server that does not listen yet. Its `close` stops accepting requests and waits for those in progress. */
export async function createServer(options: ServerOptions): Promise<FastifyInstance> {
  const { publicUrl, links, metrics } = options;
  const server = createInstance(options);
  const pages = createPages(options.companyName, options.words, options);
  const ticketOrigins = [...new Set([options.auth0Origin, ...(options.ticketOrigins ?? [])])];
  await addHeaders(server, { publicUrl, ticketOrigins });
  if (options.proofKeys !== undefined) addSelfProof(server, options.proofKeys);
  // All that is done for a request is logged with its id, also in parts that know nothing of the web.
  server.addHook('onRequest', (request, _reply, done) => withWorkContext({ request: request.id }, done));
  addAccessLog(server, metrics);
  leaveBodiesUnread(server);
  closeAfterUnreadBody(server);
  closeIdleOnShutdown(server);
  tellUnbelievedProxy(server, options.trustProxy);
  addErrorPages(server, pages);
  const { webhookSecret: secret, enrolment, recovery } = options;
  const visits = options.visitsPerMinute === undefined ? {} : { visitsPerMinute: options.visitsPerMinute };
  const change = options.change === undefined ? {} : { change: options.change };
  await server.register(createGo({ links, pages, publicUrl, ticketOrigins, ...change, ...visits }));
  if (enrolment !== undefined) {
    await server.register(createEnrolmentPages({ ...enrolment, pages, publicUrl, ...visits }));
  }
  if (recovery !== undefined) await server.register(createRecovery({ ...recovery, pages, publicUrl, ...visits }));
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

function createInstance({ log, trustProxy = [] }: ServerOptions): FastifyInstance {
  const loggerInstance: FastifyBaseLogger = log;
  return fastify({
    loggerInstance,
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'request' }),
    trustProxy: [...trustProxy],
    // We make our own ids. A caller's id would put a stranger's text into the log.
    requestIdHeader: false,
    genReqId: createIds(),
    // `requestTimeout` cuts off a slow sender. A slow answer may take longer, because Auth0 can be slow.
    requestTimeout: 15_000,
    connectionTimeout: 60_000,
    // Longer than the usual 60 s of load balancers. Otherwise they would send requests into a closing connection.
    keepAliveTimeout: 72_000,
    // Checks timeouts every two seconds. Node's default of 30 s would stretch the 15 s above to 45 s.
    http: { headersTimeout: 10_000, maxHeaderSize: 16 * 1024, connectionsCheckingInterval: 2_000 },
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: 16 * 1024 },
    rewriteUrl: ({ url = '/' }) => (isReadable(url) ? url : unreadable(url)),
  });
}

/** Request ids: the random prefix is unique to the process, the counter is unique within it. */
function createIds(): () => string {
  const beginning = randomBytes(6).toString('base64url');
  let count = 0;
  return () => {
    count += 1;
    return `${beginning}-${count.toString(36)}`;
  };
}

/** The router answers malformed percent-encoding itself, without our headers. So such a URL is rewritten to one that is not found. */
export const isReadable = (url: string): boolean => {
  try {
    if (url.length > pathCharsAtMost) return false;
    return decodeURIComponent(url.split('?', 1)[0] ?? '') !== '';
  } catch {
    return false;
  }
};
function unreadable(url: string): string {
  if (url.startsWith('/enrol/')) return '/enrol/-';
  if (url.startsWith('/rest/')) return '/rest/-';
  if (url.startsWith('/recover')) return '/recover/-';
  return url.startsWith('/go/') ? '/go/-' : '/-';
}

/** Closes the connection after the answer if a body that may be long was not read, so that the rest of it is not received. */
function closeAfterUnreadBody(server: FastifyInstance): void {
  server.addHook('onSend', async ({ raw, headers }, reply) => {
    if (!raw.complete && mayBeLong(headers)) reply.header('connection', 'close');
  });
}

/** A forgotten setting counts everybody as one visitor: said once, when it shows. */
function tellUnbelievedProxy(server: FastifyInstance, trustProxy: readonly string[] = []): void {
  let isTold = trustProxy.length > 0;
  server.addHook('onRequest', async ({ headers }) => {
    if (isTold || headers['x-forwarded-for'] === undefined) return;
    isTold = true;
    server.log.warn(
      { event: 'web.proxy.untrusted' },
      'X-Forwarded-For is not believed, so all visitors of the pages count as one: set TRUST_PROXY to the address of your reverse proxy',
    );
  });
}

/** On shutdown, closes each connection after its last answer. Otherwise a browser would keep it open for another minute. */
function closeIdleOnShutdown(server: FastifyInstance): void {
  let isClosing = false;
  server.addHook('preClose', async () => {
    isClosing = true;
  });
  server.addHook('onResponse', async () => {
    if (isClosing) setImmediate(() => server.server.closeIdleConnections());
  });
}

/** Accepts no more connections and waits for the answers. What has none in time is cut off, and what it began is finished elsewhere. */
export async function closeServer(server: FastifyInstance): Promise<void> {
  const cut = setTimeout(() => {
    server.log.warn({ event: 'stop.cut-off' }, 'some requests got no answer: their connections are closed');
    server.server.closeAllConnections();
  }, answeredWithinMs);
  try {
    await server.close();
  } finally {
    clearTimeout(cut);
  }
}

/** Requests to other routes come from machines all day long. They are counted, and logged only if they failed. */
const isForPeople = (route: string): boolean =>
  route.startsWith('/go/') ||
  route.startsWith('/change/') ||
  route.startsWith('/enrol') ||
  route.startsWith('/recover');
/** Such a route logs its own refusals, and only counts frequent ones: see its plugin. */
const isLoggedElsewhere = ({ routeOptions }: FastifyRequest, status: number): boolean =>
  'isRefusalLogged' in routeOptions.config && status < 500;

type Refused = 'no-such-page' | 'too-many' | 'dead-link' | 'foreign' | 'too-large';

/** Refusals that anybody can cause as often as they like. They are counted and not logged one by one. */
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
