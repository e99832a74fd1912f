// `latchkey doctor`: every setting against the real services. It reads only, listens nowhere and leaves the database as it is, so it
// may run beside the server, and before its first start.
import { createChecks } from '../compose/checks.ts';
import { createOutside } from '../compose/outside.ts';
import { type Config, readConfig } from '../config/config.ts';
import { databaseUrl } from '../config/database-url.ts';
import { complaintsOf, isRefused, readWithPolicy } from '../config/installation.ts';
import type { Finding } from '../doctor/check.ts';
import { examine, hasFailed } from '../doctor/examine.ts';
import { refusedFindings } from '../doctor/refused.ts';
import { reportJson, reportText, wantsColour } from '../doctor/report.ts';
import { instant } from '../flows/ids.ts';
import type { ConversationReferences } from '../flows/store.ts';
import { createLogger } from '../observability/logger.ts';
import { createMetrics } from '../observability/metrics.ts';
import { describeError } from '../observability/redaction.ts';
import { useProxyAndKeepConnections } from '../outbound/dispatcher.ts';
import { latestPlace } from '../store/latest-place.ts';

/** Of each check: some wait for the answers of others. */
const eachWithinMs = 90_000;

/** The exit code: 0 if nothing is wrong, 1 if something is, 2 if it could not look, because a setting is refused. */
export async function doctor(env: NodeJS.ProcessEnv, asJson: boolean): Promise<number> {
  const print = (findings: readonly Finding[]): void =>
    void process.stdout.write(
      asJson ? reportJson(findings) : reportText(findings, wantsColour(env, process.stdout.isTTY)),
    );
  try {
    const findings = await look(readWithPolicy(env, readConfig, { withDirectories: true }));
    print(findings);
    return hasFailed(findings) ? 1 : 0;
  } catch (error) {
    if (!isRefused(error)) throw error;
    const complaints = complaintsOf(error);
    print(refusedFindings(complaints));
    const names = [...new Set(complaints.map(({ about }) => about))].join(', ');
    process.stderr.write(`latchkey: it could not look at the services, because this is refused: ${names}\n`);
    return 2;
  }
}

async function look({
  settings: config,
  found: { policy },
  directories,
}: ReturnType<typeof readWithPolicy<Config>>): Promise<readonly Finding[]> {
  useProxyAndKeepConnections();
  // The report says all; log lines between its lines would only be in the way, of a program above all.
  const log = createLogger({ level: 'silent' });
  const clock = { now: () => instant(Date.now()) };
  const metrics = createMetrics({ tally: async () => ({ open: {}, waitingEffects: 0 }), clock });
  const outside = await createOutside({
    config,
    policy,
    directories,
    store: { conversationReferences: { ...notRead, latest: (of) => latestPlace(databaseUrl(config.database), of) } },
    clock,
    log,
    metrics,
  });
  const findings = await examine({
    checks: createChecks({ ...{ config, policy, clock, ...outside }, ...{ pauseMs: 0, isServer: false } })('patient'),
    eachWithinMs,
    onBroken: (check, error) =>
      void process.stderr.write(`latchkey: ${check} failed: ${JSON.stringify(describeError(error))}\n`),
  });
  outside.mail?.close();
  return findings;
}

/** The database may not be there yet, and must stay as it is: nobody's chat is looked up. */
const notRead: ConversationReferences = {
  keep: async () => undefined,
  find: async () => undefined,
  forget: async () => undefined,
  latest: async () => undefined,
};
