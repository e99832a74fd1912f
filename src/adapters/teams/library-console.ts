// botbuilder writes to the console what it could not verify, with stack traces. During its work, and only there, that becomes one log line.
import { AsyncLocalStorage } from 'node:async_hooks';
import type { Logger } from 'pino';

const listening = new AsyncLocalStorage<Logger>();
let isGuarded = false;

/** Runs `work`; what it prints as a warning or an error is noted without its words, which may hold parts of a token. */
export function quietly<T>(log: Logger, work: () => Promise<T>): Promise<T> {
  guard();
  return listening.run(log, work);
}

function guard(): void {
  if (isGuarded) return;
  isGuarded = true;
  for (const level of ['error', 'warn'] as const) {
    const aloud = console[level].bind(console);
    console[level] = (...said: unknown[]) => {
      const log = listening.getStore();
      if (log === undefined) return aloud(...said);
      const [first] = said;
      log.warn({ event: 'teams.library', said: first instanceof Error ? first.name : 'words' });
    };
  }
}
