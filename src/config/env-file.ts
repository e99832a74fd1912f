// The `.env` file: settings that a person wrote into a file in place of the environment. Takes only the names of settings, refuses
// every line that another reader might read otherwise, and never repeats a value.
import { isUtf8 } from 'node:buffer';
import { lstatSync, readFileSync, type Stats, statSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { foldCase } from '../text/case-folding.ts';
import { nearestName } from './nearest-name.ts';
import { invisible } from './parsers.ts';
import { type Environment, proxyVariables, settingNames } from './variables.ts';

/** What came of the file. Without a file everything is empty. */
export interface EnvFileReport {
  /** Absent: there is no file. */
  readonly path?: string;
  /** The names that hold from the file, each with its line. */
  readonly taken: ReadonlyMap<string, number>;
  /** The names that the environment sets as well, to something else; it wins. */
  readonly overridden: readonly string[];
  /** Whatever stops the start, each with its line. */
  readonly problems: readonly string[];
  /** What is allowed but surely a mistake. */
  readonly warnings: readonly string[];
  /** Names whose lines were not understood: nobody knows whether they are set. */
  readonly unclear: ReadonlySet<string> | 'all';
}

const noFile: EnvFileReport = {
  taken: new Map(),
  overridden: [],
  problems: [],
  warnings: [],
  unclear: new Set(),
};

/** By environment, so that whoever reads settings from one learns what its file lacked, and nobody can forget to ask. */
const reports = new WeakMap<object, EnvFileReport>();

/** What came of the file that this environment was completed from. */
export const envFileOf = (env: Environment): EnvFileReport => reports.get(env) ?? noFile;

/**
 * Completes `env` from the file `.env` in `folder`, and remembers what came of it. A variable that is set there already stays; an
 * empty one counts as not set. Throws nothing: the problems are told with those of the settings.
 */
export function adoptEnvFile(env: Record<string, string | undefined>, folder = process.cwd()): EnvFileReport {
  const report = readInto(env, join(folder, '.env'));
  reports.set(env, report);
  return report;
}

/** Far longer than all settings together. */
const bytesAtMost = 64 * 1024;
const linesAtMost = 1_000;

function readInto(env: Record<string, string | undefined>, path: string): EnvFileReport {
  const read = contentOf(path);
  if (read === undefined) return noFile;
  if (typeof read === 'string') return { ...noFile, path, problems: [`.env ${read}`], unclear: 'all' };
  const { entries, problems, unclear } = linesOf(read.content);
  const ours = entries.filter(({ name }) => mayStand(name));
  const held = ours.filter(({ name, value }) => value !== '' && !isSet(env, name));
  const overridden = ours.filter(({ name, value }) => value !== '' && isSet(env, name) && env[name] !== value);
  for (const { name, value } of held) env[name] = value;
  return {
    path,
    taken: new Map(held.map(({ name, line }) => [name, line])),
    overridden: overridden.map(({ name }) => name),
    problems,
    warnings: [...exposed(read.stats), ...entries.flatMap((entry) => ineffective(entry, env))],
    unclear,
  };
}

type Found = { readonly content: string; readonly stats: Stats };

/** Undefined where there is no file; a text says what is wrong with it. */
function contentOf(path: string): Found | string | undefined {
  try {
    const stats = statSync(path);
    // Opening a pipe would wait for somebody who writes into it.
    if (!stats.isFile()) return 'is not a file. Remove it, or write the settings into a file of that name';
    if (stats.size > bytesAtMost) return `is longer than ${bytesAtMost} bytes. Keep only settings in it`;
    const bytes = readFileSync(path);
    if (!isUtf8(bytes) || bytes.includes(0)) return 'is not a text in UTF-8. Save it as UTF-8';
    const content = bytes.toString('utf8').replace(/^\uFEFF/, '');
    if (content.split('\n').length > linesAtMost) return `has more than ${linesAtMost} lines. Keep only settings in it`;
    return { content, stats };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    if (code !== 'ENOENT') return `cannot be read (${code}). Correct its permissions, or remove it`;
    return isDangling(path) ? 'is a link to a file that is not there. Correct or remove it' : undefined;
  }
}

function isDangling(path: string): boolean {
  try {
    return lstatSync(path).isSymbolicLink();
  } catch {
    return false;
  }
}

interface Entry {
  readonly name: string;
  readonly value: string;
  readonly line: number;
}

interface Lines {
  readonly entries: readonly Entry[];
  readonly problems: readonly string[];
  readonly unclear: ReadonlySet<string>;
}

function linesOf(content: string): Lines {
  const entries = new Map<string, Entry>();
  const problems: string[] = [];
  const unclear = new Set<string>();
  for (const [index, whole] of content.split(/\r?\n/).entries()) {
    const text = trimmed(whole);
    if (text === '' || text.startsWith('#')) continue;
    const line = index + 1;
    const read = readLine(text);
    const first = entries.get(read.name);
    if ('value' in read && first === undefined) entries.set(read.name, { ...read, line });
    else {
      unclear.add(read.name);
      const what = 'what' in read ? read.what : `sets ${shown(read.name)} again, after line ${first?.line}. Remove one`;
      problems.push(`.env:${line}: ${what}`);
    }
  }
  return { entries: [...entries.values()], problems, unclear };
}

/** Only of plain white space: another would be a part of the value, and is refused with it. */
function trimmed(text: string): string {
  let [from, to] = [0, text.length];
  while (from < to && isBlank(text[from])) from += 1;
  while (to > from && isBlank(text[to - 1])) to -= 1;
  return text.slice(from, to);
}

const isBlank = (sign: string | undefined): boolean => sign === ' ' || sign === '\t';

type Line = { readonly name: string } & ({ readonly value: string } | { readonly what: string });

const quotes = ['"', "'", '`'];
const shape = 'Write it like NAME=value';

/** The value comes from Node.js' own parser. Whatever that would drop, cut or take literally without a word is refused. */
function readLine(text: string): Line {
  const [, name, rest = ''] = /^(?:export[ \t]+)?([A-Za-z_][A-Za-z0-9_]*)[ \t]*=(.*)$/s.exec(text) ?? [];
  if (name === undefined) {
    const hint = invisible.test(text.split('=')[0] ?? '') ? 'has an invisible character in the name. Type it anew' : '';
    return { name: firstWord(text), what: hint === '' ? `is no setting. ${shape}` : hint };
  }
  const value = trimmed(rest);
  const what = doubtAbout(value);
  return what === undefined
    ? { name, value: parseEnv(`V=${value}`)['V'] ?? '' }
    : { name, what: `${shown(name)} ${what}` };
}

/** A line that went astray may be a piece of a secret with a `=` at its end, as keys in base64 have. */
const shown = (name: string): string =>
  /^(?:[A-Z0-9_]{1,64}|[a-z0-9_]{1,64})$/.test(name) && (name.length < 20 || name.includes('_'))
    ? name
    : 'the name there';

const firstWord = (text: string): string => /^(?:export[ \t]+)?([A-Za-z0-9_]{1,64})/.exec(text)?.[1] ?? '';

/** Why a value would not be what its writer meant; undefined if it may be. `value` has no white space around it. */
function doubtAbout(value: string): string | undefined {
  if (/[^\P{Cc}\t]/u.test(value)) return 'has a control character. Type it anew';
  const opening = value[0] ?? '';
  if (quotes.includes(opening)) {
    const end = value.indexOf(opening, 1);
    if (end === -1) return 'begins with a quotation mark that the line does not end. Add it at the end, or remove it';
    if (!/^(?:[ \t]+#.*)?$/.test(value.slice(end + 1)))
      return 'has something behind the quotation mark that ends it. Use another kind of quotation marks around it';
  } else if (/^#|[^ \t]#/.test(value))
    return 'has a # outside of quotation marks, where a comment begins. Put the value in quotation marks, or a space before the comment';
  if (opening !== "'" && /\$[{(]/.test(value.split(/[ \t]#/)[0] ?? ''))
    return 'has a $ with a bracket, but nothing is filled in here. Write the value itself; put it in single quotation marks if it really has these signs';
  return undefined;
}

const settingsOfProxies = [...proxyVariables, 'NO_PROXY', 'no_proxy'];
/** Of several directories; the policy names each. */
const passwordOfDirectory = /^DIRECTORY_PASSWORD_[A-Z0-9_]{1,80}$/;
const mayStand = (name: string): boolean =>
  settingNames.includes(name) || settingsOfProxies.includes(name) || passwordOfDirectory.test(name);

/** The two spellings of a variable for a proxy are one variable: the lower one would win over the upper one of the environment. */
const isSet = (env: Environment, name: string): boolean =>
  [
    name,
    ...settingsOfProxies.filter((other) => settingsOfProxies.includes(name) && foldCase(other) === foldCase(name)),
  ].some((each) => env[each] !== undefined && env[each] !== '');

/** Node.js reads these before it reads our first line, or wherever it opens a connection. */
const ofNode = /^(?:NODE_(?!ENV$)[A-Z_]+|SSL_CERT_(?:FILE|DIR)|UV_[A-Z_]+|TZ|LD_[A-Z_]+)$/;

/** Compose reads `.env` as well: deploy/container/compose.yaml makes DATABASE_URL of it. */
const ofCompose: readonly string[] = ['POSTGRES_PASSWORD'];

function ineffective({ name, line }: Entry, env: Environment): string[] {
  if (mayStand(name) || ofCompose.includes(name)) return [];
  if (ofNode.test(name))
    return isSet(env, name)
      ? []
      : [`.env:${line}: ${shown(name)} has no effect in this file. Set it in the environment that starts Latchkey`];
  const nearest = nearestName(name, settingNames);
  const meant = nearest === undefined ? 'Remove it' : `Did you mean ${nearest}?`;
  return [`.env:${line}: ${shown(name)} is no setting, and has no effect. ${meant}`];
}

/** Windows has no such permissions. */
function exposed({ mode }: Stats): string[] {
  if (process.platform === 'win32') return [];
  if ((mode & 0o022) !== 0) return ['.env can be changed by other users of this machine. Run: chmod 600 .env'];
  return (mode & 0o004) === 0 ? [] : ['.env can be read by other users of this machine. Run: chmod 600 .env'];
}
