import { setImmediate as later } from 'node:timers/promises';
import { stripVTControlCharacters } from 'node:util';
import { expect, it } from 'vitest';
import { withWorkContext } from '../../src/concurrency/work-context.ts';
import { createLogger } from '../../src/observability/logger.ts';
import { createTerminalStream } from '../../src/observability/terminal.ts';

const lines: string[] = [];
const log = createLogger({ level: 'info', stream: { write: (line) => void lines.push(line) } });
const last = (): unknown => JSON.parse(lines.at(-1) ?? '');

it('work is logged with the ids of its web request and its flow, also after it has waited, and beside other work', async () => {
  const work = (flow: string) =>
    withWorkContext({ flow }, async () => {
      await later();
      log.child({ part: 'auth0' }).info({ call: flow }, 'called');
    });
  await withWorkContext({ request: 'r-1' }, () => Promise.all([work('one'), work('two')]));
  for (const [line, flow] of [
    [lines[0], 'one'],
    [lines[1], 'two'],
  ])
    expect(JSON.parse(line ?? '')).toMatchObject({ request: 'r-1', flow, call: flow, part: 'auth0' });
  log.info('elsewhere');
  expect(last()).not.toHaveProperty('request');
  expect(last()).not.toHaveProperty('flow');
});

it('a line names each id once; what the line or its logger says counts', () => {
  withWorkContext({ request: 'around', flow: 'around' }, () =>
    log.child({ request: 'bound' }).info({ flow: 'said' }, 'x'),
  );
  expect(lines.at(-1)?.match(/"request":/g)).toHaveLength(1);
  expect(last()).toMatchObject({ request: 'bound', flow: 'said' });
});

it('a person at a terminal reads a line, with the same secrets left out', () => {
  const shown: string[] = [];
  const stream = createTerminalStream({ write: (text) => void shown.push(text) });
  createLogger({ level: 'info', stream }).warn(
    { flow: 'abc', password: 'hunter2', about: 'who@acme.example' },
    'a line',
  );
  expect(shown).toHaveLength(1);
  expect(shown[0]).toMatch(/^\[\d\d:\d\d:\d\d\].*WARN.*a line.*"flow":"abc".*\n$/);
  expect(shown[0]).not.toContain('hunter2');
});

it('text from outside can neither move the cursor of a terminal nor forge a line', () => {
  const shown: string[] = [];
  const stream = createTerminalStream({ write: (text) => void shown.push(text) });
  const planted = 'a\u001b[2J\u009b2J\n[09:00:00] INFO: forged\u202e';
  createLogger({ level: 'info', stream }).info({ cause: planted }, planted);
  stream.write(`no JSON ${planted}`);
  for (const text of shown) {
    // What the library itself adds: its colours.
    const rest = stripVTControlCharacters(text).replace(/\n$/, '');
    expect(rest).not.toMatch(/\p{C}/u);
    expect(text).not.toContain('\u001b[2J');
  }
  expect(shown).toHaveLength(2);
});
