// The token in a notice about a changed contact: which change, and for how long.
import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createNoticeLinks } from '../../src/engine/notice-links.ts';
import { flowId, instant, later } from '../../src/flows/ids.ts';
import { redactLine } from '../../src/observability/redaction.ts';
import { createSigningKeys } from '../../src/signing-keys.ts';
import { noon } from '../flows/cast.ts';

const key = randomBytes(32);
const keys = createSigningKeys([key]);
const links = createNoticeLinks(keys, 'https://latchkey.test');
const flow = flowId('f'.repeat(22));
const weekSeconds = 7 * 24 * 3600;
const tokenOf = (url: string): string => url.slice('https://latchkey.test/enrol/not-me/'.length);
const token = tokenOf(links.noticeUrl(flow, 3, noon));

describe('the link of a notice', () => {
  it('is built from PUBLIC_URL and names its change', () => {
    expect(links.noticeUrl(flow, 3, noon)).toMatch(/^https:\/\/latchkey\.test\/enrol\/not-me\/[\w.-]+$/);
    expect(links.openNotice(token, noon)).toEqual({ flow, change: 3 });
  });

  it('is the same for the same change, so that a notice that comes twice is one', () => {
    expect(links.noticeUrl(flow, 3, noon)).toBe(links.noticeUrl(flow, 3, noon));
  });

  it('opens for seven days from the change, to the millisecond', () => {
    const end = later(noon, weekSeconds);
    expect(links.openNotice(token, instant(end - 1))).toEqual({ flow, change: 3 });
    expect(links.openNotice(token, end)).toBeUndefined();
  });

  it('opens after the key was rotated, as long as the old key is kept', () => {
    const [fresh, another] = [randomBytes(32), randomBytes(32)];
    const rotated = createNoticeLinks(createSigningKeys([fresh, key]), 'https://latchkey.test');
    expect(rotated.openNotice(token, noon)).toEqual({ flow, change: 3 });
    expect(createNoticeLinks(createSigningKeys([fresh, another]), '').openNotice(token, noon)).toBeUndefined();
  });

  const [flowPart = '', mac = '', nth = '', time = ''] = token.split('.');
  it.each([
    ['another request', [`${'g'.repeat(22)}`, mac, nth, time]],
    ['another change', [flowPart, mac, '4', time]],
    ['a later time', [flowPart, mac, nth, later(noon, 60).toString(36)]],
    ['another MAC', [flowPart, `${mac.startsWith('A') ? 'B' : 'A'}${mac.slice(1)}`, nth, time]],
    ['a MAC for another purpose', [flowPart, keys.sign('link', `${flow} 3 ${noon.toString(36)}`), nth, time]],
    ['a second spelling of its number', [flowPart, mac, `0${nth}`, time]],
    ['a second spelling of its time', [flowPart, mac, nth, time.toUpperCase()]],
    ['something behind it', [flowPart, mac, nth, time, '']],
    ['nothing', []],
  ])('does not open with %s', (_what, parts) => {
    expect(links.openNotice(parts.join('.'), noon)).toBeUndefined();
  });

  it('is never whole in the log', () => {
    const line = redactLine(JSON.stringify({ said: `see https://latchkey.test/enrol/not-me/${token} now` }));
    expect(line).not.toContain(mac);
    expect(line).not.toContain(flow);
  });
});
