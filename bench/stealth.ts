// Can a stranger tell from the answers whether a name has an account? Two thousand answers for each kind of name, in mixed order, to each
// step that a stranger can take: the name, wrong codes until there are no tries left, the code sent again, and a code that is too old.
import { randomBytes } from 'node:crypto';
import { freePort } from '../playground/free-port.ts';
import { type Helper, startHelper } from './channel.ts';
import { byLearning, byThreshold, type Verdict } from './classifier.ts';
import { type NameKind, nameKinds, typedName } from './names.ts';
import { auth0Settings, type Emulators, isReady, slackSettings } from './product.ts';
import { scaled } from './scale.ts';
import type { Act, Typed, TypedAnswer, TypedOrder } from './strangers.ts';
import { amount, type Row, row } from './table.ts';

const answersOfAKind = scaled(2_000);
const concurrency = 128;
/** Of every call to Auth0. */
const latencyMs = 100;
/** About these Auth0 is asked, as far as the codes of an hour last. */
const realKinds: readonly NameKind[] = ['ordinary', 'locked', 'disabled'];
const policy = `rest: { enabled: true }
connections: [CorpUsers, BranchUsers]
setPasswordHere: [CorpUsers]
selfService: { codesPerHour: 10000 }
limits: { codesPerHour: 50, codeFailuresPerDay: 100 }
`;

/** Acts without a pause between them, and how many seconds pass before they begin. */
interface Part {
  readonly afterSeconds: number;
  readonly acts: readonly Act[];
}
interface Course {
  readonly what: string;
  readonly parts: readonly Part[];
  /** What each answer is about. */
  readonly steps: readonly string[];
  /** How many of its codes Auth0 is asked about, for a name with an account. */
  readonly lookedAt: number;
  /** How many names of each kind at a time: together they finish a part before any code is too old. */
  readonly atOnce: number;
}
const lockOut: Course = {
  what: 'a name, and wrong codes until it is locked out',
  parts: [{ afterSeconds: 0, acts: ['name', 'wait', 'wrong code', 'wrong code', 'wrong code', 'wrong code'] }],
  steps: ['a name', 'a wrong code', 'a second one', 'the last one', 'one more, locked out'],
  lookedAt: 3,
  atOnce: answersOfAKind,
};
const resend: Course = {
  what: 'a name, the code sent again, and too old',
  parts: [
    { afterSeconds: 0, acts: ['name', 'wait', 'resend'] },
    { afterSeconds: 61, acts: ['resend', 'wait', 'wrong code'] },
    { afterSeconds: 181, acts: ['wrong code'] },
  ],
  steps: ['a name', 'sent again too soon', 'sent again', 'a wrong code', 'one that is too old'],
  lookedAt: 1,
  atOnce: Math.min(200, answersOfAKind),
};

type Person = Typed & { readonly kind: NameKind };
/** For each name of a kind its answers, in the order of the steps. */
type Answers = ReadonlyMap<NameKind, readonly (readonly TypedAnswer[])[]>;

export const measureStealth = (emulators: Helper, where: Emulators) => measure(lockOut, emulators, where);
export const measureStealthResend = (emulators: Helper, where: Emulators) => measure(resend, emulators, where);

async function measure(course: Course, emulators: Helper, where: Emulators): Promise<readonly Row[]> {
  await emulators.ask('addNames', answersOfAKind);
  await emulators.ask('latency', latencyMs);
  return rowsOf(course, await taken(where, course));
}

async function taken(where: Emulators, course: Course): Promise<Answers> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const product = startHelper('bench/typed-product.ts', {
    silent: true,
    env: {
      ...{ HOST: '127.0.0.1', PORT: String(port), PUBLIC_URL: url, DATABASE_URL: 'sqlite::memory:' },
      ...{ SECRET_KEYS: randomBytes(32).toString('base64'), POLICY_FILE: 'built-in', BENCH_POLICY: policy },
      TRUST_PROXY: '127.0.0.1',
      ...auth0Settings(where),
      ...slackSettings(where),
    },
  });
  const strangers = startHelper('bench/strangers.ts');
  try {
    await isReady(url, product);
    const answers = new Map<NameKind, (readonly TypedAnswer[])[]>(nameKinds.map((kind) => [kind, []]));
    for (let done = 0; done < answersOfAKind; done += course.atOnce) {
      const typed = shuffled(done, Math.min(course.atOnce, answersOfAKind - done));
      for (const [nth, given] of (await follow(course, { url, typed, product, strangers })).entries())
        answers.get(typed[nth]?.kind ?? 'unknown')?.push(given);
      // The codes of the hour are given back.
      await product.ask('pass', 3_600);
    }
    wereLookedAt(await codesLookedAt(url), course);
    return answers;
  } finally {
    await strangers.end();
    await product.end();
  }
}

interface Following {
  readonly url: string;
  readonly typed: readonly Person[];
  readonly product: Helper;
  readonly strangers: Helper;
}

async function follow({ parts, steps }: Course, { url, typed, product, strangers }: Following) {
  const answers = typed.map((): TypedAnswer[] => []);
  for (const { afterSeconds, acts } of parts) {
    await product.ask('pass', afterSeconds);
    const order = { url, typed, concurrency, acts } satisfies TypedOrder;
    for (const [nth, given] of (await strangers.ask<readonly (readonly TypedAnswer[])[]>('type', order)).entries())
      answers[nth]?.push(...given);
  }
  const short = answers.find((given) => given.length !== steps.length || given[0]?.status !== 200);
  if (short !== undefined) throw new Error(`a name was not taken: ${JSON.stringify(short)}`);
  return answers;
}

/** How often Auth0 was asked about a code, by what the product itself counts. */
async function codesLookedAt(url: string): Promise<number> {
  const metrics = await (await fetch(`${url}/metrics`)).text();
  const counts = metrics.matchAll(/^latchkey_outside_call_seconds_count\{[^}]*call="code-exchange"[^}]*\} (\d+)$/gm);
  return [...counts].reduce((sum, [, count]) => sum + Number(count), 0);
}

/** Otherwise nothing was compared. */
function wereLookedAt(tried: number, { lookedAt }: Course): void {
  const expected = realKinds.length * answersOfAKind * lookedAt;
  if (tried < 0.9 * expected || tried > 1.1 * expected)
    throw new Error(`${tried} codes were looked at, and not ${expected}: the kinds are not what they are called`);
}

/** In mixed order, so that whatever else happens on the machine happens to all alike. */
function shuffled(from: number, count: number): readonly Person[] {
  const all = nameKinds.flatMap((kind) =>
    Array.from({ length: count }, (_, nth) => ({
      ...{ kind, name: typedName(kind, from + nth), address: addressOf(from + nth) },
    })),
  );
  const keyed = all.map((typed) => ({ typed, key: randomBytes(6).toString('hex') }));
  return keyed.toSorted((a, b) => (a.key < b.key ? -1 : 1)).map(({ typed }) => typed);
}

const addressOf = (nth: number): string => `10.${(nth >> 16) & 255}.${(nth >> 8) & 255}.${nth & 255}`;

function rowsOf({ what, steps }: Course, answers: Answers): readonly Row[] {
  const ordinary = answers.get('ordinary') ?? [];
  const looks = steps.map((_, step) => new Set([...answers.values()].flat().map((given) => given[step]?.looks)).size);
  const msOf = (given: readonly TypedAnswer[]): readonly number[] => given.map(({ ms }) => ms);
  const others = [...answers].filter(([kind]) => kind !== 'ordinary');
  const rowFor = (title: string, note: string, verdictOn: (theirs: readonly (readonly TypedAnswer[])[]) => Verdict) => {
    const told = others.map(([kind, theirs]) => ({ kind, ...verdictOn(theirs) }));
    const most = told.toSorted((a, b) => b.share - a.share)[0] ?? { kind: 'none', share: Number.NaN, chance: 0 };
    const percent = (share: number): string => (100 * share).toFixed(1);
    return row(
      title,
      `${percent(most.share)} % told (${most.kind})`,
      `a coin 50.0 ± ${percent(most.chance)} %${note}`,
      (most.share / 0.5).toFixed(2),
      `≤ ${(1 + 2 * most.chance).toFixed(2)}`,
    );
  };
  return [
    row(
      `${what}: ${answersOfAKind.toLocaleString('en-US')} of each of ${nameKinds.length} kinds`,
      `${Math.max(...looks)} different`,
      'the same for all 1',
      Math.max(...looks).toFixed(2),
      '1',
    ),
    ...steps.map((step, nth) => {
      const times = ordinary.map((given) => given[nth]?.ms ?? 0);
      const median = times.toSorted((a, b) => a - b)[times.length >> 1] ?? 0;
      return rowFor(`  ${step}: ordinary or another`, `; median ${amount(median, 'ms')}`, (theirs) =>
        byThreshold(
          times,
          theirs.map((given) => given[nth]?.ms ?? 0),
        ),
      );
    }),
    rowFor('  all of these at once, learned', '', (theirs) => byLearning(ordinary.map(msOf), theirs.map(msOf))),
  ];
}
