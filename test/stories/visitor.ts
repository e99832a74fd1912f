// A person before the pages under /recover, in a browser without a screen and without JavaScript: it keeps cookies, follows redirects
// of the product's own, and sends the forms of the page that it shows.
import { eventually, shows } from './chat.ts';
import type { World } from './world.ts';

export interface Answer {
  readonly status: number;
  readonly path: string;
  readonly headers: Headers;
  readonly html: string;
}

export interface Visitor {
  opens(path: string): Promise<Answer>;
  /** Into the field, which every form with it sends. A radio button is chosen by its value. */
  fills(name: string, value: string): void;
  /** The button of a form, or a link. Returns where the browser ended. */
  presses(label: string): Promise<Answer>;
  /** Every answer of the last act, redirects first. */
  answers(): readonly Answer[];
  page(): Answer;
  /** As a person reads it. */
  text(): string;
  /** The labels of what can be pressed. */
  buttons(): readonly string[];
  /** What the page says that is loaded again by itself, until it says this. */
  waitsFor(text: string | RegExp): Promise<string>;
  cookie(): string | undefined;
  /** Where the product has sent the browser, out of its own pages. */
  left(): string | undefined;
  /** Another tab of the same browser. */
  otherTab(): Visitor;
}

/** Of all tabs of one browser. */
type Jar = Map<string, string>;

export function createVisitor(world: World, headers: Record<string, string> = {}, jar: Jar = new Map()): Visitor {
  const { url: origin } = world;
  let answers: Answer[] = [];
  let leftFor: string | undefined;
  const filled = new Map<string, string>();

  const page = (): Answer => answers.at(-1) ?? { status: 0, path: '', headers: new Headers(), html: '' };

  async function goes(path: string, form?: URLSearchParams): Promise<Answer> {
    answers = [];
    leftFor = undefined;
    let next: { path: string; form?: URLSearchParams } | undefined = { path, ...(form === undefined ? {} : { form }) };
    for (let hop = 0; next !== undefined && hop < 10; hop += 1) next = await asks(next.path, next.form);
    filled.clear();
    return page();
  }

  async function asks(path: string, form?: URLSearchParams): Promise<{ path: string } | undefined> {
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(`${origin}${path}`, {
      redirect: 'manual',
      headers: {
        accept: 'text/html',
        ...headers,
        ...(cookie === '' || !path.startsWith('/recover') ? {} : { cookie }),
      },
      ...(form === undefined ? {} : { method: 'POST', body: form }),
    });
    for (const set of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? [];
      if (value === '') jar.delete(name);
      else jar.set(name, value);
    }
    const { status, headers: answered } = response;
    const html = await response.text();
    answers.push({ status, path, headers: answered, html });
    if (path.startsWith('/recover'))
      world.answers.push({ status, path, headers: answered, body: html, at: world.now() });
    const location = response.headers.get('location');
    if (location === null) return undefined;
    const to = new URL(location, origin);
    if (to.origin === origin) return { path: `${to.pathname}${to.search}` };
    leftFor = to.href;
    return undefined;
  }

  const visitor: Visitor = {
    opens: (path) => goes(path),
    fills: (name, value) => void filled.set(name, value),
    async presses(label) {
      const found = actionsIn(page()).find((action) => action.label === label);
      if (found === undefined) throw new Error(`no “${label}” on the page; there was:\n${visitor.text()}`);
      if (found.fields === undefined) return goes(found.path);
      const form = new URLSearchParams();
      for (const { name, value } of found.fields) form.set(name, filled.get(name) ?? value);
      return goes(found.path, form);
    },
    answers: () => answers,
    page,
    text: () => textOf(page().html),
    buttons: () => actionsIn(page()).map(({ label }) => label),
    waitsFor: (text) =>
      eventually(
        async () => {
          if (shows(visitor.text(), text)) return visitor.text();
          if (!looksAgain(page())) throw new Error(`the page stays as it is:\n${visitor.text()}`);
          await goes(page().path);
          return undefined;
        },
        () => `${visitor.text()}\n(wanted: ${String(text)})`,
      ),
    cookie: () => jar.get('latchkey_recover'),
    left: () => leftFor,
    otherTab: () => createVisitor(world, headers, jar),
  };
  return visitor;
}

const looksAgain = ({ headers, html }: Answer): boolean =>
  headers.get('refresh') !== null || html.includes('http-equiv="refresh"');

interface Action {
  readonly label: string;
  readonly path: string;
  /** Of a form. */
  readonly fields?: readonly { readonly name: string; readonly value: string }[];
}

function actionsIn({ html, path }: Answer): readonly Action[] {
  const found = html.matchAll(/<form method="post"([^>]*)>(.*?)<\/form>|<a class="button[^"]*"([^>]*)>(.*?)<\/a>/gs);
  return [...found].flatMap(([, attributes, inside = '', ofLink = '', label = '']) => {
    if (attributes === undefined)
      return [{ label: textOf(label), path: decoded(/href="([^"]*)"/.exec(ofLink)?.[1] ?? '') }];
    const button = /<button type="submit"[^>]*>(.*?)<\/button>/s.exec(inside)?.[1] ?? '';
    const action = decoded(/action="([^"]*)"/.exec(attributes)?.[1] ?? path);
    return [{ label: textOf(button), path: action, fields: fieldsIn(inside) }];
  });
}

function fieldsIn(html: string): readonly { readonly name: string; readonly value: string }[] {
  return [...html.matchAll(/<input ([^>]*)>/g)].flatMap(([, attributes = '']) => {
    const of = (name: string): string => decoded(new RegExp(`(?:^| )${name}="([^"]*)"`).exec(attributes)?.[1] ?? '');
    if (of('type') === 'radio' && !/ checked/.test(attributes)) return [];
    return [{ name: of('name'), value: of('value') }];
  });
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };
const decoded = (html: string): string => html.replace(/&(amp|lt|gt|quot|#39);/g, (_, name) => entities[name] ?? '');

const textOf = (html: string): string =>
  decoded(
    html
      .replace(/<(style|script|title)[^>]*>.*?<\/\1>/gs, '')
      .replace(/<[^>]*>/g, ' ')
      .replace(/\s+/g, ' '),
  ).trim();
