// A logger for Bolt and the Web API client that writes to pino. Their debug lines contain whole payloads, and others contain answer
// texts. So only warnings and errors pass, cut before the first detail (a bracket, a colon or a digit).

import { type Logger, LogLevel } from '@slack/web-api';
import type { Logger as PinoLogger } from 'pino';
import { errorName } from '../../concurrency/background-tasks.ts';
import { beginning } from '../../text/bounded-text.ts';

export function createLibraryLog(log: PinoLogger): Logger {
  const silent = (): void => undefined;
  return {
    debug: silent,
    info: silent,
    warn: (...args) => log.warn({ event: 'slack.library' }, opening(args)),
    error: (...args) => log.error({ event: 'slack.library' }, opening(args)),
    setLevel: silent,
    getLevel: () => LogLevel.WARN,
    setName: silent,
  };
}

function opening(args: readonly unknown[]): string {
  const [first] = args;
  if (typeof first !== 'string') return first instanceof Error ? errorName(first) : 'no words';
  return (beginning(first, 80).split(/[:({\d]/, 1)[0] ?? '').trim();
}
