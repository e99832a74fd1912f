// Can a stranger tell from the times of answers whether a name has an account? Two thousand answers for each kind of name, in mixed order,
// and for each kind the best threshold there could be: the share of pairs (one answer for an ordinary account, one of this kind) in which
// the longer one was that of the ordinary account. A half is chance.
import { randomBytes } from 'node:crypto';
import { freePort } from '../playground/free-port.ts';
import { type Helper, startHelper } from './channel.ts';
import { type NameKind, nameKinds, typedName } from './names.ts';
import { auth0Settings, type Emulators, isReady, slackSettings } from './product.ts';
import { scaled } from './scale.ts';
import type { Typed, TypedAnswer, TypedOrder } from './strangers.ts';
import { amount, type Row, row } from './table.ts';

const answersOfAKind = scaled(2_000);
const concurrency = 96;
/** About these Auth0 is asked, as far as the codes of an hour last. */
const realKinds: readonly NameKind[] = ['ordinary', 'locked', 'disabled'];
const codesOfAnHour = 10_000;
const policy = `rest: { enabled: true }
setPasswordHere: [CorpUsers]
selfService: { codesPerHour: ${codesOfAnHour} }
limits: { codesPerHour: 50, codeFailuresPerDay: 100 }
`;

export async function measureStealth(emulators: Helper, where: Emulators): Promise<readonly Row[]> {
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
    await emulators.ask('addNames', answersOfAKind);
    const order = { url, typed: shuffled(), concurrency, withCode: true } satisfies TypedOrder;
    const before = await emulators.ask<number>('codesTried');
    const answers = await strangers.ask<readonly TypedAnswer[]>('type', order);
    const tried = (await emulators.ask<number>('codesTried')) - before;
    const expected = Math.min(codesOfAnHour, realKinds.length * answersOfAKind);
    if (tried < 0.9 * expected)
      throw new Error(`of ${expected} codes only ${tried} were looked at: nothing was compared`);
    return rowsOf(byKind(order.typed, answers));
  } finally {
    await strangers.end();
    await product.end();
  }
}

/** In mixed order, so that whatever else happens on the machine happens to all alike. */
function shuffled(): readonly (Typed & { readonly kind: NameKind })[] {
  const all = nameKinds.flatMap((kind) =>
    Array.from({ length: answersOfAKind }, (_, nth) => ({ kind, name: typedName(kind, nth), address: addressOf(nth) })),
  );
  const keyed = all.map((typed) => ({ typed, key: randomBytes(6).toString('hex') }));
  return keyed.toSorted((a, b) => (a.key < b.key ? -1 : 1)).map(({ typed }) => typed);
}

const addressOf = (nth: number): string => `10.${(nth >> 16) & 255}.${(nth >> 8) & 255}.${nth & 255}`;

type Answers = ReadonlyMap<NameKind, readonly TypedAnswer[]>;

function byKind(typed: readonly { readonly kind: NameKind }[], answers: readonly TypedAnswer[]): Answers {
  const found = new Map<NameKind, TypedAnswer[]>(nameKinds.map((kind) => [kind, []]));
  for (const [nth, { kind }] of typed.entries()) {
    const answer = answers[nth];
    if (answer?.checkMs === undefined) throw new Error(`a name was not taken: ${answer?.looks}`);
    found.get(kind)?.push(answer);
  }
  return found;
}

function rowsOf(answers: Answers): readonly Row[] {
  const ordinary = answers.get('ordinary') ?? [];
  const looks = new Set([...answers.values()].flat().map((answer) => answer.looks));
  const others = [...answers].filter(([kind]) => kind !== 'ordinary');
  const steps = [
    ['a name', ({ identifyMs = 0 }: TypedAnswer) => identifyMs],
    ['a wrong code', ({ checkMs = 0 }: TypedAnswer) => checkMs],
  ] as const;
  return [
    row(
      `answers to ${answersOfAKind.toLocaleString('en-US')} names of each of ${nameKinds.length} kinds`,
      `${looks.size} different`,
      'the same for all 1',
      looks.size.toFixed(2),
      '1',
    ),
    ...steps.flatMap(([what, msOf]) =>
      others.map(([kind, theirs]) => {
        const one = ordinary.map(msOf);
        const other = theirs.map(msOf);
        const { share, chance } = told(one, other);
        const median = one.toSorted((a, b) => a - b)[one.length >> 1] ?? 0;
        return row(
          `  ${what}: ordinary or ${kind}`,
          `${(100 * share).toFixed(1)} % told`,
          `a coin 50.0 ± ${(100 * chance).toFixed(1)} %; median ${amount(median, 'ms')}`,
          (share / 0.5).toFixed(2),
          '1.00',
        );
      }),
    ),
  ];
}

/**
 * `share`: of pairs in which the longer one is the first; below a half a stranger would turn it round. `chance`: what 99 of 100 samples
 * without any difference stay within (the normal approximation of the Mann–Whitney statistic).
 */
export function told(
  one: readonly number[],
  other: readonly number[],
): { readonly share: number; readonly chance: number } {
  const ranked = [...one.map((ms) => ({ ms, isOne: true })), ...other.map((ms) => ({ ms, isOne: false }))].toSorted(
    (a, b) => a.ms - b.ms,
  );
  let rankSum = 0;
  for (const [nth, { isOne }] of ranked.entries()) if (isOne) rankSum += nth + 1;
  const pairs = one.length * other.length;
  const share = (rankSum - (one.length * (one.length + 1)) / 2) / pairs;
  const deviation = Math.sqrt((one.length + other.length + 1) / (12 * pairs));
  return { share: Math.max(share, 1 - share), chance: 2.576 * deviation };
}
