// A client of the REST flow: a program with a cookie jar, which knows nothing of the product but its contract.
import { errorDocument, sessionDocument } from '../../src/adapters/rest/api.ts';

export interface RestReply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The document, as far as the contract promises it. */
  readonly json: RestDocument;
}

export interface RestDocument {
  readonly data?: {
    readonly type: string;
    readonly id: string;
    readonly attributes: {
      readonly nextStep?: string;
      readonly result?: string;
      readonly link?: string;
      readonly until?: string;
      readonly contacts?: readonly { readonly id: string; readonly channel: string; readonly masked: string }[];
      readonly contact?: { readonly masked: string };
      readonly recoveryCode?: true;
      readonly approvals?: { readonly needed: number; readonly given: number };
    };
  };
  readonly errors?: readonly {
    readonly id: string;
    readonly status: string;
    readonly code: string;
    readonly source?: { readonly pointer: string };
    readonly meta?: { readonly detail?: string; readonly attemptsLeft?: number };
  }[];
  readonly meta: { readonly type: string; readonly timestamp: string; readonly nextStep?: string };
}

export interface RestClient {
  post(path: string, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<RestReply>;
  get(path: string): Promise<RestReply>;
  /** As the client would send it. Undefined: it has none. */
  cookie(): string | undefined;
  /** The same client from now on with this cookie. */
  holds(cookie: string | undefined): void;
}

export const root = '/rest/public/self-service';

/** Every answer is a document, or this fails. */
export function createRestClient(
  url: string,
  note: (reply: Omit<RestReply, 'json'>, path: string) => void = () => undefined,
): RestClient {
  let cookie: string | undefined;
  async function ask(method: string, path: string, body?: string, headers: Readonly<Record<string, string>> = {}) {
    const response = await fetch(`${url}${root}${path}`, {
      ...{ method, redirect: 'manual' },
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(cookie === undefined ? {} : { cookie }),
        ...headers,
      },
      ...(body === undefined ? {} : { body }),
    });
    const [set] = response.headers.getSetCookie();
    if (set !== undefined) cookie = /Max-Age=0|Expires=Thu, 01 Jan 1970/i.test(set) ? undefined : set.split(';', 1)[0];
    const text = await response.text();
    const { status, headers: answered } = response;
    note({ status, headers: answered, text }, `${root}${path}`);
    const json: RestDocument = JSON.parse(text);
    // What is answered is what is described.
    (json.errors === undefined ? sessionDocument : errorDocument).parse(json);
    return { status, headers: answered, text, json };
  }
  return {
    post: (path, body, headers) =>
      ask(
        'POST',
        path,
        body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body),
        headers,
      ),
    get: (path) => ask('GET', path),
    cookie: () => cookie,
    holds(other) {
      cookie = other;
    },
  };
}

/** The step that is due, of an answer or an error. */
export const dueIn = ({ json }: RestReply): string | undefined => json.data?.attributes.nextStep ?? json.meta.nextStep;
export const codeIn = ({ json }: RestReply): string | undefined => json.errors?.[0]?.code;
/** What a test compares: status, and step or code. */
export const saidBy = (reply: RestReply) => [reply.status, codeIn(reply) ?? 'OK', dueIn(reply)] as const;
