// `latchkey doctor`: every setting against the real services. It reads only, listens nowhere and leaves the database as it is, so it
// may run beside the server, and before its first start.
import { createChecks } from '../compose/checks.ts';
import { createOutside } from '../compose/outside.ts';
import { readConfig } from '../config/config.ts';
import { readWithPolicy } from '../config/installation.ts';
import { examine, hasFailed } from '../doctor/examine.ts';
import { reportJson, reportText, wantsColour } from '../doctor/report.ts';
import { instant } from '../flows/ids.ts';
import type { ConversationReferences } from '../flows/store.ts';
import { createLogger } from '../observability/logger.ts';
import { createMetrics } from '../observability/metrics.ts';
import { describeError } from '../observability/redaction.ts';
import { useProxyAndKeepConnections } from '../outbound/dispatcher.ts';

/** Of each check: some wait for the answers of others. */
const eachWithinMs = 90_000;

/** The exit code: 0 if nothing is wrong, 1 if something is. A setting that is refused is thrown. */
export async function doctor(env: NodeJS.ProcessEnv, asJson: boolean): Promise<number> {
  const { settings: config, found } = readWithPolicy(env, readConfig);
  const { policy } = found;
  useProxyAndKeepConnections();
  // The report says all; log lines between its lines would only be in the way, of a program above all.
  const log = createLogger({ level: 'silent' });
  const clock = { now: () => instant(Date.now()) };
  const metrics = createMetrics({ tally: async () => ({ open: {}, waitingEffects: 0 }), clock });
  const outside = await createOutside({
    config,
    policy,
    store: { conversationReferences: notRead },
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
  process.stdout.write(asJson ? reportJson(findings) : reportText(findings, wantsColour(env, process.stdout.isTTY)));
  return hasFailed(findings) ? 1 : 0;
}

/** The database may not be there yet, and must stay as it is: where people were met is not asked. */
const notRead: ConversationReferences = {
  keep: async () => undefined,
  find: async () => undefined,
  forget: async () => undefined,
  latest: async () => undefined,
};
