// Reads the body of another system's answer: up to a limit, and as JSON if it is JSON.
import { beginning } from '../text/bounded-text.ts';

/** The longest answer that is expected is a page of 500 members of a Teams channel, some 300 kilobytes. */
const bytesAtMost = 2_000_000;

/** Undefined if it is too long; the rest is then not read. */
export async function readAnswer({ body }: Response): Promise<string | undefined> {
  if (body === null) return '';
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.byteLength;
    if (size > bytesAtMost) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** Undefined if it is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** `application/json`, or one of its relatives such as `application/problem+json`. */
export const isJsonType = (type: string): boolean =>
  /^(?:application|text)\/(?:[\w.-]+\+)?json\b/i.test(beginning(type, 200));
