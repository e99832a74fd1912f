// The log for a person at a terminal: the same lines, in colours and columns. Everywhere else it stays JSON.
import type { DestinationStream } from 'pino';
import { prettyFactory } from 'pino-pretty';

/** Control and format characters could move the cursor or forge a line; in JSON they are escaped. */
const unsafe = /\p{C}/gu;

/** Each line goes to `to` at once, in a form for people. */
export function createTerminalStream(to: DestinationStream, isColoured = true): DestinationStream {
  const pretty = prettyFactory({
    colorize: isColoured,
    translateTime: 'SYS:HH:MM:ss',
    ignore: 'pid,hostname',
    singleLine: true,
  });
  return { write: (line) => void to.write(pretty(printable(line))) };
}

function printable(line: string): unknown {
  try {
    return JSON.parse(line, (_key, value: unknown) => (typeof value === 'string' ? value.replace(unsafe, ' ') : value));
  } catch {
    return line.replace(unsafe, ' ');
  }
}
