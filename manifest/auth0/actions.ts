// The two Actions: their code is in the folder `code`, as plain JavaScript that an administrator can read.
import { readFileSync } from 'node:fs';

export const noticeName = 'Latchkey password notice';

const read = (file: string): string => readFileSync(new URL(`./code/${file}`, import.meta.url), 'utf8');

/** The line that holds the list; what stands in the tenant is kept. */
const listed = /^const mayUseCodes = (\[.*\]);$/m;

/** The ids in the list of the Action as it stands in the tenant; undefined if it has none that can be read. */
export function allowedIn(code: string): readonly string[] | undefined {
  const [, text] = listed.exec(code) ?? [];
  if (text === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) && value.every((each) => typeof each === 'string') ? value : undefined;
  } catch {
    return undefined;
  }
}

export interface GuardOptions {
  /** Undefined before the application exists; then it is known by its name. */
  readonly clientId: string | undefined;
  readonly clientName: string;
  readonly callbacks: readonly string[];
  /** Ids of the other applications to which people may sign in by a code. */
  readonly mayUseCodes: readonly string[];
}

export function guardCode({ clientId, clientName, callbacks, mayUseCodes }: GuardOptions): string {
  const isOurs = clientId === undefined ? { name: clientName } : { client_id: clientId };
  return read('sign-in-guard.js')
    .replace('const latchkey = {};', () => `const latchkey = ${JSON.stringify(isOurs)};`)
    .replace('const callbacks = [];', () => `const callbacks = ${JSON.stringify(callbacks)};`)
    .replace('const mayUseCodes = [];', () => `const mayUseCodes = ${JSON.stringify(mayUseCodes)};`);
}

export const noticeCode = (publicUrl: string): string =>
  read('password-notice.js').replace(
    "const hook = '';",
    () => `const hook = ${JSON.stringify(`${publicUrl}/hooks/auth0`)};`,
  );
