/** Closes a switch over a union: the compiler refuses it when a member is missing. */
export function unreachable(value: never): never {
  throw new Error(`unreachable: ${typeof value}`);
}
