// The doctor's findings as text for a terminal, and as JSON for a program.
import type { CheckState, Finding } from './check.ts';
import { hasFailed } from './examine.ts';

const signs: Readonly<Record<CheckState, string>> = { ok: '✓', warning: '!', failed: '✗', skipped: '–' };
/** Green, yellow, red, grey: codes of ANSI terminals. */
const colours: Readonly<Record<CheckState, number>> = { ok: 32, warning: 33, failed: 31, skipped: 90 };

/** One group for each part, one line for each finding, what to do below it, and the sum at the end. */
export function reportText(findings: readonly Finding[], isColoured: boolean): string {
  const groups = Map.groupBy(findings, ({ check }) => check.split('.', 1)[0] ?? check);
  const texts = [...groups].map(
    ([part, members]) => `${part}\n${members.map((one) => lineOf(one, isColoured)).join('')}`,
  );
  return [...texts, summary(findings)].join('\n');
}

function lineOf({ check, state, what, remedy }: Finding, isColoured: boolean): string {
  const sign = isColoured ? `\u001b[${colours[state]}m${signs[state]}\u001b[0m` : signs[state];
  return `  ${sign} ${check}: ${what}\n${remedy === undefined ? '' : `      ${remedy}\n`}`;
}

function summary(findings: readonly Finding[]): string {
  const count = (wanted: CheckState): number => findings.filter(({ state }) => state === wanted).length;
  const notSeen = count('skipped') === 0 ? '' : ` What could not be seen is not known to be right.`;
  return `${count('ok')} ok, ${count('warning')} to look at, ${count('failed')} wrong, ${count('skipped')} not seen.${notSeen}\n`;
}

/** `{ ok, findings }`; `ok` is false if something is wrong. Warnings, and what could not be seen, leave it true. */
export function reportJson(findings: readonly Finding[]): string {
  const listed = findings.map(({ check, state, what, remedy }) => ({
    check,
    state,
    what,
    ...(remedy === undefined ? {} : { remedy }),
  }));
  return `${JSON.stringify({ ok: !hasFailed(findings), findings: listed }, undefined, 2)}\n`;
}

/** On a terminal only, and not where NO_COLOR has any value (no-color.org). */
export const wantsColour = (env: Readonly<Record<string, string | undefined>>, isTerminal: boolean): boolean =>
  isTerminal && (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb';
