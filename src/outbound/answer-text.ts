// Reads the body of another system's answer: up to a limit, and as JSON if it is JSON.
import { beginning } from '../text/bounded-text.ts';

/** The longest answer that is expected is a page of 500 members of a Teams channel, some 300 kilobytes. */
const bytesAtMost = 2_000_000;

/** Undefined if it is too long; the rest is then not read. */
export async function readAnswer(answer: Response): Promise<string | undefined> {
  const { text, isWhole } = await readBeginning(answer, bytesAtMost);
  return isWhole ? text : undefined;
}

/** About so many bytes of it; the rest is not read. */
export async function readBeginning(
  { body }: Response,
  atMost: number,
): Promise<{ readonly text: string; readonly isWhole: boolean }> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body ?? []) {
    chunks.push(chunk);
    size += chunk.byteLength;
    if (size > atMost) break;
  }
  return { text: Buffer.concat(chunks).toString('utf8'), isWhole: size <= atMost };
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
