// Finds addresses in whatever a platform has seen.

/** Every http address anywhere in a value. Of a message only what stands there now. */
export function linksIn(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(linksIn);
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value).flatMap(([key, member]) => (key.startsWith('earlier') ? [] : linksIn(member)));
  }
  return typeof value === 'string' ? (value.match(/https?:\/\/[^\s<>|"')\]]+/g) ?? []) : [];
}
