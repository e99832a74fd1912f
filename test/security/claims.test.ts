// Checks the security documents: every test they cite exists, and every requirement has a row.
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { diagnose, diagnoseRequirements } from './claims.ts';
import { readTitles } from './titles.ts';

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const threats = 'docs/security/threats.md';
const requirements = 'docs/security/requirements.md';
const codes = 'test/security/codes.test.ts';

describe.each(['SECURITY.md', threats, requirements, 'docs/security/residual-risks.md'])('%s', (path) => {
  it('names only tests that exist, by file and title, and only requirements that exist', () => {
    expect(diagnose(read(path), path)).toEqual([]);
  });

  it('has no link into the repository that leads nowhere', () => {
    const links = [...read(path).matchAll(/\]\((?!https?:)([^)#\s]+)/gu)].map(([, link = '']) => link);
    const folder = new URL(`../../${path}`, import.meta.url);
    expect(links.length).toBeGreaterThan(0);
    expect(links.filter((link) => !existsSync(new URL(link, folder)))).toEqual([]);
  });

  it('names no machine and no thread of ours', () => {
    expect(read(path)).not.toMatch(/\/(?:work|home|root|tmp|Users)\/|\bissue \d|\bPR \d/u);
  });
});

describe('the list of threats', () => {
  it('is not empty, and names tests of many places', () => {
    const page = read(threats);
    const files = new Set([...page.matchAll(/\]\(\.\.\/\.\.\/(test\/[^)]+)\)/gu)].map(([, file]) => file));
    expect(files.size).toBeGreaterThan(25);
    expect([...page.matchAll(/“[^”]+”/gu)].length).toBeGreaterThan(100);
  });
});

describe('the list of requirements', () => {
  const page = read(requirements);

  it('has one row for each number, with a known status, its source, and a test wherever it claims something', () => {
    expect(diagnoseRequirements(page)).toEqual([]);
  });

  it.each([
    ['a number that is left out', /^\| S-41 \|.*\n/mu, '', 'S-41 is listed 0 times'],
    ['a number that is there twice', /^\| S-41 \|.*\n/mu, '$&$&', 'S-41 is listed 2 times'],
    ['a status that is none', /^(\| S-2 \|.*\| )held/mu, '$1surely', 'S-2: “surely” is no status'],
    ['a claim without a test', /^(\| S-5 \|.*\| held \|).*/mu, '$1 Trust us |', 'S-5: held, but names no test'],
    ['a half claim that hides the rest', 'missing: a check of', 'with a look at', 'S-1: partly, but does not say'],
    ['a row without a source', ' [ours]', '', 'has no source: | S-9 |'],
  ])('is found out: %s', (_what, from, to, says) => {
    const changed = page.replace(from, to);
    expect(changed).not.toBe(page);
    expect(diagnoseRequirements(changed).join('\n')).toContain(says);
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
    expect(diagnose(row(test), 'SECURITY.md').join('\n')).toContain(says);
  });

  it('while a true one is not, from whatever folder it is linked', () => {
    const page = (up: string): string =>
      row(
        `[x](${up}${codes}) “a code › is void as soon as a newer one was sent”, S-11; [x](${up}test/flows/walk.test.ts) “no counter ever goes down”`,
      );
    expect(diagnose(page(''), 'SECURITY.md')).toEqual([]);
    expect(diagnose(page('../../'), threats)).toEqual([]);
    expect(diagnose(page('../'), threats).join('\n')).toContain(`docs/${codes} does not exist`);
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
