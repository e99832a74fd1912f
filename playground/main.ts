// `npm run playground`: the product with emulated Auth0, Slack and Teams, and a page to use them on. Ctrl-C ends
// everything.
import { logLevel } from '../src/config/parsers.ts';
import { createLogger } from '../src/observability/logger.ts';
import { watchParent } from '../src/parent-process.ts';
import type { PlaygroundDirectory } from './directory.ts';
import { startPage } from './page/server.ts';
import { startWorld } from './world.ts';

const defaultPort = 4000;
/** How long the shutdown waits for work under way. What is cut off after that is only emulated. */
const shutdownLimitMs = 700;
/** A domain leaves files behind that are removed. */
const shutdownWithDomainMs = 5_000;

async function main(): Promise<void> {
  const log = createLogger({ level: logLevel.catch('warn').parse(process.env['LOG_LEVEL']) });
  const directory = await directoryFor(process.argv.slice(2));
  const freshWorld = () => startWorld(log, directory);
  const page = await startPage({
    world: await freshWorld(),
    freshWorld,
    port: portFrom(process.env['PLAYGROUND_PORT']),
  });
  const about = directory === undefined ? '' : `  ${directoryTold}\n\n`;
  process.stdout.write(`\n  Latchkey playground: ${page.url}   (Ctrl-C ends it)\n\n${about}`);

  const stop = (): void => {
    setTimeout(() => process.exit(0), directory === undefined ? shutdownLimitMs : shutdownWithDomainMs);
    void Promise.all([page.close(), directory?.stop()]).finally(() => process.exit(0));
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  watchParent(process.env, stop);
}

const directoryTold =
  'Omar lives in Active Directory, on a real domain controller. “Lock” locks the account there; then write “unlock” as Omar.';

/** `--world directory`: a domain controller beside the emulators. Loaded only then. */
async function directoryFor(words: readonly string[]): Promise<PlaygroundDirectory | undefined> {
  if (words.length === 0) return undefined;
  if (words.join(' ') !== '--world directory')
    throw new Error('say `--world directory`, or nothing for the usual world');
  process.stdout.write('\n  Making a domain: this takes a moment.\n');
  const { startDirectory } = await import('./directory.ts');
  return startDirectory();
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
