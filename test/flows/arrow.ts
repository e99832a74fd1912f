// Which folder may import which, and what no file may contain. Each rule returns its complaints, one line each.
import { importsOf, type Source, withoutComments, withoutTexts } from './source.ts';

/**
 * `adapters → bot → engine → flows ← auth0, store, web`: an import may skip a layer, but never point back. Below them
 * are the shared folders.
 */
const below: Readonly<Record<string, readonly string[]>> = {
  adapters: ['bot', 'engine', 'flows', 'inbound', 'outbound', 'doctor', 'concurrency', 'text'],
  bot: ['engine', 'flows', 'concurrency', 'text'],
  engine: ['flows', 'concurrency', 'text'],
  auth0: ['flows', 'outbound', 'doctor', 'concurrency', 'text'],
  ldap: ['flows', 'outbound', 'doctor', 'concurrency', 'text'],
  store: ['flows', 'doctor', 'concurrency', 'text'],
  notices: ['flows', 'outbound', 'doctor', 'concurrency', 'text'],
  web: ['flows', 'inbound', 'observability', 'doctor', 'concurrency', 'text'],
  observability: ['config', 'flows', 'doctor', 'concurrency', 'text'],
  doctor: ['flows', 'outbound', 'concurrency', 'text'],
  config: ['flows', 'text'],
  inbound: ['flows', 'concurrency', 'text'],
  outbound: ['flows', 'concurrency', 'text'],
  concurrency: ['flows'],
  text: [],
  flows: [],
};
/** These compose all parts, so they may import everything. */
const tops = ['src/main.ts', 'src/compose.ts', 'src/compose/', 'src/cli/'];
const isTop = (path: string): boolean => tops.some((top) => path.startsWith(top));
/** A single file beside the folders may import these. */
const belowFiles = ['flows', 'concurrency', 'text'];

const layerOf = (path: string): string => /^src\/([^/]+)\//.exec(path)?.[1] ?? '';
const platformOf = (path: string): string => /^src\/adapters\/([^/]+)\//.exec(path)?.[1] ?? '';

export function wrongArrows(source: Source): readonly string[] {
  return importsOf(source)
    .filter((target) => !isAllowed(source.path, target))
    .map((target) => `${source.path} must not import ${target}`);
}

function isAllowed(from: string, to: string): boolean {
  const layer = layerOf(from);
  if (layer === 'flows') return to.startsWith('src/flows/');
  if (!isOurs(to)) return true;
  if (!to.startsWith('src/')) return isTop(from) && (to.startsWith('manifest/') || to === 'package.json');
  if (isTop(from)) return true;
  if (isTop(to) || layerOf(to) === '') return false;
  if (layer === layerOf(to)) return layer !== 'adapters' || ['', platformOf(from)].includes(platformOf(to));
  return (layer === '' ? belowFiles : (below[layer] ?? [])).includes(layerOf(to));
}

/** Circles of files that import each other, directly or through others. Each circle once, as a list of its files. */
export function circles(sources: readonly Source[]): readonly (readonly string[])[] {
  const imports = new Map(sources.map((source) => [source.path, importsOf(source)]));
  const reachable = (from: string): ReadonlySet<string> => {
    const seen = new Set<string>();
    const next = [...(imports.get(from) ?? [])];
    for (let path = next.pop(); path !== undefined; path = next.pop()) {
      if (seen.has(path) || !imports.has(path)) continue;
      seen.add(path);
      next.push(...(imports.get(path) ?? []));
    }
    return seen;
  };
  const reached = new Map([...imports.keys()].map((path) => [path, reachable(path)]));
  const found = new Map<string, readonly string[]>();
  for (const [path, seen] of reached) {
    if (!seen.has(path)) continue;
    const circle = [...seen].filter((other) => reached.get(other)?.has(path)).sort();
    found.set(circle.join(' '), circle);
  }
  return [...found.values()];
}

const typeExport = /^export (?:interface|type|class) ([A-Za-z0-9_]+)/gm;

/**
 * Type names that are exported by several files. Files of the same name in sibling adapters are permitted to: they
 * describe the same thing for each platform.
 */
export function repeatedTypes(sources: readonly Source[]): readonly string[] {
  const places = new Map<string, string[]>();
  for (const { path, text } of sources) {
    for (const [, name = ''] of text.matchAll(typeExport)) places.set(name, [...(places.get(name) ?? []), path]);
  }
  const withoutPlatform = (path: string): string => path.replace(`src/adapters/${platformOf(path)}/`, '');
  return [...places]
    .filter(([, paths]) => paths.length > 1 && !isSiblings(paths))
    .map(([name, paths]) => `${name}: ${paths.join(', ')}`);

  function isSiblings(paths: readonly string[]): boolean {
    return paths.every((path) => platformOf(path) !== '') && new Set(paths.map(withoutPlatform)).size === 1;
  }
}

const emulatorOf = (path: string): string => /^playground\/(auth0|slack|teams)\//.exec(path)?.[1] ?? '';

const sharedByEmulators = ['playground/json.ts', 'playground/unreachable.ts'];

/** An emulator stands in for an external service: it may import neither the product nor another emulator. */
export function emulatorArrows(source: Source): readonly string[] {
  const emulator = emulatorOf(source.path);
  if (emulator === '') return [];
  return importsOf(source)
    .filter((to) => /^(?:src|manifest|playground|test|bench|docs)\//.test(to))
    .filter((to) => !to.startsWith(`playground/${emulator}/`) && !sharedByEmulators.includes(to))
    .map((to) => `${source.path} must not import ${to}`);
}

/** A package is neither a folder of this project nor a relative path. */
const isOurs = (name: string): boolean =>
  /^(src|playground|test|bench|docs|manifest)\//.test(name) || name.startsWith('..') || name.endsWith('.json');

const platforms = '[\'"`](slack|teams|rest)[\'"`]';
const comparison = new RegExp(`[!=]==?\\s*${platforms}|${platforms}\\s*[!=]==?|\\bcase\\s+${platforms}`);

export function platformQuestions({ path, text }: Source): readonly string[] {
  if (platformOf(path) !== '') return [];
  const asked = comparison.exec(withoutComments(text));
  return asked === null ? [] : [`${path} asks which platform it is: ${asked[0]}`];
}

/** A function that handles a person's request returns a flow, and its caller draws it. */
export function drawing(source: Source): readonly string[] {
  const drawn = importsOf(source).filter((target) => /^src\/bot\/(?:cards|copy)\//.test(target));
  const named = /\b(?:Card|Copy|[Ss]lack|[Tt]eams)\b/.exec(withoutComments(source.text))?.[0];
  return [...drawn, ...(named === undefined ? [] : [named])].map((what) => `${source.path} speaks of ${what}`);
}

const impurities: readonly RegExp[] = [
  /\bDate\b/,
  /\bMath\.random\b/,
  /\b(?:crypto|process|console|performance|globalThis|fetch|setTimeout|setInterval|setImmediate|queueMicrotask)\b/,
  /\b(?:async|await)\b|\bPromise\./,
  /\bas (?!const\b)[A-Za-z{[(]/,
];

/** The flows use no clock, no randomness and no I/O, and no casts except those that make an id. */
export function impure({ path, text }: Source): readonly string[] {
  const code = withoutTexts(text).replace(/^import\b[^;]*;/gm, '');
  return impurities
    .filter((impurity) => !(path === 'src/flows/ids.ts' && impurity.source.includes('as (')))
    .flatMap((impurity) => impurity.exec(code)?.[0] ?? [])
    .map((found) => `${path} contains ${found}`);
}

const looseness: readonly RegExp[] = [
  /[:<,(|&]\s*any\b|\bas any\b/,
  /[\w)\]]!(?:[.;,)\]\s[]|$)(?!=)/m,
  /\benum\s+[A-Z]/,
  /\bnamespace\s+[A-Z]/,
];

const silenced = /@ts-(?:ignore|expect-error|nocheck)/;
/** A line with a written reason for its exception is not checked. */
const excused = /^.*\/\/ biome-ignore lint\/\S+: \S.*\n.*$/gm;

export function loose({ path, text }: Source): readonly string[] {
  const code = withoutTexts(text.replace(excused, ''));
  const found = [...looseness.map((loosened) => loosened.exec(code)?.[0]), silenced.exec(text)?.[0]];
  return found.filter((one) => one !== undefined).map((one) => `${path} contains ${one.trim()}`);
}

/** Places where letters change case without identifying anybody, each with what the text is. */
const caseChanges: Readonly<Record<string, string>> = {
  'src/text/case-folding.ts': 'the one place',
  'src/text/bounded-text.ts': 'words and codes that somebody wrote',
  'src/bot/intent.ts': 'words that somebody wrote',
  'src/bot/presses/flow-press.ts': 'the digits of a code',
  'src/observability/redaction.ts': 'names of fields, of which rather too many are redacted',
  'src/adapters/slack/receiver.ts': 'a media type',
  'src/adapters/rest/endings.ts': 'our own names of endings, as codes',
  'src/text/new-password.ts': 'names that a password must not hold',
  'src/text/common-passwords.ts': 'a password that is looked for in a list',
  'src/ldap/password-rules.ts': 'names that a password must not contain, which a directory compares without case',
};
/** With the flags `iu` a regular expression matches the Kelvin sign as a k. */
const folding =
  /\.(?:to(?:Locale)?(?:Lower|Upper)Case|normalize|localeCompare)\b|\/(?=[dgmsuvy]*i)(?=[dgimsy]*[uv])[dgimsuvy]{2,}(?=[.,;)\s])/;

export function foldings({ path, text }: Source): readonly string[] {
  const found = folding.exec(withoutComments(text))?.[0];
  return found === undefined || path in caseChanges ? [] : [`${path} changes the letters of a name: ${found}`];
}

/** Each small machine stands once: its home, and what looks like another copy of it elsewhere. */
const copies: Readonly<Record<string, { readonly home: string; readonly pattern: RegExp }>> = {
  timeout: {
    home: 'src/concurrency/',
    pattern: /\bPromise\.race\b|\bsetTimeout\(\(\) => (?:resolve|reject)\(/,
  },
  'single flight': { home: 'src/concurrency/', pattern: /\?\?=[^;]*\.finally\(/ },
  'expiring map': { home: 'src/concurrency/', pattern: /\bfrom 'lru-cache'|\.keys\(\)\.next\(\)/ },
  sleep: { home: 'src/concurrency/', pattern: /\bsetTimeout\((?:resolve|done|\w*[rR]esolve)\b/ },
  'name of an error': { home: 'src/concurrency/', pattern: /instanceof Error \? (\w+)\.name\b/ },
  'bounded reader of an answer': {
    home: 'src/outbound/answer-text.ts',
    pattern: /for await \([^)]*\bof (?:\w+\.)*body\b|\.body\??\.getReader\(/,
  },
  'count of calls': { home: 'src/outbound/observe.ts', pattern: /\.ok \? 'ok' : / },
  'name of an unread answer': { home: 'src/outbound/failed-call.ts', pattern: /`answer-not-understood/ },
  'final failure': {
    home: 'src/flows/outcome.ts',
    pattern: /=== '(?:absent|refused)' \|\| [\w.]+ === '(?:absent|refused)'/,
  },
  'handler of what a route throws': {
    home: 'src/inbound/',
    pattern: /(?<!server)\.setErrorHandler\(/,
  },
};

export function copiedMachines({ path, text }: Source): readonly string[] {
  const code = withoutComments(text);
  return Object.entries(copies)
    .filter(([, { home, pattern }]) => !path.startsWith(home) && pattern.test(code))
    .map(([machine, { home }]) => `${path} has a ${machine} of its own: take the one in ${home}`);
}
