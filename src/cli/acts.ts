// `latchkey acts list`: what operators did from the command line: who, when, what, about what, and why. It only reads.
import type { KeptAct } from '../store/operator/acts.ts';
import { type Arguments, usageError } from './arguments.ts';
import { limitOf, type Operator, print, printJson, table, time } from './operator.ts';
import { operatorCommand } from './operator-command.ts';

export const acts = operatorCommand('acts', '`acts list`', {
  list: {
    ...{ flags: ['json'], values: ['about', 'limit', 'after'], words: [0, 'no more words, only options'] },
    run: list,
  },
});

async function list({ store }: Operator, args: Arguments): Promise<number> {
  const limit = limitOf(args);
  const about = args.value('about');
  const after = afterOf(args);
  const found = await store.acts.list(limit + 1, {
    ...(about === undefined ? {} : { about }),
    ...(after === undefined ? {} : { after }),
  });
  const page = found.slice(0, limit);
  const next = found.length > limit ? page.at(-1)?.id : undefined;
  if (args.has('json')) {
    printJson({ acts: page.map(shown), ...(next === undefined ? {} : { next }) });
    return 0;
  }
  if (page.length === 0) print('There is none.');
  else
    print(
      table(
        ['at', 'who', 'did', 'about', 'result', 'because'],
        page.map((act) => [time(act.at), act.who, act.did, act.about, resultOf(act), act.because ?? '']),
      ),
    );
  if (next !== undefined) print(`There are more: --after ${next}`);
  return 0;
}

const shown = ({ at, ...act }: KeptAct) => ({ ...act, at: time(at), result: resultOf(act) });

/** Written before the act is done: without a result, the command was ended before it could say. */
const resultOf = ({ result = 'not known' }: Pick<KeptAct, 'result'>): string => result;

function afterOf(args: Arguments): number | undefined {
  const text = args.value('after');
  if (text === undefined) return undefined;
  if (!/^[1-9]\d{0,14}$/.test(text)) throw usageError('--after is a number, as the page before says it');
  return Number(text);
}
