// Finds URLs in everything that a platform has recorded.

/** Every http URL anywhere in a value. Of a message, only its current content. */
export function linksIn(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(linksIn);
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value).flatMap(([key, member]) => (key.startsWith('earlier') ? [] : linksIn(member)));
  }
  return typeof value === 'string' ? (value.match(/https?:\/\/[^\s<>|"')\]]+/g) ?? []) : [];
}
