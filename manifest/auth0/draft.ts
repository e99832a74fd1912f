// What the files are made from, and what each part of the tenant adds to them: files, changes, steps by hand, warnings.
import { changesBetween } from './changes.ts';
import type { ResetPageBrand } from './reset-page.ts';

export interface Installation {
  /** An origin. */
  readonly publicUrl: string;
  readonly callbacks: readonly string[];
  /** Whether people of a database type a password that they know on a page of Latchkey. */
  readonly checksPasswords: boolean;
  readonly tenantDomain: string;
  readonly clientId: string | undefined;
  readonly clientName: string;
  /** Whose users are employees; undefined: those of every database and Active Directory. */
  readonly connections: readonly string[] | undefined;
  /** Of the link to a new password, at most. */
  readonly linkSeconds: number;
  /** Whether WEBHOOK_SECRET is set: without it Latchkey takes no notices. */
  readonly hasHook: boolean;
  /** Replaces the tenant's own text of the mail with the code. */
  readonly replacesMailText: boolean;
  /** Grants the scopes of the service alone, and none with which the doctor looks at the tenant. */
  readonly hasFewestScopes: boolean;
  /** Adds the tenant's own page for a new password, which replaces Auth0's for everybody. Undefined: nobody asked for it. */
  readonly resetPage?: ResetPageBrand;
}

/** One thing in the tenant, and what would become of it. */
export interface PartPlan {
  readonly what: string;
  /** `new`: the tenant has none. No lines: it stays as it is. */
  readonly is: 'new' | 'seen' | 'unseen';
  readonly lines: readonly string[];
  /** What cannot be compared, and is written again. */
  readonly note?: string;
}

export interface TenantPlan {
  /** Path → content, below the folder `tenant`. */
  readonly files: ReadonlyMap<string, string>;
  /** Likewise, below the folder `log-stream`; empty where there is none to write. */
  readonly streamFiles: ReadonlyMap<string, string>;
  readonly parts: readonly PartPlan[];
  /** Likewise, below the folder `replaced`: what the tenant has now and would lose. No tool reads it. */
  readonly replaced: ReadonlyMap<string, string>;
  /** What is left to be done by hand, as sentences. */
  readonly steps: readonly string[];
  /** What an administrator should know before the import. */
  readonly warnings: readonly string[];
}

export type Fields = Readonly<Record<string, unknown>>;

/** What the parts write into. */
export interface Draft {
  readonly files: Map<string, string>;
  readonly replaced: Map<string, string>;
  readonly parts: PartPlan[];
  readonly steps: string[];
  readonly warnings: string[];
}

export const json = (value: unknown): string => `${JSON.stringify(value, undefined, 2)}\n`;

/** `/` becomes `-` in the tool's own file names. */
export const fileName = (name: string): string => name.replaceAll('/', '-');

/** Of the environment in which the files are imported. */
export const hookKeyword = 'LATCHKEY_WEBHOOK_SECRET';

export const left = (what: string, why: string, step: string): string =>
  `${what}: left out, because ${why}. By hand: ${step}.`;

export const unread = 'the tenant was not read, and the deploy tool would replace what is there';

/** Adds a file and says what it changes. `before` is undefined where the tenant has no such thing. */
export function write(
  draft: Draft,
  what: string,
  path: string,
  after: Fields,
  before: Fields | undefined | 'unseen',
): void {
  draft.files.set(path, json(after));
  if (before === 'unseen') draft.parts.push({ what, is: 'unseen', lines: [] });
  else if (before === undefined) draft.parts.push({ what, is: 'new', lines: [] });
  else draft.parts.push({ what, is: 'seen', lines: changesBetween(before, after) });
}
