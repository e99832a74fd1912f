// The documents say what is so: the files, settings, log lines, metrics and commands that they name exist, the map has every
// folder, and the change log has one section for the version in work.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { runCommand } from '../src/cli/commands.ts';
import { isRefused } from '../src/config/installation.ts';
import { settingNames } from '../src/config/variables.ts';
import { sourcesIn } from './flows/source.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const inFolder = (folder: string): readonly string[] =>
  readdirSync(join(root, folder))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `${folder}/${name}`);
const documents = [
  ...['README.md', 'ARCHITECTURE.md', 'RUNBOOK.md', 'CHANGELOG.md', 'SECURITY.md', 'bench/README.md'],
  ...['docs', 'docs/security', 'docs/decisions'].flatMap(inFolder),
];
const { version, scripts } = z
  .object({ version: z.string(), scripts: z.record(z.string(), z.string()) })
  .parse(JSON.parse(read('package.json')));
const code = sourcesIn('src')
  .map(({ text }) => text)
  .join('\n');

const every = (text: string, pattern: RegExp): readonly string[] =>
  [...text.matchAll(pattern)].map(([, found]) => found ?? '');
const quotedIn = (text: string): readonly string[] => every(text, /`([^`\n]+)`/g);
/** The name that a browser gives to a heading. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');
/** A comment in a block of commands is no heading. */
const anchorsIn = (path: string): readonly string[] =>
  every(read(path).replaceAll(/^ *```[\s\S]*?^ *```$/gm, ''), /^#+ (.+)$/gm).map(anchorOf);

/** Of Node.js, of other programs, or of Compose's own file; and codes of errors, which look alike. */
const otherNames = [
  ...[
    'SUDO_USER',
    'NODE_EXTRA_CA_CERTS',
    'NODE_OPTIONS',
    'NODE_TLS_REJECT_UNAUTHORIZED',
    'HTTPS_PROXY',
    'HTTP_PROXY',
    'NO_PROXY',
  ],
  // A variable that the policy names, and codes of errors.
  ...['DIRECTORY_PASSWORD_EU', 'CERT_HAS_EXPIRED'],
  // In the settings of Auth0's connector for Active Directory.
  ...['ENABLE_WRITE_BACK', 'ENABLE_ACTIVE_DIRECTORY_UNICODE_PASSWORD', 'AUTO_UNLOCK_ON_PASSWORD_CHANGE'],
  ...['NO_COLOR', 'POSTGRES_PASSWORD', 'DEPTH_ZERO_SELF_SIGNED_CERT', 'ERR_TLS_CERT_ALTNAME_INVALID'],
];
/** What an operator reads; the other documents speak of tests, of other programs and of the past. */
const ofOperators = documents.filter(
  (path) =>
    !path.startsWith('docs/decisions/') &&
    !path.startsWith('docs/security/') &&
    // For developers of a client; test/rest/documents.test.ts compares its codes.
    !['bench/README.md', 'docs/rest.md'].includes(path),
);

/** As in `requests end ID --because TEXT`: what a person puts in its place. */
const places: Readonly<Record<string, string>> = {
  ...{ ID: 'abc', EMAIL: 'jane@acme.example', TEXT: 'why', NAME: 'sam', DIR: './tenant', LINE: '3', FILE: 'copy.db' },
  ...{ 'FILE.csv': 'people.csv', 'THE-ID': 'abc' },
};

/** Whether the tool has this command with these options: it then finds fault with the settings, which are all wrong here. */
async function isUnderstood(words: readonly string[]): Promise<boolean> {
  const wrong = { DATABASE_URL: 'none', PUBLIC_URL: 'none', AUTH0_DOMAIN: '/', POLICY_FILE: 'built-in' };
  // Named as a whole, for all that it can do.
  if (['requests', 'pauses', 'work'].includes(words.join(' '))) return true;
  try {
    const code = await runCommand(words, wrong);
    // The doctor reports refused settings as its findings, and throws nothing.
    return code === 0 || (words[0] === 'doctor' && code === 2);
  } catch (error) {
    if (isRefused(error)) return true;
    const what = error instanceof Error ? error.message : String(error);
    // A command may be named without the words that it needs.
    return /^this needs |^say `explain/.test(what);
  }
}

/** The commands of the operator in a text, as lists of words. A word in brackets may be left out, so both are meant. */
function commandsIn(text: string): readonly (readonly string[])[] {
  const named = [
    ...every(text, /npm run (?:--silent )?latchkey -- ([^`\n]+)/g),
    // `latchkey instance` is the name of a connection to PostgreSQL.
    ...every(text, /`latchkey (?!instance)([^`\n]+)`/g),
    ...every(text, /`((?:backup|restore|requests|pauses|work|manifest|contacts) [^`\n]+)`/g),
  ];
  return named.map((line) =>
    line
      .replace(/ +#.*$| +[>|] .*$/, '')
      .replaceAll(/[[\]]/g, '')
      .split(' ')
      .filter((word) => word !== '')
      .map((word) => places[word] ?? word.split('|', 1)[0] ?? ''),
  );
}

describe.each(documents)('%s', (path) => {
  const text = read(path);

  it('links to nothing that is not there', () => {
    const links = every(text, /\]\(([^)\s]+)\)/g).filter((link) => !/^https?:/.test(link));
    const dead = links.filter((link) => {
      const [file = '', anchor] = link.split('#');
      const target = file === '' ? path : join(dirname(path), file);
      return !existsSync(join(root, target)) || (anchor !== undefined && !anchorsIn(target).includes(anchor));
    });
    expect(dead).toEqual([]);
  });

  it('names no file that is not there', () => {
    const named = quotedIn(text).filter((one) => /^[\w./-]+\.(?:ts|mjs)$/.test(one) && one.includes('/'));
    const beside = ['', 'src', 'test'];
    expect(named.filter((one) => !beside.some((folder) => existsSync(join(root, folder, one))))).toEqual([]);
  });

  it('names no command that is not there', () => {
    const named = every(text, /npm run (?:--silent )?([a-z][\w:-]*)/g);
    expect(named.filter((one) => scripts[one] === undefined)).toEqual([]);
  });

  it('names no command of the operator, and no option of one, that is not there', async () => {
    const muted = [process.stdout, process.stderr].map((stream) =>
      vi.spyOn(stream, 'write').mockImplementation(() => true),
    );
    const unknown: string[] = [];
    for (const words of commandsIn(text)) {
      const isKnown = (await isUnderstood(words)) || (await isUnderstood([...words, 'x']));
      if (!isKnown) unknown.push(words.join(' '));
    }
    for (const one of muted) one.mockRestore();
    expect(unknown).toEqual([]);
  });

  it('names no folder and no file of the project that is not there', () => {
    const named = every(text, /[`(\s]((?:\.\.\/)*(?:deploy|docs|manifest|src|playground|bench)\/[\w./-]*\w)/g);
    const stripped = named.map((one) => one.replaceAll('../', ''));
    expect(stripped.filter((one) => !existsSync(join(root, one)))).toEqual([]);
  });

  it('names no metric and no setting that is not there', () => {
    const metrics = every(text, /\b(latchkey_[a-z_]+)/g).map((one) => one.replace(/_(?:count|sum|bucket)$/, ''));
    const settings = every(text, /\b((?:AUTH0|SLACK|TEAMS)_[A-Z0-9_]+|[A-Z]+_(?:FILE|URL|KEYS|SECRET|LEVEL|PROXY))\b/g);
    expect([...metrics, ...settings].filter((one) => !code.includes(one))).toEqual([]);
  });
});

describe.each(ofOperators)('%s, for operators,', (path) => {
  const text = read(path);

  it('names every setting as it is called', () => {
    const named = every(text, /(?<![\w$])([A-Z][A-Z0-9]*_[A-Z0-9_]*[A-Z0-9])(?![\w…])/g);
    expect([...new Set(named)].filter((one) => !settingNames.includes(one) && !otherNames.includes(one))).toEqual([]);
  });

  it('names no address of the server that it does not answer', () => {
    const ours = every(
      text,
      /`(?:GET |POST |PUBLIC_URL)?(\/(?:go|enrol|hooks|slack|api|healthz|readyz|metrics)\b[^`\s]*)`/g,
    );
    const addresses = ours
      .filter((one) => !one.startsWith('/api/v2/'))
      .map((one) => one.replace(/\/(?:…|test|:token)?$/, ''));
    expect(addresses.filter((one) => !new RegExp(`['\`]${one}(?=['\`/])`).test(code))).toEqual([]);
  });
});

it('a command, an option, a setting and an address that are not there would be noticed', async () => {
  const understood = async (line: string) => isUnderstood(line.split(' '));
  const muted = vi.spyOn(process.stderr, 'write').mockImplementation(() => true);
  for (const line of [
    'reqests list',
    'requests lst',
    'requests list --sate open',
    'backup f --forse',
    'manifest auth1 d',
  ])
    expect([line, await understood(line)]).toEqual([line, false]);
  for (const line of ['requests list --state open', 'requests end', 'backup f --force', 'manifest auth0 d', 'migrate'])
    expect([line, await understood(line)]).toEqual([line, true]);
  muted.mockRestore();
  expect(settingNames).not.toContain('SECRET_KEY');
});

describe('the map', () => {
  const map = read('ARCHITECTURE.md').split('```')[1] ?? '';
  const folders = (within: string): readonly string[] =>
    readdirSync(join(root, within), { withFileTypes: true }).flatMap((one) => (one.isDirectory() ? [one.name] : []));
  const rooms = folders('src');

  it.each([...rooms, ...rooms.flatMap((room) => folders(`src/${room}`).filter((one) => one !== 'en'))])(
    'has the folder %s',
    (folder) => {
      expect(map).toContain(`${folder}/`);
    },
  );
});

describe('the runbook', () => {
  const tables = read('RUNBOOK.md')
    .split('\n')
    .filter((row) => row.startsWith('| `'));
  const named = tables.flatMap((row) => quotedIn(row.split(' | ')[0] ?? ''));

  it('names no event that is never logged', () => {
    const events = named.filter((one) => /^[a-z0-9]+(?:\.[a-z-]+)+$/.test(one) && !one.startsWith('failure.'));
    expect(events.length).toBeGreaterThan(10);
    const isLogged = (event: string): boolean =>
      code.includes(`'${event}'`) || (event.endsWith('.refused') && code.includes('.refused`'));
    expect(events.filter((event) => !isLogged(event))).toEqual([]);
  });

  it('quotes no log line that is never written', () => {
    const lines = named.filter((one) => / .* /.test(one) && !/[{=]/.test(one)).map((one) => one.replace(/…$/, ''));
    expect(lines.length).toBeGreaterThan(10);
    expect(lines.filter((one) => !code.includes(one))).toEqual([]);
  });
});

describe('the change log', () => {
  const text = read('CHANGELOG.md');

  it('has a section for the version in work, and says nothing of a release that nobody has', () => {
    expect(every(text, /^## (\S+)/gm)).toEqual([version]);
    expect(text).not.toMatch(/\bBefore, |no longer|\bany more\b/);
  });

  it('says everything once', () => {
    const beginnings = every(text, /^- (.{0,40})/gm);
    expect(beginnings.filter((one, nth) => beginnings.indexOf(one) !== nth)).toEqual([]);
  });
});

it('no two decisions have one number', () => {
  const numbers = inFolder('docs/decisions').map((path) => path.slice(15, 19));
  expect(new Set(numbers).size).toBe(numbers.length);
});

describe('what only the operator can do is said, with how to do it:', () => {
  const installing = read('docs/installing.md');
  const risks = read('docs/security/residual-risks.md');
  const codeIn = (language: string): string => installing.split(`\`\`\`${language}\n`)[1]?.split('```')[0] ?? '';

  it('codes are turned off for every other application, and why', () => {
    expect(installing).toMatch(/Turn every \*\*other\*\* application off there: .*past Latchkey/);
    expect(risks).toMatch(/^\| Whoever reads a linked mailbox or phone signs in to another application with it/m);
  });

  it('the proxy logs no address of a link: nginx, which writes it into two logs, and Caddy', () => {
    expect(codeIn('nginx')).toMatch(
      /location ~ \^\/\(go\|enrol\)\/ \{\s+access_log off;\s+error_log \/dev\/null crit;/,
    );
    expect(codeIn('caddyfile')).toMatch(/^\s*request>uri regexp "\^\/\(go\|enrol\|recover\)\[\/\?\]\.\*" "\/\$1\/…"$/m);
  });

  it('who reads direct messages holds a live link', () => {
    expect(risks).toMatch(/^\| Somebody reads the person's direct messages while a link is live \|/m);
  });

  it('fifty codes an hour, and what to ask Auth0 for', () => {
    const [, codes = ''] = installing.split('#### Codes an hour');
    expect(codes).toMatch(/at most fifty codes an hour .* one IP address/);
    expect(codes).toMatch(/ask Auth0's support.* raise the limit of passwordless codes for the address/);
  });

  it('a proxy for outgoing calls, and the certificate authority of the company', () => {
    expect(installing).toMatch(/`HTTPS_PROXY=http:[^`]+`.*`NO_PROXY`.*`NODE_EXTRA_CA_CERTS=[^`]+`/);
  });
});
