// docs/rest.md names what the program answers, and nothing else.
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { errorCodes, nextSteps, passwordDetails, results, statusOf } from '../../src/adapters/rest/api.ts';
import { createDescription } from '../../src/adapters/rest/openapi.ts';
import { copy } from '../../src/bot/copy/language.ts';

const text = readFileSync('docs/rest.md', 'utf8');
const named = new Set([...text.matchAll(/`([A-Z][A-Z_]+[A-Z])`/g)].map(([, name = '']) => name));
/** Settings, and a detail that the text explains. */
const others = ['PUBLIC_URL', 'TRUST_PROXY', 'NOT_A_CODE'];

it('every step, code, result and rule stands in the document, and no other', () => {
  const known = new Set<string>([...nextSteps, ...errorCodes, ...results, ...passwordDetails, ...others]);
  expect([...known].filter((name) => !named.has(name))).toEqual([]);
  expect([...named].filter((name) => !known.has(name))).toEqual([]);
});

it('every code stands there with its status', () => {
  const rows = text.split('\n').filter((line) => /^\| `[A-Z_]+`.* \| \d{3}/.test(line));
  const stated = rows.flatMap((row) => {
    const [, codes = '', statuses = ''] = row.split(' | ').length > 2 ? ['', ...row.slice(2).split(' | ')] : [];
    const each = statuses.split(', ');
    return codes.split(', ').map((code, index) => [code.replaceAll('`', ''), Number(each[index] ?? each[0])]);
  });
  expect(Object.fromEntries(stated)).toEqual(statusOf);
});

it('every request of the description stands there', () => {
  const paths = Object.keys(Object(createDescription(copy.rest, '1.0.0')).paths);
  const short = paths.map((path) => path.replace('/rest/public/self-service/', ''));
  expect(short.filter((path) => !text.includes(` ${path}\``))).toEqual([]);
});
