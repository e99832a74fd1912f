// Which fields of an answer could not be read, by the names of our own schema. Never a value, nor a name from the answer.

interface Issue {
  readonly path?: readonly PropertyKey[] | undefined;
}

/**
 * Each field once, as `user.is_bot`. `depth`: how many names deep; what is below a `z.record` has names from the answer and must
 * not be shown. `body`: the answer itself. Places in lists are left out.
 */
export const unreadFields = (issues: readonly Issue[], depth = 1): string[] => [
  ...new Set(issues.map(({ path = [] }) => namesIn(path).slice(0, depth).join('.') || 'body')),
];

const namesIn = (path: readonly PropertyKey[]): string[] => path.filter((step) => typeof step === 'string');
