// botbuilder prints what it could not verify to the console, with stack traces. While it works, and only then, this becomes one log line.

import { AsyncLocalStorage } from 'node:async_hooks';
import type { Logger } from 'pino';
import { errorName } from '../../concurrency/background-tasks.ts';

const activeLog = new AsyncLocalStorage<Logger>();
let isReplaced = false;

/** Runs `work`. Of each warning or error that it prints, only the fact is logged: the text may hold parts of a token. */
export function quietly<T>(log: Logger, work: () => Promise<T>): Promise<T> {
  replaceConsole();
  return activeLog.run(log, work);
}

function replaceConsole(): void {
  if (isReplaced) return;
  isReplaced = true;
  for (const level of ['error', 'warn'] as const) {
    const original = console[level].bind(console);
    console[level] = (...said: unknown[]) => {
      const log = activeLog.getStore();
      if (log === undefined) return original(...said);
      const [first] = said;
      log.warn({ event: 'teams.library', said: first instanceof Error ? errorName(first) : 'words' });
    };
  }
}
