// The rows that the bench prints, and how their numbers are formatted.
import type { Middle } from './rounds.ts';

export interface Row {
  readonly what: string;
  readonly measured: string;
  /** The name of the baseline, and its value in the same run. */
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

/** Three significant digits. */
export const amount = (value: number, unit: string): string =>
  `${value >= 100 ? Math.round(value).toLocaleString('en-US') : value.toFixed(value >= 10 ? 0 : 1)} ${unit}`;
export const megabytes = (bytes: number): string => `${Math.round(bytes / 1024 / 1024)} MB`;
export const times = (ratio: number): string => ratio.toFixed(2);
/** The median, with the lowest and the highest of all rounds. */
export const spread = ({ median, least, most }: Middle): string => `${times(median)} (${times(least)}–${times(most)})`;

const columns = ['what', 'measured', 'baseline', 'ratio', 'aim'] as const satisfies readonly (keyof Row)[];

/** As a Markdown table, which can be pasted into README.md. */
export function printed(rows: readonly Row[]): string {
  const heads: Row = row('what', 'measured', 'baseline of the same run', 'ratio', 'aim');
  const widths = columns.map((column) => Math.max(...[heads, ...rows].map((one) => one[column].length)));
  const line = (one: Row): string =>
    `| ${columns.map((column, nth) => one[column].padEnd(widths[nth] ?? 0)).join(' | ')} |`;
  return [line(heads), `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`, ...rows.map(line)].join('\n');
}
