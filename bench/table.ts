// The lines that the bench prints, and how numbers are written in them.
import type { Middle } from './rounds.ts';

export interface Row {
  readonly what: string;
  readonly measured: string;
  /** What it is compared with, by name, and how much that was in the same run. */
  readonly baseline: string;
  readonly ratio: string;
  readonly aim: string;
}

export const row = (what: string, measured: string, baseline: string, ratio: string, aim = ''): Row => ({
  what,
  measured,
  baseline,
  ratio,
  aim,
});

/** Three digits that mean something. */
export const amount = (value: number, unit: string): string =>
  `${value >= 100 ? Math.round(value).toLocaleString('en-US') : value.toFixed(value >= 10 ? 0 : 1)} ${unit}`;
export const megabytes = (bytes: number): string => `${Math.round(bytes / 1024 / 1024)} MB`;
export const times = (ratio: number): string => ratio.toFixed(2);
/** The middle, and the least and the most of all rounds. */
export const spread = ({ median, least, most }: Middle): string => `${times(median)} (${times(least)}–${times(most)})`;

const columns = ['what', 'measured', 'baseline', 'ratio', 'aim'] as const satisfies readonly (keyof Row)[];

/** As Markdown, so that a run can be put into README.md as it is. */
export function printed(rows: readonly Row[]): string {
  const heads: Row = row('what', 'measured', 'baseline of the same run', 'ratio', 'aim');
  const widths = columns.map((column) => Math.max(...[heads, ...rows].map((one) => one[column].length)));
  const line = (one: Row): string =>
    `| ${columns.map((column, nth) => one[column].padEnd(widths[nth] ?? 0)).join(' | ')} |`;
  return [line(heads), `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`, ...rows.map(line)].join('\n');
}
