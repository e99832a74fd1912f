// Suggests a known name for a misspelt one: the nearest by edit distance, if it is near enough.
import { foldCase } from '../text/case-folding.ts';

/** Twice the length of the longest known name. */
const nameCharsAtMost = 64;

/** Compares letters and digits only; case and separators are ignored. `lettersAtMost`: how many may differ; a third where absent. */
export function nearestName(name: string, known: readonly string[], lettersAtMost?: number): string | undefined {
  if (name.length > nameCharsAtMost) return undefined;
  const simple = (word: string): string => foldCase(word).replace(/[^a-z0-9]/g, '');
  const [best] = known
    .map((candidate) => ({ candidate, distance: editDistance(simple(name), simple(candidate)) }))
    .sort((a, b) => a.distance - b.distance);
  const atMost = lettersAtMost ?? Math.max(1, Math.floor(name.length / 3));
  return best !== undefined && best.distance <= atMost ? best.candidate : undefined;
}

function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (const [i, letter] of [...from].entries()) {
    const next = [i + 1];
    for (const [j, other] of [...to].entries()) {
      const kept = (row[j] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min(kept, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
