// `npm run mutants` applies each mutant to a copy of the repository and runs the tests that should notice. With names or
// parts of names only those: `npm run mutants -- guest`. `--workers=3`: so many at once. `--trust`: without running the
// tests on the unchanged code first. `--report=FILE`: the verdicts as JSON.
import { writeFileSync } from 'node:fs';
import { mutants } from './all.ts';
import { type Mutant, runnableFile, testOf } from './mutant.ts';
import { survivors } from './survivors.ts';
import { openWorkshop, type Verdict, type Workshop } from './workshop.ts';

const options = process.argv.slice(2).filter((word) => word.startsWith('--'));
const words = process.argv.slice(2).filter((word) => !word.startsWith('--'));
const workers = Number(options.find((word) => word.startsWith('--workers='))?.split('=')[1] ?? 2);
const chosen = mutants.filter(({ name }) => words.length === 0 || words.some((word) => name.includes(word)));
if (chosen.length === 0) throw new Error(`no mutant is named ${words.join(' or ')}`);

const verdicts = new Map<Mutant, Verdict>();
const workshops: Workshop[] = [];
const close = (): void => {
  for (const one of workshops.splice(0)) one.close();
};
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => {
    close();
    process.exit(130);
  });
}
process.once('exit', close);

/** Each job goes to a workshop that is free. */
async function forEach<T>(jobs: readonly T[], work: (job: T, workshop: Workshop) => Promise<void>): Promise<void> {
  const waiting = [...jobs];
  const inTurn = async (workshop: Workshop): Promise<void> => {
    for (let job = waiting.shift(); job !== undefined; job = waiting.shift()) await work(job, workshop);
  };
  await Promise.all(workshops.map(inTurn));
}

/** Tests that fail anyway would kill every mutant. */
async function checkUnchanged(): Promise<void> {
  const byFile = Map.groupBy(new Set(chosen.flatMap(({ tests }) => tests)), (test) => runnableFile(testOf(test).file));
  await forEach([...byFile], async ([file, tests], workshop) => {
    const { is, detail } = await workshop.run(tests, 'quick');
    if (is !== 'survived') throw new Error(`${file} fails without any mutant: ${detail}`);
  });
  process.stdout.write(`${byFile.size} test files pass without a mutant\n`);
}

async function judge(mutant: Mutant, workshop: Workshop): Promise<void> {
  const verdict = await workshop.judge(mutant);
  verdicts.set(mutant, verdict);
  const line = `${verdict.is.padEnd(8)} ${verdict.seconds.toFixed(1).padStart(5)} s  ${mutant.name}`;
  process.stdout.write(`${line}${verdict.is === 'unfit' ? `\n${verdict.detail}` : ''}\n`);
}

function summary(): string {
  const of = (is: Verdict['is']) => [...verdicts].filter(([, verdict]) => verdict.is === is).map(([mutant]) => mutant);
  const [killed, survived, unfit] = [of('killed'), of('survived'), of('unfit')];
  const unexplained = survived.filter(({ name }) => survivors[name] === undefined);
  return [
    `${killed.length} of ${verdicts.size} killed: ${(killed.length / verdicts.size).toFixed(2)}`,
    ...survived.map(({ name }) => `survived: ${name}: ${survivors[name] ?? 'NOT EXPLAINED'}`),
    ...unfit.map(({ name }) => `unfit: ${name}`),
    ...killed.filter(({ name }) => survivors[name] !== undefined).map(({ name }) => `no survivor any more: ${name}`),
    unexplained.length + unfit.length === 0 ? '' : 'Strengthen the tests, or explain the survivor in survivors.ts.',
  ].join('\n');
}

while (workshops.length < Math.min(workers, chosen.length)) workshops.push(openWorkshop());
if (!options.includes('--trust')) await checkUnchanged();
await forEach(chosen, judge);
const details = Object.fromEntries([...verdicts].map(([{ name }, verdict]) => [name, verdict]));
const kept = options.find((word) => word.startsWith('--report='))?.split('=')[1];
if (kept !== undefined) writeFileSync(kept, JSON.stringify(details, undefined, 2));
process.stdout.write(`${summary()}\n`);
const isFine = [...verdicts].every(([{ name }, { is }]) => is === 'killed' || (is === 'survived' && survivors[name]));
process.exitCode = isFine ? 0 : 1;
