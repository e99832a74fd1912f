// A platform that does not implement everything fails the build. Shown by the type checker on a copy of the sources to
// which something new was added.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const project = resolve(import.meta.dirname, '../..');
const copy = mkdtempSync(join(tmpdir(), 'latchkey-build-'));
afterAll(() => rmSync(copy, { recursive: true, force: true }));

const screens = 'src/flows/screen.ts';
const cards = 'src/bot/cards/card.ts';
const additions: readonly { readonly to: string; readonly before: string; readonly add: string }[] = [
  { to: screens, before: "| { readonly shows: 'in-doubt' }", add: "| { readonly shows: 'a-new-screen' }" },
  { to: screens, before: "| { readonly shows: 'doubt';", add: "| { readonly shows: 'a-new-screen' }" },
  { to: screens, before: "| 'under-way'", add: "| 'a-new-outcome'" },
  { to: cards, before: "'normal' | 'quiet' | 'alert' | 'success';", add: "'a-new-tone' |" },
  { to: cards, before: "'start-reset',", add: "'a-new-act'," },
  { to: cards, before: '| { readonly strong: string };', add: '| { readonly aNewSpan: number }' },
  {
    to: cards,
    before: "| {\n      readonly kind: 'choice';",
    add: "| { readonly kind: 'a-new-input'; readonly name: 'code' }",
  },
  {
    to: cards,
    before: "| {\n      readonly kind: 'link';",
    add: "| { readonly kind: 'a-new-action'; readonly act: Act }",
  },
];

let files: readonly string[];
beforeAll(async () => {
  for (const part of ['src', 'test/adapters/every-screen.ts', 'package.json']) {
    cpSync(join(project, part), join(copy, part), { recursive: true });
  }
  symlinkSync(join(project, 'node_modules'), join(copy, 'node_modules'));
  const { compilerOptions } = JSON.parse(readFileSync(join(project, 'tsconfig.json'), 'utf8'));
  writeFileSync(join(copy, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['src', 'test'] }));
  for (const { to, before, add } of additions) {
    const source = readFileSync(join(copy, to), 'utf8');
    expect(source.split(before), before).toHaveLength(2);
    writeFileSync(join(copy, to), source.replace(before, `${add} ${before}`));
  }
  files = await filesThatDoNotCompile();
}, 120_000);

async function filesThatDoNotCompile(): Promise<readonly string[]> {
  const compiler = spawn(join(project, 'node_modules/.bin/tsc'), ['--noEmit', '--pretty', 'false'], { cwd: copy });
  const [said] = await Promise.all([text(compiler.stdout), once(compiler, 'close')]);
  return [...new Set(said.split('\n').flatMap((line) => /^(\S+?)\(\d+,\d+\): error/.exec(line)?.[1] ?? []))];
}

describe('the build fails', () => {
  it.each(['src/bot/cards/person-card.ts', 'src/bot/cards/helpdesk-card.ts', 'test/adapters/every-screen.ts'])(
    'where somebody can be shown what no card draws, or what was tried on no platform: %s',
    (file) => expect(files).toContain(file),
  );

  it('where a button may be pressed that nobody answers', () => {
    expect(files).toContain('src/bot/presses/route-press.ts');
  });

  it.each(['render', 'render-inputs', 'render-text'])(
    'where a card may hold what one of the platforms does not draw: %s.ts',
    (file) => {
      for (const platform of ['slack', 'teams']) expect(files).toContain(`src/adapters/${platform}/${file}.ts`);
    },
  );
});
