// What all calls to other systems share: whether a request may have arrived, how much of an answer is read, how long to
// wait.
import { describe, expect, it } from 'vitest';
import { parseJson, readAnswer, readBeginning } from '../../src/outbound/answer-text.ts';
import { brokenConnection, networkFailure } from '../../src/outbound/network-error.ts';
import { retryAfterMs } from '../../src/outbound/retry-after.ts';

const coded = (code: string): Error => Object.assign(new Error('jane@acme.example'), { code });
const fetchFailed = (cause: unknown): Error => new TypeError('fetch failed', { cause });
const named = (name: string): Error => Object.assign(new Error('late'), { name });

describe('a request without an answer', () => {
  it.each([
    'ECONNREFUSED',
    'ENOTFOUND',
    'EAI_AGAIN',
    'EHOSTUNREACH',
    'ENETUNREACH',
    'UND_ERR_CONNECT_TIMEOUT',
    'CERT_HAS_EXPIRED',
    'ERR_TLS_CERT_ALTNAME_INVALID',
    'SELF_SIGNED_CERT_IN_CHAIN',
  ])('never left where no trusted connection stood: %s', (code) => {
    expect(networkFailure(fetchFailed(coded(code)))).toEqual({
      ...{ kind: 'unreachable', retry: 'later', mayHaveHappened: false, cause: code },
    });
  });

  it.each(['ECONNRESET', 'UND_ERR_SOCKET', 'EPIPE'])('may have arrived where the connection broke: %s', (code) => {
    expect(networkFailure(fetchFailed(fetchFailed(coded(code))))).toMatchObject({ mayHaveHappened: true, cause: code });
  });

  it('may have arrived where nothing came in time', () => {
    for (const error of [named('TimeoutError'), fetchFailed(named('AbortError'))]) {
      expect(networkFailure(error)).toMatchObject({ mayHaveHappened: true, cause: 'timeout' });
    }
  });

  it('is told from a mistake of ours, and neither brings its words along', () => {
    expect(brokenConnection(new RangeError('jane@acme.example'))).toBeUndefined();
    expect(networkFailure(new RangeError('jane@acme.example'))).toMatchObject({ cause: 'no-answer' });
    expect(networkFailure(coded('not a code: jane@acme.example'))).toMatchObject({ cause: 'no-answer' });
    expect(JSON.stringify(networkFailure(fetchFailed(coded('ECONNRESET'))))).not.toContain('jane');
  });
});

describe('an answer', () => {
  it('is read as it is', async () => {
    expect(await readAnswer(new Response('{"a":"ä"}'))).toBe('{"a":"ä"}');
    expect(await readAnswer(new Response(null, { status: 204 }))).toBe('');
  });

  it('beyond any sensible size is not read to its end', async () => {
    let sent = 0;
    const endless = new ReadableStream({
      pull(controller) {
        sent += 1;
        controller.enqueue(new Uint8Array(100_000));
      },
    });
    expect(await readAnswer(new Response(endless))).toBeUndefined();
    expect(sent).toBeLessThan(30);
  });

  it('of which only the beginning is wanted is read so far, and says whether that was all', async () => {
    expect(await readBeginning(new Response('short'), 5)).toEqual({ text: 'short', isWhole: true });
    expect(await readBeginning(new Response(null, { status: 204 }), 5)).toEqual({ text: '', isWhole: true });
    let pulled = 0;
    const endless = new ReadableStream({
      pull(controller) {
        pulled += 1;
        controller.enqueue(new Uint8Array(1_000).fill(97));
      },
    });
    const { text, isWhole } = await readBeginning(new Response(endless), 2_500);
    expect([text.length, isWhole]).toEqual([3_000, false]);
    expect(pulled).toBeLessThan(10);
  });

  it('that is no JSON is nothing', () => {
    expect(['{"a":1}', 'null', '<html>', ''].map(parseJson)).toEqual([{ a: 1 }, null, undefined, undefined]);
  });
});

describe('Retry-After', () => {
  const now = Date.parse('2026-11-29T12:00:00Z');

  it.each([
    ['30', 30_000],
    [' 2 ', 2_000],
    ['0', 0],
    ['Sun, 29 Nov 2026 12:01:00 GMT', 60_000],
    ['Sun, 29 Nov 2026 11:59:00 GMT', undefined],
    ['-1', undefined],
    ['soon', undefined],
    ['', undefined],
    ['9'.repeat(65), undefined],
    [null, undefined],
  ])('%s', (value, ms) => {
    expect(retryAfterMs(value, now)).toBe(ms);
  });
});
