// Bolt's and the Web API client's logger, bridged to pino. Their lines hold whole payloads at debug level and
// answers' texts elsewhere: only warnings and errors pass, and of those only the words before the first detail.
import { type Logger, LogLevel } from '@slack/bolt';
import type { Logger as PinoLogger } from 'pino';
import { beginning } from '../../text/bounded-text.ts';

export function createLibraryLog(log: PinoLogger): Logger {
  const silent = (): void => undefined;
  return {
    debug: silent,
    info: silent,
    warn: (...said) => log.warn({ event: 'slack.library' }, opening(said)),
    error: (...said) => log.error({ event: 'slack.library' }, opening(said)),
    setLevel: silent,
    getLevel: () => LogLevel.WARN,
    setName: silent,
  };
}

function opening(said: readonly unknown[]): string {
  const [first] = said;
  if (typeof first !== 'string') return first instanceof Error ? first.name : 'no words';
  return (beginning(first, 80).split(/[:({\d]/, 1)[0] ?? '').trim();
}
