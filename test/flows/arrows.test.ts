// The import rules of the architecture, checked for every import; and the purity of the flows.
import { describe, expect, it } from 'vitest';
import {
  circles,
  copiedMachines,
  drawing,
  emulatorArrows,
  foldings,
  impure,
  loose,
  platformQuestions,
  repeatedTypes,
  wrongArrows,
} from './arrow.ts';
import { sourcesIn } from './source.ts';

const sources = sourcesIn('src');
const flows = sources.filter(({ path }) => path.startsWith('src/flows/'));

describe('the sources', () => {
  it('are read', () => {
    expect(sources.length).toBeGreaterThan(100);
    expect(flows.length).toBeGreaterThan(20);
  });

  it('import along the arrows only: adapters → bot → engine → flows ← auth0, store, web', () => {
    expect(sources.flatMap(wrongArrows)).toEqual([]);
  });

  it('never import each other in a circle', () => {
    expect(circles(sources)).toEqual([]);
  });

  it('export a name of a type once, or from files of the same name in sibling adapters', () => {
    expect(repeatedTypes(sources)).toEqual([]);
  });

  it('ask nowhere but in an adapter which platform it is', () => {
    expect(sources.flatMap(platformQuestions)).toEqual([]);
  });

  it('that take what a person asks for speak no platform’s words and draw no card: a page or a route can call them', () => {
    const taking = sources.filter(({ path }) => /^src\/bot\/(?:requests|take-request)\.ts$/.test(path));
    expect(taking).toHaveLength(2);
    expect(taking.flatMap(drawing)).toEqual([]);
  });

  it('of the flows know no clock, no chance and no world', () => {
    expect(flows.flatMap(impure)).toEqual([]);
  });

  it('change the case of nothing that identifies somebody, but by folding A–Z', () => {
    expect(sources.flatMap(foldings)).toEqual([]);
  });

  it('have each small machine once', () => {
    expect(sources.flatMap(copiedMachines)).toEqual([]);
  });

  it('leave no hole in the types: no any, no !, no enum, no namespace, no silenced error', () => {
    expect(sources.flatMap(loose)).toEqual([]);
  });
});

describe('the emulators', () => {
  it('import nothing of the product, and nothing of each other', () => {
    expect(sourcesIn('playground').flatMap(emulatorArrows)).toEqual([]);
  });

  it.each([
    "import { limits } from '../../src/flows/limits.ts';",
    "import { people } from '../slack/people.ts';",
    "import { slackManifest } from '../../manifest/slack/manifest.ts';",
  ])('would be noticed: %s', (text) =>
    expect(emulatorArrows({ path: 'playground/teams/world.ts', text })).toHaveLength(1),
  );
});

describe('a forbidden arrow is noticed', () => {
  const wrong: readonly (readonly [string, string])[] = [
    ['src/flows/decide.ts', "import { z } from 'zod';"],
    ['src/flows/decide.ts', "import { readFileSync } from 'node:fs';"],
    ['src/flows/decide.ts', "import type { Card } from '../bot/card.ts';"],
    ['src/flows/decide.ts', "import { within } from '../concurrency/timeout.ts';"],
    ['src/flows/decide.ts', "const { z } = await import('zod');"],
    ['src/engine/worker.ts', "import { card } from '../bot/card.ts';"],
    ['src/engine/worker.ts', "export { card } from '../adapters/slack/render.ts';"],
    ['src/engine/worker.ts', "import {\n  createStore,\n  type Store,\n} from '../store/store.ts';"],
    ['src/bot/create-conversation.ts', "import '../adapters/slack/slack.ts';"],
    ['src/bot/create-conversation.ts', "import { directory } from '../auth0/directory.ts';"],
    ['src/adapters/teams/render.ts', "import { render } from '../slack/render.ts';"],
    ['src/concurrency/rate-limiter.ts', "import { render } from '../adapters/render-queue.ts';"],
    ['src/adapters/render-queue.ts', "import { render } from './slack/render.ts';"],
    ['src/adapters/slack/render.ts', "import { store } from '../../store/store.ts';"],
    ['src/store/store.ts', "import { directory } from '../auth0/directory.ts';"],
    ['src/auth0/tickets.ts', "import { deliver } from '../engine/deliver.ts';"],
    ['src/notices/notices.ts', "import { readAccount } from '../auth0/account.ts';"],
    ['src/notices/mail.ts', "import { copy } from '../bot/copy/language.ts';"],
    ['src/web/go.ts', "import { createLinkService } from '../engine/link-service.ts';"],
    ['src/web/go.ts', "import { compose } from '../compose.ts';"],
    ['src/observability/metrics.ts', "import { engine } from '../engine/engine.ts';"],
    ['src/config/config.ts', "import { main } from '../main.ts';"],
    ['src/text/bounded-text.ts', "import { later } from '../flows/ids.ts';"],
    ['src/bot/intent.ts', "import { observed } from '../outbound/observe.ts';"],
    ['src/main.ts', "import { tenant } from '../playground/auth0/tenant.ts';"],
    ['src/compose.ts', "const model = await import('../test/flows/model.ts');"],
  ];
  it.each(wrong)('%s: %s', (path, text) => expect(wrongArrows({ path, text })).toHaveLength(1));

  const right: readonly (readonly [string, string])[] = [
    ['src/adapters/slack/render.ts', "import type { Card } from '../../bot/card.ts';"],
    ['src/adapters/slack/slack.ts', "import { createRateLimiter } from '../../concurrency/rate-limiter.ts';"],
    ['src/adapters/slack/render.ts', "import { later } from '../../flows/ids.ts';"],
    ['src/engine/worker.ts', "import { decide } from '../flows/decide.ts';\nimport pino from 'pino';"],
    ['src/compose.ts', "import { createStore } from './store/store.ts';"],
    ['src/flows/decide.ts', "import { close } from './decision.ts';"],
  ];
  it.each(right)('and a right one is not: %s', (path, text) => expect(wrongArrows({ path, text })).toEqual([]));
});

describe('a circle is noticed', () => {
  const file = (path: string, imported: string) => ({ path, text: `import type { X } from './${imported}.ts';` });

  it('of two files, by their types alone', () => {
    const two = [file('src/bot/a.ts', 'b'), file('src/bot/b.ts', 'a'), file('src/bot/c.ts', 'a')];
    expect(circles(two)).toEqual([['src/bot/a.ts', 'src/bot/b.ts']]);
  });

  it('of three, and none where files only follow each other', () => {
    const line = [file('src/bot/a.ts', 'b'), file('src/bot/b.ts', 'c'), { path: 'src/bot/c.ts', text: '' }];
    expect(circles(line)).toEqual([]);
    expect(circles([...line.slice(0, 2), file('src/bot/c.ts', 'a')])).toHaveLength(1);
  });
});

describe('a name of a type that stands twice is noticed', () => {
  const answer = (path: string) => ({ path, text: 'export interface Answer {}' });

  it('in two rooms, and in two files of different names of sibling adapters', () => {
    expect(repeatedTypes([answer('src/bot/a.ts'), answer('src/web/a.ts')])).toHaveLength(1);
    expect(repeatedTypes([answer('src/adapters/slack/a.ts'), answer('src/adapters/teams/b.ts')])).toHaveLength(1);
  });

  it('but not in files of one name', () => {
    expect(repeatedTypes([answer('src/adapters/slack/a.ts'), answer('src/adapters/teams/a.ts')])).toEqual([]);
  });
});

describe('a request that is answered with more than a flow is noticed', () => {
  it.each([
    "import { drawHelp } from './cards/plain-card.ts';",
    'const copy: Copy = parts.copy;',
    "const isSlack = platform === 'slack';",
  ])('%s', (text) => expect(drawing({ path: 'src/bot/requests.ts', text }).length).toBeGreaterThan(0));
});

describe('a copy of a small machine is noticed', () => {
  it.each([
    'await Promise.race([work, late]);',
    'const timer = setTimeout(() => resolve(undefined), ms);',
    'await new Promise((resolve) => setTimeout(resolve, pauseMs));',
    'await new Promise<void>((done) => void setTimeout(done, pauseMs).unref());',
    "log.error({ event, error: error instanceof Error ? error.name : '' });",
    'looking ??= look().finally(() => {\n  looking = undefined;\n});',
    "import { LRUCache } from 'lru-cache';",
    'kept.delete(kept.keys().next().value);',
  ])('%s', (text) => {
    expect(copiedMachines({ path: 'src/store/instances.ts', text })).toHaveLength(1);
    expect(copiedMachines({ path: 'src/concurrency/timeout.ts', text })).toEqual([]);
  });
});

describe('a copy of a small machine that has a home of its own is noticed', () => {
  it.each([
    ['src/outbound/answer-text.ts', 'for await (const chunk of body) chunks.push(chunk);'],
    ['src/outbound/answer-text.ts', 'for await (const chunk of response.body) chunks.push(chunk);'],
    ['src/outbound/answer-text.ts', 'const reader = response.body?.getReader();'],
    ['src/outbound/observe.ts', "observe?.(call, reply.ok ? 'ok' : reply.failure.kind, ms);"],
    ['src/outbound/failed-call.ts', 'const cause = `answer-not-understood: `;'],
    ['src/flows/outcome.ts', "const isFinal = kind === 'absent' || kind === 'refused';"],
    ['src/flows/outcome.ts', "if (failure.kind === 'refused' || failure.kind === 'absent') return;"],
    ['src/inbound/raw-route.ts', 'scope.setErrorHandler((error, request, reply) => reply.code(500).send());'],
  ])('%s: %s', (home, text) => {
    expect(copiedMachines({ path: 'src/store/instances.ts', text })).toHaveLength(1);
    expect(copiedMachines({ path: home, text })).toEqual([]);
  });
});

describe('what no file may contain is noticed', () => {
  const path = 'src/flows/decide.ts';

  it.each(["if (platform === 'slack') return;", "case 'teams':", "'slack' !== platform"])('%s', (text) => {
    expect(platformQuestions({ path: 'src/bot/create-conversation.ts', text })).toHaveLength(1);
    expect(platformQuestions({ path: 'src/adapters/slack/actor.ts', text })).toEqual([]);
  });

  it.each([
    'const now = Date.now();',
    'const now = new Date();',
    'const roll = Math.random();',
    'setTimeout(go, 5);',
    'const id = value as FlowId;',
    'export async function decide() {}',
    'console.log(state);',
  ])('in the flows: %s', (text) => expect(impure({ path, text })).toHaveLength(1));

  it.each([
    'const x: any = 1;',
    'const x = y as any;',
    'const x: Map<string, any> = y;',
    'const x = y!.z;',
    'const x = y[0]!;',
    'enum Place { Open }',
    'namespace Flows {}',
    '// @ts-expect-error',
  ])('anywhere: %s', (text) => expect(loose({ path, text }).length).toBeGreaterThan(0));

  it.each([
    'const isOne = one.toLowerCase() === other.toLowerCase();',
    'const key = name.toLocaleUpperCase();',
    "const key = name.normalize('NFKC');",
    'return one.localeCompare(other) === 0;',
    'if (/^mike@/iu.test(address)) return;',
  ])('between names: %s', (text) => {
    expect(foldings({ path: 'src/bot/helpdesk/same-person.ts', text })).toHaveLength(1);
    expect(foldings({ path: 'src/bot/intent.ts', text })).toEqual([]);
  });

  it.each(['const x = y !== z;', 'if (!x) return;', "const x = 'any!';", '// not any more!', 'const any1 = !y;'])(
    'but not in what only looks alike: %s',
    (text) => expect(loose({ path, text })).toEqual([]),
  );
});
