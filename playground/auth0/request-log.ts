// Every request that reached the emulator, so that a test can check what the product did and did not do.

export type RequestEntry = {
  /** In epoch milliseconds by the tenant's clock. */
  readonly at: number;
  readonly method: string;
  /** With its query string. */
  readonly path: string;
  /** The route pattern that matched, e.g. `/api/v2/users/:id`; empty where none did. */
  readonly route: string;
  /** 0 until it is answered, and for good where the connection was lost. */
  status: number;
  /** Whether it changed anything at the tenant. Fetching a Management token does not count. */
  changed: boolean;
  /** Whether a browser fetched a page; false for the calls of the product. */
  readonly browser: boolean;
  bodyKeys: readonly string[];
  body: unknown;
  /** Without Authorization and cookies. */
  readonly headers: Readonly<Record<string, string>>;
};

const keptEntries = 20_000;

export function remember(requests: RequestEntry[], entry: RequestEntry): void {
  if (requests.length >= keptEntries) requests.splice(0, keptEntries / 2);
  requests.push(entry);
}

export function keepBody(entry: RequestEntry, body: unknown): void {
  entry.body = body;
  entry.bodyKeys = typeof body === 'object' && body !== null ? Object.keys(body) : [];
}

function fieldOf(body: unknown, name: string): unknown {
  return typeof body === 'object' && body !== null
    ? Object.entries(body).find(([key]) => key === name)?.[1]
    : undefined;
}

/** A wrong code uses up a try, so the OTP grant counts as a change whatever the answer was. */
export function settle(entry: RequestEntry, status: number, wasHandled: boolean): void {
  entry.status = status;
  if (!wasHandled || entry.method === 'GET' || entry.method === 'HEAD') return;
  const grant = fieldOf(entry.body, 'grant_type');
  if (grant === 'client_credentials') return;
  const isOtp = typeof grant === 'string' && grant.endsWith('/passwordless/otp');
  entry.changed = status < 400 || (isOtp && status === 403);
}
