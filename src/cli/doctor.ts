// `latchkey doctor`: every setting against the real services. It reads only, listens nowhere and leaves the database as it is, so it
// may run beside the server, and before its first start.
import { createChecks } from '../compose/checks.ts';
import { createTenant } from '../compose/tenant.ts';
import { readConfig } from '../config/config.ts';
import { readWithPolicy } from '../config/installation.ts';
import { examine, hasFailed } from '../doctor/examine.ts';
import { reportJson, reportText } from '../doctor/report.ts';
import { instant } from '../flows/ids.ts';
import { createLogger } from '../observability/logger.ts';
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
  const auth0 = createTenant({ config, policy, clock, log });
  const findings = await examine({
    checks: createChecks({ config, policy, auth0, pauseMs: 0 })(),
    eachWithinMs,
    onBroken: (check, error) =>
      void process.stderr.write(`latchkey: ${check} failed: ${JSON.stringify(describeError(error))}\n`),
  });
  process.stdout.write(asJson ? reportJson(findings) : reportText(findings, isColoured(env)));
  return hasFailed(findings) ? 1 : 0;
}

/** https://no-color.org: any value that is not empty. */
const isColoured = (env: NodeJS.ProcessEnv): boolean =>
  process.stdout.isTTY === true && (env['NO_COLOR'] === undefined || env['NO_COLOR'] === '') && env['TERM'] !== 'dumb';
