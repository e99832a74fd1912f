// SECURITY.md cannot lie about its tests.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { diagnose } from './claims.ts';
import { readTitles } from './titles.ts';

const page = readFileSync(new URL('../../SECURITY.md', import.meta.url), 'utf8');
const codes = 'test/security/codes.test.ts';

describe('SECURITY.md', () => {
  it('names for every threat a test that exists, by file and title', () => {
    expect(diagnose(page)).toEqual([]);
  });

  it('is not empty, and names tests of many places', () => {
    const files = new Set([...page.matchAll(/\]\((test\/[^)]+)\)/gu)].map(([, file]) => file));
    expect(files.size).toBeGreaterThan(25);
    expect([...page.matchAll(/“[^”]+”/gu)].length).toBeGreaterThan(100);
  });

  it('names no machine and no thread of ours', () => {
    expect(page).not.toMatch(/\/(?:work|home|root|tmp|Users)\/|\bissue \d|\bPR \d/u);
  });
});

describe('a page that lies is found out:', () => {
  const row = (test: string): string =>
    `## Threats\n\n| threat | stops | test | S- |\n| --- | --- | --- | --- |\n| x | y | ${test} | |`;

  it.each([
    ['a row without a test', '', 'line 5: names no test'],
    ['a file that is not there', '[x](test/nowhere.test.ts) “a”', 'line 5: test/nowhere.test.ts does not exist'],
    ['a file that nobody runs', '[x](test/store/accepting-process.ts) “a”', 'is run by no test'],
    ['a title that is not there', `[x](${codes}) “is never broken”`, `line 5: ${codes} has no “is never broken”`],
    ['a title elsewhere', `[x](${codes}) “a link › is void as soon as a newer one was sent”`, 'has no “a link'],
    ['one of two titles', `[x](${codes}) “is void as soon as a newer one was sent”, “nor this”`, 'has no “nor this”'],
    ['a file without a title', `[x](${codes})`, 'is named without a title'],
    ['a claim of the walk that is none', '[x](test/flows/walk.test.ts) “all is well”', 'has no “all is well”'],
    ['a requirement that is none', `[x](${codes}) “is void as soon as a newer one was sent” S-83`, 'there is no S-83'],
  ])('%s', (_what, test, says) => {
    expect(diagnose(row(test)).join('\n')).toContain(says);
  });

  it('while a true one is not', () => {
    const claim = '[x](test/flows/walk.test.ts) “no counter ever goes down”';
    expect(diagnose(row(`[x](${codes}) “a code › is void as soon as a newer one was sent”, S-11; ${claim}`))).toEqual(
      [],
    );
  });
});

describe('titles are read', () => {
  const titles = (source: string) =>
    readTitles(source).map((path) => path.map((pattern) => pattern.source).join(' › '));

  it('with what stands around them, and open where a table fills them in', () => {
    const source = `
      describe.each(all)('On $name, a "code"', (x: X) => {
        story(platform, 'works (once)', async () => { it('is inside', () => {}); });
        it.each([['a', 'b']])('%s of %i', f);
        for (const y of z) test(\`for \${y} too\`, g);
      });`;
    expect(titles(source)).toEqual([
      '^On .+, a "code"$ › ^works \\(once\\)$',
      '^On .+, a "code"$ › ^works \\(once\\)$ › ^is inside$',
      '^On .+, a "code"$ › ^.+ of .+$',
      '^On .+, a "code"$ › ^for .+ too$',
    ]);
  });

  it('but not where nothing runs, or nothing is said', () => {
    expect(titles("it.skip('off', f); describe.skip('off', () => { it('off too', f); }); it.todo('later');")).toEqual(
      [],
    );
    expect(titles("it.each(x)('$name', f); it(name, f); // it('in a comment', f)")).toEqual([]);
  });
});
