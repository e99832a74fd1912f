// Puts the product together, each part after the parts that it needs: the store, the outbound side (Auth0 and the platforms),
// the core, the inbound side, the server. Only this file and src/compose/ know every concrete part. They decide nothing.
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import type { Inbound } from './adapters/adapter.ts';
import { coverageGroups } from './auth0/coverage.ts';
import { copy } from './bot/copy/language.ts';
import { createRecoveryView } from './bot/recovery-view.ts';
import { createChecks } from './compose/checks.ts';
import { type Core, createCore } from './compose/core.ts';
import { countNowAndThen } from './compose/coverage.ts';
import { createOutside, type Outside } from './compose/outside.ts';
import { readiness } from './compose/readiness.ts';
import { restRoutes } from './compose/rest.ts';
import type { Beats } from './compose/self-service.ts';
import { createBackground } from './concurrency/background-tasks.ts';
import { orderedWithinMs, untilFinished } from './concurrency/stop-times.ts';
import { withTimeout } from './concurrency/timeout.ts';
import type { Config } from './config/config.ts';
import { databaseUrl } from './config/database-url.ts';
import type { DirectorySettings } from './config/directories.ts';
import { platformNames } from './config/policy/approvers.ts';
import { companyOf, type Policy, policyDoubts } from './config/policy/policy-file.ts';
import { createWatch, type Watch } from './doctor/watch.ts';
import { createPeriodic } from './engine/periodic.ts';
import { gatedKinds, mayNeedTwoProofs } from './flows/policy.ts';
import type { Clock } from './flows/ports.ts';
import type { FlowStore } from './flows/store.ts';
import { createMetrics, type Metrics } from './observability/metrics.ts';
import { createSigningKeys, deriveKeys } from './signing-keys.ts';
import type { Stoppable } from './stopping.ts';
import { migrateWithCopy } from './store/copies.ts';
import { openStore } from './store/store.ts';
import { closeServer, createServer, type ServerOptions } from './web/server.ts';

export interface Product extends Stoppable {
  readonly server: FastifyInstance;
  readonly platforms: readonly string[];
  /**
   * Listens and begins to work. `url` is the address that it is bound to. Calls `ready` once nothing was found with which nobody can
   * be helped.
   */
  start(ready?: () => void): Promise<{ readonly url: string }>;
  /** Processes at once what is due, e.g. because the clock was moved. */
  wake(): void;
}

export interface ComposeOptions {
  readonly clock: Clock;
  readonly log: Logger;
  /** Those of the policy, each with its password; none where absent. */
  readonly directories?: readonly DirectorySettings[];
  /** When what nobody waits for is read at Auth0 for the first time after the start; a minute where absent. */
  readonly firstCountInMs?: number;
  /** Of the answers to people who typed a name. */
  readonly beats?: Beats;
  /** How many names are taken at once before they are slowed down. */
  readonly namesAtOnce?: number;
}

/** The slowest plan allows two calls a second to all together. */
const lookPauseMs = 1_000;
/** The first people after a start come before what can wait. */
const afterStartMs = 60_000;
const forgotLinkEveryMs = 15 * 60_000;

export async function compose(config: Config, policy: Policy, options: ComposeOptions): Promise<Product> {
  const { clock, log, directories = [], firstCountInMs: firstInMs = afterStartMs } = options;
  const url = databaseUrl(config.database);
  const { steps, copy } = await migrateWithCopy(url, clock.now());
  if (steps.length > 0) log.info({ steps, copy }, 'the database was brought to this release');
  const store = await openStore({ url });
  const metrics = createMetrics({ tally: store.tally, takeUncounted: store.takeUncounted, clock });
  const outside = await createOutside({ config, policy, directories, store, clock, log, metrics });
  const platforms = platformNames.filter((platform) => outside.messengers.has(platform));
  for (const doubt of policyDoubts(policy, platforms)) log.warn(doubt);
  const core = createCore({ config, policy, store, outside, clock, log, metrics, ...paceIn(options) });
  const { conversation, priorityQueue } = core;
  const inbound = await Promise.all(outside.adapters.map((adapter) => adapter.listen({ conversation, priorityQueue })));
  const looking = createPeriodic(log);
  const watch = createWatch({
    checks: createChecks({
      ...{ config, policy, clock, ...outside },
      ...{ pauseMs: lookPauseMs, isServer: true },
    }),
    repeat: looking.run,
    log: log.child({ part: 'doctor' }),
    observe: metrics.checks,
  });
  let isLeaving = false;
  const isServing = () => !isLeaving;
  const server = await serve({
    ...{ config, policy, store, metrics, outside, core, inbound, watch, isServing, clock, log },
  });
  const resumed = createBackground(log, 'resumed.background.failed');
  let coverage: { stop(): void } | undefined;
  return {
    server,
    platforms,
    async start(ready = () => undefined) {
      const url = await server.listen(config.listen);
      const { countCoverage, forgotLink } = outside.auth0;
      const groups = coverageGroups(policy.connections);
      coverage = countNowAndThen({ groups, count: countCoverage, metrics, log, firstInMs });
      looking.run('looking for “Forgot password?”', forgotLinkEveryMs, forgotLink.look, firstInMs);
      core.engine.start((flow) => resumed.run('answer', () => core.requests.show(flow.id)));
      const mail = outside.mail === undefined ? [] : [outside.mail];
      const warmUps = [outside.auth0, ...outside.adapters, ...mail].map((part) => part.warmUp());
      for (const preparation of [...warmUps, core.approvers.check()]) {
        preparation.catch((error: unknown) => log.warn({ err: error }, 'could not prepare; the first request will'));
      }
      watch.start(ready);
      return { url };
    },
    wake: () => core.engine.wake(),
    leave() {
      isLeaving = true;
    },
    underWay() {
      const tasks = inbound.reduce((sum, side) => sum + side.underWay(), 0);
      const ofEngine = core.engine.underWay();
      const ofSelfService = core.selfService?.underWay() ?? 0;
      return { ...ofEngine, tasks: ofEngine.tasks + tasks + ofSelfService };
    },
    async stop() {
      isLeaving = true;
      const deadline = untilFinished();
      coverage?.stop();
      looking.stop();
      const closed = closeServer(server);
      // While requests wait for an answer, what they wait for is carried out. Nothing new is begun for those that wait for long.
      await withTimeout(closed, orderedWithinMs);
      await core.engine.stop(
        closed.then(async () => {
          await core.selfService?.settled(deadline.leftMs());
          await Promise.all(inbound.map((side) => side.stop(deadline)));
        }),
        deadline,
      );
      outside.mail?.close();
      await store.close();
    },
  };
}

const paceIn = ({ beats, namesAtOnce }: ComposeOptions) => ({
  ...(beats === undefined ? {} : { beats }),
  ...(namesAtOnce === undefined ? {} : { namesAtOnce }),
});

/** For some accounts, on a page of ours. */
const setsPasswordsHere = ({ setPasswordHere = [], connectorWriteBack = [], directories }: Policy): boolean =>
  setPasswordHere.length + connectorWriteBack.length + directories.length > 0;

interface ServeParts {
  readonly config: Config;
  readonly policy: Policy;
  readonly store: FlowStore;
  readonly metrics: Metrics;
  readonly outside: Outside;
  readonly core: Core;
  readonly inbound: readonly Inbound[];
  readonly watch: Watch;
  /** False from the moment at which the process was told to stop. */
  readonly isServing: () => boolean;
  readonly clock: Clock;
  readonly log: Logger;
}

async function serve({
  config,
  policy,
  store,
  metrics,
  outside,
  core,
  inbound,
  watch,
  isServing,
  clock,
  log,
}: ServeParts): Promise<FastifyInstance> {
  const { engine, approvers } = core;
  const isHelpdeskTold = policy.helpdesk.channels.some(({ platform }) => outside.messengers.has(platform));
  return createServer({
    publicUrl: config.publicUrl,
    auth0Origin: new URL(config.auth0.baseUrl ?? config.auth0.issuer).origin,
    ticketOrigins: [new URL(config.auth0.issuer).origin, `https://${config.auth0.tenantDomain}`],
    companyName: companyOf(policy, config.publicUrl),
    words: copy.pages,
    isPasswordSetHere: setsPasswordsHere(policy),
    isHelpdeskTold,
    links: engine.links,
    change: { access: engine.change, clock, cookieKeys: deriveKeys(config.secretKeys, 'change-cookie') },
    enrolment: enrolmentPages({ config, policy, core, clock }),
    ...recoveryPages({ config, policy, core, clock, isHelpdeskTold }),
    ...(config.webhookSecret === undefined ? {} : { webhookSecret: config.webhookSecret }),
    onPasswordChanged: (change) => engine.passwordChanged(outside.auth0.byOurClock(change)),
    trustProxy: config.trustProxy,
    proofKeys: createSigningKeys(config.secretKeys),
    ready: () =>
      readiness(
        {
          database: store.check,
          auth0: outside.auth0.check,
          ...Object.fromEntries(outside.adapters.map(({ messenger, check }) => [messenger.platform, check])),
          ...(outside.mail === undefined ? {} : { mail: outside.mail.check }),
          helpdesk: async () => {
            const answer = await approvers.check();
            return { ok: answer.ok && answer.value };
          },
        },
        watch,
        isServing,
      ),
    metrics,
    log,
    plugins: [...inbound.map(({ plugin }) => plugin), ...(await restRoutes({ config, policy, core, clock }))],
  });
}

/** For people who cannot reach the chat, where the policy has pages for them. */
function recoveryPages({
  config,
  policy,
  core,
  clock,
  isHelpdeskTold,
}: Pick<ServeParts, 'config' | 'policy' | 'core' | 'clock'> & { readonly isHelpdeskTold: boolean }): Pick<
  ServerOptions,
  'recovery'
> {
  const { selfService, links } = core;
  if (selfService === undefined || !policy.web.enabled) return {};
  const { contact } = policy.helpdesk;
  return {
    recovery: {
      access: { ...selfService.access, act: selfService.act, tokenOf: links.tokenOf },
      viewOf: createRecoveryView({ copy, clock, isHelpdeskTold }),
      clock,
      cookieKeys: deriveKeys(config.secretKeys, 'recovery-cookie'),
      formKeys: createSigningKeys(config.secretKeys),
      proof: policy.selfService.proof,
      resendSeconds: policy.limits.resendSeconds,
      ...(contact === undefined ? {} : { contact }),
    },
  };
}

function enrolmentPages({
  config,
  policy,
  core,
  clock,
}: Pick<ServeParts, 'config' | 'policy' | 'core' | 'clock'>): NonNullable<ServerOptions['enrolment']> {
  const { secretKeys } = config;
  return {
    access: core.engine.enrolment,
    clock,
    cookieKeys: deriveKeys(secretKeys, 'enrolment-cookie'),
    formKeys: createSigningKeys(secretKeys),
    // Where no rule asks for a second proof, nothing would ever ask for a recovery code.
    offersRecoveryCodes: gatedKinds.some((kind) => mayNeedTwoProofs(policy.rules, kind)),
  };
}
