import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { logLevels } from '../../src/config/parsers.ts';
import { createLogger } from '../../src/observability/logger.ts';
import { redactLine } from '../../src/observability/redaction.ts';

function recorded(level: (typeof logLevels)[number] = 'trace') {
  const lines: string[] = [];
  const log = createLogger({ level, stream: { write: (line) => void lines.push(line) } });
  return {
    log,
    lines,
    text: () => lines.join(''),
    last: (): Record<string, unknown> => JSON.parse(lines.at(-1) ?? ''),
  };
}

const planted = {
  code: '493027',
  email: 'jane.doe@gmail.example',
  phone: '+15551234567',
  token: `${'a'.repeat(22)}.${'b'.repeat(43)}`,
  ticket: 'https://acme.eu.auth0.com/u/reset-verify?ticket=Zx9plantedTicket#',
  slack: 'xoxb-111-222-plantedSlack',
  jwt: 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJqYW5lIn0.c2lnbmF0dXJl',
};

function expectClean(text: string): void {
  for (const secret of [...Object.values(planted), 'plantedTicket', 'plantedSlack', 'jane.doe', 'Zx9']) {
    expect(text).not.toContain(secret);
  }
}

describe('values are redacted by their key, however deep and at every level', () => {
  for (const level of logLevels) {
    if (level === 'silent') continue;
    it(level, () => {
      const { log, text } = recorded();
      log[level](
        {
          code: planted.code,
          otp: planted.code,
          email: planted.email,
          phone_number: planted.phone,
          url: planted.ticket,
          link: planted.token,
          accessToken: 'opaquePlanted',
          headers: { authorization: 'opaquePlanted', cookie: 'opaquePlanted' },
          body: 'opaquePlanted',
          deep: {
            down: {
              here: { response_url: 'opaquePlanted', password: 'opaquePlanted', list: [{ token: 'opaquePlanted' }] },
            },
          },
          query: { code: planted.code },
        },
        'line',
      );
      expectClean(text());
      expect(text()).not.toContain('opaquePlanted');
      expect(text()).toContain('[redacted]');
    });
  }

  it('in the bindings of a child logger too', () => {
    const { log, text } = recorded();
    log.child({ token: 'opaquePlanted', request: { password: 'opaquePlanted' } }).info('line');
    expect(text()).not.toContain('opaquePlanted');
  });

  it('what the operator needs stays', () => {
    const { log, last } = recorded();
    log.info(
      { flow: 'f1', url: 'http://127.0.0.1:3000', publicUrl: 'https://id.example.com', statusCode: 200, ms: 3 },
      'ready',
    );
    expect(last()).toMatchObject({
      level: 'info',
      flow: 'f1',
      url: 'http://127.0.0.1:3000',
      publicUrl: 'https://id.example.com',
      statusCode: 200,
      ms: 3,
      msg: 'ready',
    });
    expect(last()['time']).toMatch(/^\d{4}-\d\d-\d\dT.*Z$/);
  });

  it('objects of classes are named, never opened', () => {
    const { log, text } = recorded();
    class Answer {
      readonly hidden = 'opaquePlanted';
    }
    log.info({
      answer: new Answer(),
      raw: Buffer.from('opaquePlanted'),
      all: new Map([['a', 'opaquePlanted']]),
      fn: () => 1,
    });
    expect(text()).toContain('[Answer]');
    expect(text()).not.toMatch(/opaquePlanted|112,97/);
  });

  it('a circle, a huge text and a long list end', () => {
    const { log, last } = recorded();
    const circle: Record<string, unknown> = {};
    circle['again'] = circle;
    log.info({ circle, long: 'x'.repeat(1_000_000), list: Array.from({ length: 10_000 }, () => 1) });
    expect(JSON.stringify(last()).length).toBeLessThan(4_000);
  });
});

describe('a secret shape inside any text is masked in the finished line', () => {
  it('wherever it stands', () => {
    const { log, text } = recorded();
    for (const secret of [planted.email, planted.phone, planted.token, planted.ticket, planted.slack, planted.jwt]) {
      log.info({ note: `got ${secret} today` }, `said ${secret}, then more`);
      log.info('%s and %o and %j', secret, { note: secret }, { email: secret });
      log.info(secret);
      log.child({ note: secret }).info('child');
    }
    log.info(`GET /go/${planted.token} not found, Authorization: Bearer ${'q'.repeat(20)}`);
    expectClean(text());
    expect(text()).not.toContain('qqqq');
    expect(text()).toContain('/go/:token not found');
  });

  it('and the line stays JSON', () => {
    const { log, lines } = recorded();
    log.info({ note: `"${planted.email}"\\`, other: `{"to":"${planted.phone}"}` }, `'${planted.ticket}'`);
    expect(() => lines.map((line) => JSON.parse(line))).not.toThrow();
    expectClean(lines.join(''));
  });

  it('while places in code and identifiers stay readable', () => {
    const line =
      'at open (file:///srv/src/web/go.ts:10:3) node_modules/@slack/bolt auth0|65a1b2 slack:T024BE7LD:U023BECGF 2026-01-01T00:00:00.000+00:00';
    expect(redactLine(line)).toBe(line);
  });

  it('in a time that grows with the length only', () => {
    const began = performance.now();
    for (const letter of ['a', '+1', '@a.', 'a@', 'eyJ', '/go/', 'a.', '?ticket=']) redactLine(letter.repeat(100_000));
    expect(performance.now() - began).toBeLessThan(5_000);
  });
});

describe('errors', () => {
  it('of our own keep message and place', () => {
    const { log, last } = recorded();
    log.error({ err: new Error('flow has no link') }, 'failed');
    expect(last()).toMatchObject({ err: { type: 'Error', message: 'flow has no link' } });
    expect(JSON.stringify(last()['err'])).toContain('logger.test.ts');
  });

  it('of others keep kind, code and status, never their text or fields', () => {
    const { log, text, last } = recorded();
    const foreign = parseFailure('{"password": opaquePlanted');
    Object.assign(foreign, {
      code: 'slack_webapi_platform_error',
      statusCode: 403,
      data: { email: planted.email },
      body: 'opaquePlanted',
    });
    log.error({ err: foreign }, 'failed');
    log.error(foreign);
    log.error({ err: foreign });
    log.error('failed: %s', foreign);
    log.error({ error: foreign, inner: { deeper: foreign } }, 'failed');
    log.child({ err: foreign }).error('failed');
    log.error({ err: new Error('wrapped', { cause: foreign }) }, 'failed');
    const quoting = parseFailure('opaquePlanted');
    expect(quoting.message).toContain('opaquePlanted');
    log.error({ err: quoting }, 'failed');
    log.error({ err: new AggregateError([foreign], 'several') }, 'failed');
    expect(text()).not.toContain('opaquePlanted');
    expectClean(text());
    expect(last()).toMatchObject({
      err: { message: 'several', errors: [{ type: 'SyntaxError', code: 'slack_webapi_platform_error', status: 403 }] },
    });
  });

  it('cannot pose as ours by a frame written into their message', () => {
    const { log, text } = recorded();
    const foreign = parseFailure('x');
    const stack = foreign.stack ?? '';
    const frames = stack.slice(stack.indexOf('\n'));
    foreign.message = `opaquePlanted\n    at open (${import.meta.url}:1:1)`;
    foreign.stack = `SyntaxError: ${foreign.message}${frames}`;
    log.error({ err: foreign }, 'failed');
    expect(text()).not.toContain('opaquePlanted');
  });

  it('of a parse say where, not what', () => {
    const { log, text } = recorded();
    const failure = z.object({ user: z.object({ email: z.number() }) }).safeParse({ user: { email: 'opaquePlanted' } });
    log.error({ err: failure.error }, 'failed');
    expect(text()).toContain('invalid_type at user.email');
    expect(text()).not.toContain('opaquePlanted');
  });

  it('without stack or with an odd one are still told', () => {
    const { log, last } = recorded();
    const odd = new Error('opaquePlanted');
    odd.stack = 'nonsense';
    log.error({ err: odd }, 'failed');
    expect(last()).toMatchObject({ err: { type: 'Error' } });
    expect(JSON.stringify(last())).not.toContain('opaquePlanted');
  });
});

it('a log line cannot be broken or forged from inside a value', () => {
  const { log, lines } = recorded();
  const forged =
    'a\n{"level":"info","msg":"forged"}\r\n\u001b[31m\u009b2J\u2028\u202e\u2066\u2067\u2068\u2069\u200b\u200f\u061c\u00ad\ufeff\u2060\u{e0041}';
  log.info({ note: forged, [`key\n${forged}`]: 1 }, forged);
  expect(lines).toHaveLength(1);
  const [line = ''] = lines;
  expect(line.trimEnd()).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Default_Ignorable_Code_Point}]/u);
  for (const mark of ['u2066', 'u2067', 'u2068', 'u2069', 'u200b', 'u061c', 'udb40\\udc41'])
    expect(line).toContain(`\\${mark}`);
  expect(JSON.parse(line)).toMatchObject({ note: forged, msg: forged });
});

it('silent is silent and info leaves debug out', () => {
  const silent = recorded('silent');
  silent.log.fatal('no');
  const info = recorded('info');
  info.log.debug('no');
  expect([...silent.lines, ...info.lines]).toEqual([]);
});

function parseFailure(text: string): Error {
  try {
    JSON.parse(text);
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error('parsed');
}
