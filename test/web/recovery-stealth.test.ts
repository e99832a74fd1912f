// Before the code was right, nothing on the pages under /recover tells whether a name has an account.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../stories/chat.ts';
import { janesEmail, people } from '../stories/people.ts';
import { type Answer, createVisitor } from '../stories/visitor.ts';
import { startWorld, type World } from '../stories/world.ts';

/** Each differs in what is behind the name, and in nothing that may be seen. */
const names = {
  'an account with a contact': people.jane.email,
  'no account': 'nobody@acme.example.com',
  'a locked account': people.sam.email,
  'a disabled account': people.petra.email,
  'an account without contacts': people.nina.email,
  'two accounts': people.twyla.email,
  'an unverified address': people.una.email,
  'no address at all': 'nobody',
};

/** Tokens differ between any two answers; nothing else may. */
const withoutTokens = (html: string): string =>
  html.replace(/(name="form" value=|name="work" value=|data-work=)"[^"]+"/g, '$1"…"');

const seen = ({ status, path, headers, html }: Answer) => ({
  status,
  path,
  html: withoutTokens(html),
  bytes: Buffer.byteLength(html),
  cookie: headers.get('set-cookie')?.replace(/=[^;]+/, (value) => `=${value.length}`),
  headers: [...headers].filter(([name]) => !['set-cookie', 'x-request-id', 'date'].includes(name)),
});

describe('For every name, the pages under /recover', () => {
  let world: World;

  beforeAll(async () => {
    world = await startWorld({ policy: 'web: { enabled: true }\n' });
    world.stands();
    world.auth0.control.lock('auth0|650000000000000000000002');
    world.auth0.control.adminBlock('auth0|650000000000000000000007', true);
  });
  afterAll(() => world.end());

  async function everyAnswer(name: string, what: 'reset' | 'unlock') {
    const visitor = createVisitor(world);
    const all: ReturnType<typeof seen>[] = [];
    const note = () => void all.push(...visitor.answers().map(seen));
    const types = async (code: string) => {
      visitor.fills('code', code);
      await visitor.presses('Continue');
      note();
    };
    await visitor.opens('/recover');
    note();
    visitor.fills('kind', what);
    visitor.fills('name', name);
    await visitor.presses('Send a code');
    note();
    await visitor.opens('/recover/next');
    note();
    await visitor.presses('Send again');
    note();
    await types('12');
    await types('000000');
    await visitor.opens('/recover/code');
    note();
    await types('000000');
    await types('000000');
    await visitor.opens('/recover/code');
    note();
    return all;
  }

  it.each(['reset', 'unlock'] as const)(
    'are the same at every step of a %s, but for their tokens',
    async (what) => {
      const all = await Promise.all(Object.values(names).map((name) => everyAnswer(name, what)));
      const [first] = all;
      expect(first?.map(({ status }) => status)).toEqual([
        ...[200, 303, 200, 303, 200, 303, 200, 303, 200, 303, 200, 200, 303, 200, 303, 200, 200],
      ]);
      for (const [index, other] of all.entries()) {
        expect({ name: Object.keys(names)[index], other }).toEqual({ name: Object.keys(names)[index], other: first });
      }
      // The one that has an account and a contact was sent a code.
      await eventually(
        () => world.auth0.control.lastCodeTo(janesEmail),
        () => 'no code was sent',
      );
    },
    60_000,
  );
});
