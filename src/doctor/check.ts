// What a check of the doctor is, and what it found. Every part of the product offers its own; nothing here knows one of them.

/** What came of one look. `skipped`: it could not be seen, e.g. for lack of a scope; never counted as ok. */
export type CheckState = 'ok' | 'warning' | 'failed' | 'skipped';

/** One line of the doctor's report. No secret, no person's address. */
export interface Finding {
  /** Stable and searchable: `slack.scopes`, `auth0.grant-types`. */
  readonly check: string;
  readonly state: CheckState;
  /** What was found, one sentence. */
  readonly what: string;
  /** What to do about it; always present with `failed` and `warning`. */
  readonly remedy?: string;
  /**
   * Nobody can be helped while this is so, and it does not pass by itself: a wrong setting, never a service that does not answer.
   * A server that finds it at its start is not ready. Decision 0057 goes through them.
   */
  readonly stopsReady?: true;
}

export interface Check {
  readonly name: string;
  /** What its findings are called, where that is not its own name alone. Some of them are not found in every installation. */
  readonly finds?: readonly string[];
  /** The server waits for it before it says that it is ready: a few quick calls at most. */
  readonly isFirst?: true;
  /**
   * Checks with the same word here can stand in for each other, like two platforms: what they find stops a server from being ready
   * only if each of them finds something that does.
   */
  readonly alternative?: 'platform' | 'helpdesk-channel';
  run(): Promise<readonly Finding[]>;
}
