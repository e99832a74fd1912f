/** For the default branch of a switch over a union: it does not compile when a member is missing. */
export function unreachable(value: never): never {
  throw new Error(`unreachable: ${typeof value}`);
}
