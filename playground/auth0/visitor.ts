// A person's browser without scripts, in front of the tenant's sign-in page: keeps cookies, follows redirects inside the
// tenant, and stops where it is sent back to the application.

export type Shown =
  | { readonly kind: 'page'; readonly status: number; readonly html: string }
  /** Sent away from the tenant, to this address. It was not opened. */
  | { readonly kind: 'away'; readonly to: URL };

export type Visitor = {
  /** Opens an address of the tenant. Its origin is replaced by the emulator's, so that addresses at the issuer work, too. */
  open(url: string): Promise<Shown>;
  /** Sends the form of the page that is open, with these fields changed. */
  send(fields: Readonly<Record<string, string>>): Promise<Shown>;
  /** Opens the address and signs in; returns where the browser was sent. Throws where it stayed on a page. */
  signIn(url: string, name: string, password: string): Promise<URL>;
};

const entities: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
};
const plain = (text: string): string =>
  text.replaceAll(/&(amp|lt|gt|quot|#39);/g, (entity) => entities[entity] ?? entity);
const attribute = (tag: string, name: string): string => plain(new RegExp(` ${name}="([^"]*)"`).exec(tag)?.[1] ?? '');

function formOf(html: string): { readonly action: string; readonly fields: Readonly<Record<string, string>> } {
  const tags = html.match(/<input [^>]+>/g) ?? [];
  const action = attribute(/<form [^>]+>/.exec(html)?.[0] ?? '', 'action');
  return { action, fields: Object.fromEntries(tags.map((tag) => [attribute(tag, 'name'), attribute(tag, 'value')])) };
}

export function createVisitor(tenantUrl: string): Visitor {
  const cookies = new Map<string, string>();
  let html = '';

  function keep(response: Response): void {
    for (const line of response.headers.getSetCookie()) {
      const [pair = ''] = line.split(';');
      const equals = pair.indexOf('=');
      cookies.set(pair.slice(0, equals), pair.slice(equals + 1));
    }
  }

  async function request(path: string, form?: Readonly<Record<string, string>>): Promise<Shown> {
    const response = await fetch(new URL(path, tenantUrl), {
      redirect: 'manual',
      headers: { cookie: [...cookies].map((pair) => pair.join('=')).join('; ') },
      ...(form === undefined ? {} : { method: 'POST', body: new URLSearchParams(form) }),
    });
    keep(response);
    const text = await response.text();
    const location = response.headers.get('location');
    if (location === null) {
      html = text;
      return { kind: 'page', status: response.status, html };
    }
    const to = new URL(location, tenantUrl);
    return to.origin === new URL(tenantUrl).origin ? request(to.pathname + to.search) : { kind: 'away', to };
  }

  const open: Visitor['open'] = (url) => {
    const { pathname, search } = new URL(url);
    return request(pathname + search);
  };
  const send: Visitor['send'] = (changes) => {
    const { action, fields } = formOf(html);
    return request(action, { ...fields, action: 'default', ...changes });
  };
  return {
    open,
    send,
    async signIn(url, username, password) {
      const shown = await open(url);
      const then = shown.kind === 'page' ? await send({ username, password }) : shown;
      if (then.kind === 'away') return then.to;
      throw new Error(`the sign-in stayed on a page with status ${then.status}`);
    },
  };
}
