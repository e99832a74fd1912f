// Table rows about a batch of requests: how many were answered per second, and how long one request waited.
import type { Result } from './load.ts';
import { middle, type Rounds, ratioOf } from './rounds.ts';
import { amount, type Row, row, spread, times } from './table.ts';

/** Throws unless every request was answered with 200: a rate that includes failures means nothing. */
export function allAnswered(result: Result, count: number): Result {
  if (result.failed > 0) throw new Error(`${result.failed} of ${count} requests were not answered with 200`);
  return result;
}

export function rateRow(what: string, rounds: Rounds<Result>, yardstick: string, aim = ''): Row {
  const [ours, theirs] = bothSides(rounds, (one) => one.perSecond);
  const ratio = spread(ratioOf(rounds, (one) => one.perSecond));
  return row(what, amount(ours, '/s'), `${yardstick} ${amount(theirs, '/s')}`, ratio, aim);
}

export function waitRows(rounds: Rounds<Result>, yardstick: string, aim = ''): readonly Row[] {
  return (['p50', 'p99'] as const).map((percentile) => {
    const [ours, theirs] = bothSides(rounds, (one) => one[percentile]);
    const what = `  ${percentile} of one answer`;
    return row(what, amount(ours, 'ms'), `${yardstick} ${amount(theirs, 'ms')}`, times(ours / theirs), aim);
  });
}

const bothSides = ({ ours, theirs }: Rounds<Result>, pick: (one: Result) => number): readonly [number, number] => [
  middle(ours.map(pick)).median,
  middle(theirs.map(pick)).median,
];
