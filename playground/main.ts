// `npm run playground`: the product with emulated Auth0, Slack and Teams, and a page to use them on. Ctrl-C ends
// everything.
import { logLevel } from '../src/config/parsers.ts';
import { createLogger } from '../src/observability/logger.ts';
import { watchParent } from '../src/parent-process.ts';
import { startPage } from './page/server.ts';
import { startWorld } from './world.ts';

const defaultPort = 4000;
/** How long the shutdown waits for work under way. What is cut off after that is only emulated. */
const shutdownLimitMs = 700;

async function main(): Promise<void> {
  const log = createLogger({ level: logLevel.catch('warn').parse(process.env['LOG_LEVEL']) });
  const freshWorld = () => startWorld(log);
  const page = await startPage({
    world: await freshWorld(),
    freshWorld,
    port: portFrom(process.env['PLAYGROUND_PORT']),
  });
  process.stdout.write(`\n  Latchkey playground: ${page.url}   (Ctrl-C ends it)\n\n`);

  const stop = (): void => {
    setTimeout(() => process.exit(0), shutdownLimitMs);
    void page.close().finally(() => process.exit(0));
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  watchParent(process.env, stop);
}

function portFrom(value: string | undefined): number {
  if (value === undefined || value === '') return defaultPort;
  const port = Number(value);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new Error('PLAYGROUND_PORT is no port. Use a number between 0 and 65535');
}

main().catch((error: unknown) => {
  const what = error instanceof Error ? error.message : String(error);
  process.stderr.write(`The playground could not start: ${what}\n`);
  process.exit(1);
});
