// A person's browser without scripts, on the pages of an enrolment: keeps the product's cookie, follows its redirects, signs in at
// the tenant, fills in forms.
import { createVisitor, type Visitor } from '../../playground/auth0/visitor.ts';
import { eventually, shows } from './chat.ts';

export interface EnrolmentBrowser {
  readonly visitor: Visitor;
  /** The page that is open, as a person reads it. */
  page(): string;
  readonly html: () => string;
  status(): number;
  url(): string;
  opens(url: string): Promise<void>;
  /** Loads the page that is open once more, as a reload or the back button does. */
  reloads(): Promise<void>;
  /** Waits until the page shows this; reloads it meanwhile, as the page does by itself. */
  sees(text: string | RegExp): Promise<string>;
  /** Opens the address, waits as long as the product's pages wait, and stops where they lead elsewhere. */
  leadsAway(url: string): Promise<string>;
  /** Sends the form whose action ends so, with these fields. */
  sends(action: string, fields?: Readonly<Record<string, string>>): Promise<void>;
  /** From the link to the list: the first page, the sign-in, and back. */
  signsIn(link: string, name: string, password: string): Promise<void>;
  /** The same, but stops where the tenant sends the browser back to. */
  signsInUntilSentBack(link: string, name: string, password: string): Promise<string>;
  /** As `signsIn`, by somebody who makes the sign-in page ask for a code in place of the password, and reads it. */
  signsInByCode(link: string, connection: 'email' | 'sms', address: string, code: () => string): Promise<void>;
  /** Presses the button of the form whose action ends so, and signs in; undefined: no sign-in began, and a page is shown. */
  signsInBy(action: string, name: string, password: string): Promise<string | undefined>;
  /** The value of the product's cookie. */
  cookie(): string | undefined;
  takesCookieOf(other: EnrolmentBrowser): void;
}

const entities: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
};
const plain = (text: string): string =>
  text.replaceAll(/&(?:amp|lt|gt|quot|#39);/g, (entity) => entities[entity] ?? entity);
const attribute = (tag: string, name: string): string | undefined => {
  const found = new RegExp(` ${name}="([^"]*)"`).exec(tag)?.[1];
  return found === undefined ? undefined : plain(found);
};

/** What of an address leads into somebody's sign-in. */
const recoveryCodes = /<li><code>([^<]+)<\/code>/g;
const secretParams = ['code', 'state', 'nonce'];

/** `url`: of the product. `planted`: collects every secret that this browser sees, for whoever searches for leaks. `proxiedFor`: the
 * address of this browser, as a proxy in front of the product says it. */
export function createEnrolmentBrowser(
  world: {
    readonly url: string;
    readonly auth0: { readonly url: string };
    readonly planted?: Set<string>;
  },
  { proxiedFor }: { readonly proxiedFor?: string } = {},
): EnrolmentBrowser {
  const visitor = createVisitor(world.auth0.url);
  const jar = new Map<string, string>();
  let shown = { status: 0, html: '', url: '' };

  const plant = (secret: string | null): void => void (secret === null ? undefined : world.planted?.add(secret));
  const plantFrom = (url: URL): void => {
    for (const name of secretParams) plant(url.searchParams.get(name));
  };

  async function request(url: string, form?: Readonly<Record<string, string>>): Promise<string | undefined> {
    if (url.includes('?')) plantFrom(new URL(url));
    const response = await fetch(url, {
      redirect: 'manual',
      headers: {
        cookie: [...jar].map((pair) => pair.join('=')).join('; '),
        ...(proxiedFor === undefined ? {} : { 'x-forwarded-for': proxiedFor }),
      },
      ...(form === undefined ? {} : { method: 'POST', body: new URLSearchParams(form) }),
    });
    for (const line of response.headers.getSetCookie()) {
      const [pair = ''] = line.split(';');
      const equals = pair.indexOf('=');
      const [name, value] = [pair.slice(0, equals), pair.slice(equals + 1)];
      if (value === '' || /max-age=0/i.test(line)) jar.delete(name);
      else {
        jar.set(name, value);
        plant(value);
      }
    }
    const html = await response.text();
    for (const [, code = ''] of html.matchAll(recoveryCodes)) {
      for (const form of [code, code.replaceAll('-', ''), code.replaceAll('-', '').toLowerCase()]) plant(form);
    }
    const location = response.headers.get('location');
    if (location === null) {
      // A page that waits names what is loaded next. Where it is another one, a browser is there at once.
      const next = / http-equiv="refresh" content="0; url=([^"]+)"/.exec(html)?.[1];
      const isElsewhere = next !== undefined && new URL(next, url).pathname !== new URL(url).pathname;
      shown = { status: response.status, html, url };
      return isElsewhere ? request(new URL(plain(next), url).href) : undefined;
    }
    const to = new URL(location, url);
    plantFrom(to);
    return to.origin === new URL(world.url).origin ? request(to.href) : to.href;
  }

  const page = (): string =>
    plain(
      shown.html.replaceAll(/<(?:style|script)[^>]*>[\s\S]*?<\/(?:style|script)>/g, ' ').replaceAll(/<[^>]+>/g, ' '),
    ).replaceAll(/\s+/g, ' ');

  function formTo(action: string): { readonly to: string; readonly fields: Record<string, string> } {
    const forms = shown.html.match(/<form [\s\S]*?<\/form>/g) ?? [];
    const form = forms.find((each) => {
      const to = attribute(/<form [^>]*>/.exec(each)?.[0] ?? '', 'action') ?? shown.url;
      return new URL(to, shown.url).pathname.endsWith(action);
    });
    if (form === undefined) throw new Error(`no form to ${action} on:\n${page()}`);
    const to = attribute(/<form [^>]*>/.exec(form)?.[0] ?? '', 'action') ?? shown.url;
    const inputs = form.match(/<(?:input|button) [^>]*>/g) ?? [];
    const fields = inputs.flatMap((tag) => {
      const name = attribute(tag, 'name');
      return name === undefined ? [] : [[name, attribute(tag, 'value') ?? ''] as const];
    });
    return { to: new URL(to, shown.url).href, fields: Object.fromEntries(fields) };
  }

  async function sends(action: string, fields: Readonly<Record<string, string>> = {}): Promise<void> {
    const form = formTo(action);
    await request(form.to, { ...form.fields, ...fields });
  }

  async function signsInBy(action: string, name: string, password: string): Promise<string | undefined> {
    const form = formTo(action);
    const away = await request(form.to, form.fields);
    return away === undefined ? undefined : (await visitor.signIn(away, name, password)).href;
  }

  async function signsInUntilSentBack(link: string, name: string, password: string): Promise<string> {
    await request(link);
    const back = await signsInBy('', name, password);
    if (back === undefined) throw new Error(`the sign-in did not begin:\n${page()}`);
    return back;
  }

  return {
    visitor,
    page,
    html: () => shown.html,
    status: () => shown.status,
    url: () => shown.url,
    opens: async (url) => void (await request(url)),
    reloads: async () => void (await request(shown.url)),
    async sees(text) {
      return eventually(
        async () => {
          if (shows(page(), text)) return page();
          await request(shown.url);
          return shows(page(), text) ? page() : undefined;
        },
        () => `${shown.status} ${shown.url}\n${page()}\n(wanted: ${String(text)})`,
      );
    },
    async leadsAway(url) {
      let next = url;
      return eventually(
        async () => {
          const away = await request(next);
          next = shown.url;
          return away;
        },
        () => `${shown.status} ${shown.url}\n${page()}`,
      );
    },
    sends,
    signsInBy,
    signsInUntilSentBack,
    async signsIn(link, name, password) {
      await request(await signsInUntilSentBack(link, name, password));
    },
    async signsInByCode(link, connection, address, code) {
      await request(link);
      const form = formTo('');
      const away = new URL((await request(form.to, form.fields)) ?? 'none:');
      away.searchParams.set('connection', connection);
      await visitor.open(away.href);
      await visitor.send({ username: address });
      const left = await visitor.send({ code: code() });
      if (left.kind !== 'away') throw new Error('the sign-in stayed on its page');
      await request(left.to.href);
    },
    cookie: () => [...jar.values()][0],
    takesCookieOf(other) {
      const value = other.cookie();
      if (value !== undefined) jar.set('latchkey_enrol', value);
    },
  };
}
