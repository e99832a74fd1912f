// Starts the process, and drains it on a signal or when the npm process that started it has ended. Nothing else.
import { destination } from 'pino';
import { compose } from './compose.ts';
import { readConfig } from './config/config.ts';
import { unusedPassword } from './config/directories.ts';
import { adoptEnvFile } from './config/env-file.ts';
import { isRefused, namesInDoubt, readWithPolicy, refusalText } from './config/installation.ts';
import { settingsNotUsed, unknownSettings } from './config/variables.ts';
import { instant } from './flows/ids.ts';
import { freeIdleMemory } from './idle-memory.ts';
import { createLogger } from './observability/logger.ts';
import { describeError } from './observability/redaction.ts';
import { useProxyAndKeepConnections } from './outbound/dispatcher.ts';
import { watchParent } from './parent-process.ts';
import { createStop } from './stopping.ts';

const noPolicy =
  'there is no policy file, so the built-in defaults hold: a reset asks nobody, an unlock asks one person of a helpdesk that has no channel. Write ./policy.yaml, or set POLICY_FILE to it, or to built-in if this is what you want';

async function main(): Promise<void> {
  const file = adoptEnvFile(process.env);
  const withDirectories = true;
  const { settings: config, found, directories } = readWithPolicy(process.env, readConfig, { withDirectories });
  const { policy, from, isAssumed } = found;
  const stream = process.stdout.isTTY ? await terminal() : undefined;
  const log = createLogger({ level: config.logLevel, ...(stream === undefined ? {} : { stream }) });
  log.info({ policy: from, rules: policy.rules.length }, 'policy');
  if (isAssumed) log.warn(noPolicy);
  const taken = { envFile: file.path ?? 'none', names: file.taken.size, overridden: file.overridden };
  log.info(taken, 'settings: the environment, then the names that only the file .env sets');
  for (const warning of file.warnings) log.warn(warning);
  for (const unknown of unknownSettings(process.env))
    log.warn(unknown, 'unknown variable that looks like a setting; it has no effect');
  for (const unused of settingsNotUsed(process.env))
    log.warn(unused, 'a setting that this version does not use; it has no effect');
  for (const unused of unusedPassword(policy, process.env)) log.warn(unused);
  useProxyAndKeepConnections();
  const product = await compose(config, policy, { clock: { now: () => instant(Date.now()) }, log, directories });
  const about = { publicUrl: config.publicUrl, platforms: product.platforms, database: config.database.kind };
  const starting = product.start(() => log.info({ url, ...about }, 'ready'));
  const stop = createStop(product, starting, log);
  process.on('SIGTERM', () => stop('SIGTERM'));
  process.on('SIGINT', () => stop('SIGINT'));
  watchParent(process.env, () => stop('parent-gone'));
  const { url } = await starting;
  log.info({ url, ...about }, 'listening');
  if (!freeIdleMemory()) log.info('started without node --expose-gc: unused memory is not returned to the system');
}

/** Only where a person looks: the library costs memory. Written synchronously, so that a crash loses no line. */
async function terminal() {
  const { createTerminalStream } = await import('./observability/terminal.ts');
  return createTerminalStream(destination({ dest: 1, sync: true }), (process.env['NO_COLOR'] ?? '') === '');
}

main().catch((error: unknown) => {
  process.stderr.write(`${explain(error)}\n`);
  process.exit(1);
});

/** Our own messages are printed in full. Of errors that libraries threw, only parts that cannot hold a secret are printed. */
function explain(error: unknown): string {
  if (isRefused(error)) return refusalText(error, namesInDoubt(process.env));
  if (!(error instanceof Error)) return 'Latchkey could not start.';
  const code = 'code' in error ? String(error.code) : undefined;
  if (code === 'EADDRINUSE') return 'Latchkey could not start: another program listens there. Change HOST or PORT.';
  if (code === 'EACCES') return 'Latchkey could not start: this user may not listen there, or not write the database.';
  if (code === 'EPERM')
    return 'Latchkey could not start: others can read the database file, and it belongs to another user. Give it to this one, or chmod 600 it.';
  return `Latchkey could not start: ${JSON.stringify(describeError(error))}`;
}
