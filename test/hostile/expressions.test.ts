// Every regular expression in the sources takes at most linear time. They are found by reading the sources.
import { describe, expect, it } from 'vitest';
import { sourcesIn } from '../flows/source.ts';
import { hostileTexts, leastMs } from './texts.ts';

/** A regex literal in a place where one may begin, with its characters and classes. */
const literal =
  /(?<=(?:[=(,:!&|?[{;>]|return)\s*)\/(?![*/\s])((?:[^/\\\n[]|\\.|\[(?:[^\]\\\n]|\\.)*\])+)\/([dgimsuvy]*)(?=[\s.,;)\]:])/g;

const withoutComments = (text: string): string =>
  text
    .split('\n')
    .filter((line) => !/^\s*(?:\/\/|\/?\*)/.test(line))
    .join('\n');

const expressionsIn = (text: string): readonly RegExp[] =>
  [...withoutComments(text).matchAll(literal)].map(([, source = '', flags]) => new RegExp(source, flags));

const found = sourcesIn('src').flatMap(({ path, text }) =>
  expressionsIn(text).map((expression) => ({ path, expression })),
);

/**
 * A quadratic expression takes some hundred milliseconds over this many characters, a linear one a few microseconds.
 */
const chars = 24_000;
const boundMs = 40;

/** Texts that repeat what the expression itself matches, and then end in something else. */
function textsFor({ source }: RegExp): readonly string[] {
  const words = source
    .replace(/\\[bBdDwWsSpP](?:\{[^}]*\})?|\(\?<?[:=!]|\[[^\]]*\]|\{[\d,]+\}/g, '|')
    .replace(/\\(.)/g, '$1')
    .split(/[|()^$?*+]+/)
    .filter((word) => word !== '');
  const starts = [...new Set(['', words.slice(0, 2).join(''), ...words])].slice(0, 12);
  const fills = [' ', '-', '0', 'a', 'A', '_', '.', '@', '!', ':0', 'a ', '-a', 'A0', ...words.slice(0, 8)];
  return starts.flatMap((start) =>
    fills.flatMap((fill) => {
      const run = fill.repeat(Math.ceil(chars / fill.length));
      const mixed = `${start}${fill}`.repeat(Math.ceil(chars / (start.length + fill.length)));
      return [`${start}${run}\u0001`, `${mixed}\u0001`, `${start}${run} x`];
    }),
  );
}

function slowest(expression: RegExp, texts: readonly string[]): { readonly ms: number; readonly text: string } {
  let worst = { ms: 0, text: '' };
  for (const text of texts) {
    const ms = leastMs(() => text.replace(expression, ''), boundMs);
    if (ms > worst.ms) worst = { ms, text: JSON.stringify(text.slice(0, 40)) };
    if (ms > boundMs) break;
  }
  return worst;
}

describe('regular expressions', () => {
  const general = [...hostileTexts(chars)];

  it('are all found: no other way of making one is used', () => {
    expect(found.length).toBeGreaterThan(100);
    expect(sourcesIn('src').filter(({ text }) => /\bRegExp\(/.test(text))).toEqual([]);
  });

  it.each(found.map(({ path, expression }) => [path, String(expression)] as const))(
    'take linear time: %s %s',
    (path, shown) => {
      const one = found.find(({ path: where, expression }) => where === path && String(expression) === shown);
      if (one === undefined) throw new Error('not found');
      const worst = slowest(one.expression, [...textsFor(one.expression), ...general]);
      expect(worst.ms, `over ${worst.text}`).toBeLessThan(boundMs);
    },
  );

  it.each([
    /^\W*(?:help)?\W*$/,
    /<at\b[^>]*>[^<]*<\/at>/gi,
    /<[^>]*>/g,
    /=+$/,
    /^[A-Z]{2,}[A-Z0-9]*$/,
    /^teams:(19:\S+@\S+)$/,
    /\s+$/,
  ])('that took the square of it would be noticed: %s', (expression) => {
    expect(slowest(expression, [...textsFor(expression), ...general]).ms).toBeGreaterThan(boundMs);
  });
});
