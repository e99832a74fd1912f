// Start, listen, drain on SIGTERM; nothing else.
import { compose } from './compose.ts';
import { isConfigError, readConfig } from './config.ts';
import { instant } from './flows/ids.ts';
import { createLogger } from './log.ts';
import { isPolicyError, readPolicy } from './policy-file.ts';

/** Orchestrators kill after 10 s or more: what is under way has this long to finish. */
const drainMs = 8_000;

async function main(): Promise<void> {
  const config = readConfig(process.env);
  const policy = readPolicy(config.policyFile.path, config.policyFile.isNamed);
  const log = createLogger({ level: config.logLevel });
  const product = await compose(config, policy, { clock: { now: () => instant(Date.now()) }, log });
  const { url } = await product.start();
  log.info({ url, publicUrl: config.publicUrl, platforms: product.platforms, database: config.database.kind }, 'ready');

  let stopping = false;
  const stop = async (signal: string): Promise<void> => {
    if (stopping) return;
    stopping = true;
    log.info({ signal }, 'stopping');
    const forced = setTimeout(() => process.exit(1), drainMs);
    await product.stop();
    clearTimeout(forced);
    process.exit(0);
  };
  process.once('SIGTERM', () => void stop('SIGTERM'));
  process.once('SIGINT', () => void stop('SIGINT'));
}

main().catch((error: unknown) => {
  const isOurs = isConfigError(error) || isPolicyError(error);
  process.stderr.write(`${isOurs ? error.message : `Latchkey could not start: ${describe(error)}`}\n`);
  process.exit(1);
});

const describe = (error: unknown): string => (error instanceof Error ? (error.stack ?? error.message) : String(error));
