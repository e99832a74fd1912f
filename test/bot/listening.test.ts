// What every listener does around a request, words and a press, on a conversation that answers as told.
import { describe, expect, it } from 'vitest';
import { answerPress, answerSaid, respondToPress, startRequest } from '../../src/bot/listening.ts';
import { createBackground } from '../../src/concurrency/background-tasks.ts';
import { deliveryId, knownActor } from '../../src/flows/ids.ts';
import { createLogger } from '../../src/observability/logger.ts';
import { type Scripted, scriptedConversation } from '../adapters/slack/scripted-conversation.ts';

const actor = knownActor('slack:T0ACME:U0JANE');
const said = { kind: 'said' as const, actor, delivery: deliveryId('slack:event:1'), words: 'unlock' };
const pressed = { kind: 'pressed' as const, actor, delivery: said.delivery, values: {}, isPrivate: true } as const;
const press = { ...pressed, act: 'cancel' as const };

function listening(change: Partial<Scripted> = {}) {
  const logged: Record<string, unknown>[] = [];
  const log = createLogger({ level: 'info', stream: { write: (line) => void logged.push(JSON.parse(line)) } });
  const background = createBackground(log, 'test.background.failed');
  const conversation = scriptedConversation(change);
  return { logged, log, background, conversation };
}

describe('a request', () => {
  const quietly = { what: 'command', surface: {} };

  it('that the store takes too long for is not acknowledged', async () => {
    const parts = listening({ accept: () => new Promise(() => undefined) });
    await expect(startRequest(said, 'unlock', { ...quietly, withinMs: 20 }, parts)).rejects.toThrow(/in time/);
  });

  it('is stored before this resolves, and begun afterwards', async () => {
    const parts = listening();
    let isShown = false;
    const afterwards = async (): Promise<void> => {
      isShown = true;
    };
    expect(await startRequest(said, 'unlock', { ...quietly, afterwards }, parts)).toBe('taken');
    expect(parts.conversation.said).toHaveLength(1);
    expect([parts.conversation.begun.length, isShown]).toEqual([0, false]);
    await parts.background.settled(5_000);
    expect([parts.conversation.begun.length, isShown]).toEqual([1, true]);
  });

  it('that comes twice is begun once', async () => {
    const parts = listening();
    const twice = [
      await startRequest(said, 'unlock', quietly, parts),
      await startRequest(said, 'unlock', quietly, parts),
    ];
    expect(twice).toEqual(['taken', 'taken']);
    await parts.background.settled(5_000);
    expect(parts.conversation.begun).toHaveLength(1);
  });

  it('over the limit is begun by nobody, and its person is told once a minute', async () => {
    const parts = listening({ accept: async () => 'throttled' });
    let told = 0;
    const tooOften = async (): Promise<void> => {
      told += 1;
    };
    for (let nth = 0; nth < 3; nth += 1)
      expect(await startRequest(said, 'unlock', { ...quietly, tooOften }, parts)).toBe('throttled');
    await parts.background.settled(5_000);
    expect([told, parts.conversation.begun.length]).toEqual([1, 0]);
  });
});

describe('words', () => {
  const answering = async (change: Partial<Scripted>) => {
    const told: string[] = [];
    const how = {
      tell: async (cards: readonly { readonly title: string; readonly summary: unknown }[]) =>
        void told.push(...cards.map(({ summary }) => String(summary))),
      tooOften: async () => void told.push('too often'),
    };
    const done = await answerSaid(said, how, listening(change)).then(
      () => 'done',
      (error: Error) => error.message,
    );
    return { told, done };
  };

  it('are answered', async () => expect(await answering({})).toEqual({ told: ['Help'], done: 'done' }));

  it('that cannot be answered get an apology, and the failure is reported', async () =>
    expect(await answering({ answer: () => Promise.reject(new Error('inside')) })).toEqual({
      told: ['Sorry, something went wrong.'],
      done: 'inside',
    }));

  it.each([
    ['too-often', ['too often']],
    ['silent', []],
  ] as const)('over the limit (%s) are not answered', async (verdict, told) =>
    expect(await answering({ checkThrottle: () => verdict })).toEqual({ told, done: 'done' }),
  );
});

describe('a press', () => {
  it('over the limit is not looked at', async () => {
    const tooOften = (verdict: string): string => verdict;
    const frame = { event: 'test.failed', tooOften, answer: async () => 'answered', apologise: () => 'sorry' } as const;
    expect(await answerPress(press, frame, listening({ checkThrottle: () => 'silent' }))).toBe('silent');
    expect(await answerPress(press, frame, listening())).toBe('answered');
  });

  it('that fails inside gets an apology, and one line in the log without the cause’s words', async () => {
    const parts = listening();
    const frame = {
      event: 'test.failed',
      tooOften: () => 'too often',
      answer: () => Promise.reject(new TypeError('secret detail')),
      apologise: () => 'sorry',
    } as const;
    expect(await answerPress(press, frame, parts)).toBe('sorry');
    expect(parts.logged).toMatchObject([{ event: 'test.failed', act: 'cancel', error: 'TypeError' }]);
    expect(JSON.stringify(parts.logged)).not.toContain('secret');
  });
});

describe('a press that is answered in the response', () => {
  const responding = (parts: ReturnType<typeof listening>, respond = async () => 'the reply') => {
    const seen: string[] = [];
    const response = respondToPress(
      press,
      {
        patienceMs: 10,
        responseMs: 30,
        sent: Promise.resolve(),
        respond,
        meanwhile: () => 'a moment',
        sendLate: async ({ kind }) => void seen.push(kind),
        apologiseLate: async () => void seen.push('sorry'),
      },
      parts,
    );
    return { seen, response };
  };
  const slow = () => {
    const parts = listening();
    const { promise, resolve, reject } = Promise.withResolvers<{ kind: 'done' }>();
    parts.conversation.reply = () => promise;
    return { parts, resolve: () => resolve({ kind: 'done' }), reject };
  };

  it('has the reply in it, if there is one in time', async () => {
    const parts = listening();
    const { seen, response } = responding(parts);
    expect(await response).toBe('the reply');
    await parts.background.settled(5_000);
    expect(seen).toEqual([]);
  });

  it('has the reply in it, also where the reply came in time and took long to draw', async () => {
    const drawn = Promise.withResolvers<string>();
    const parts = listening();
    const { seen, response } = responding(parts, () => drawn.promise);
    setTimeout(() => drawn.resolve('drawn at last'), 90);
    expect(await response).toBe('drawn at last');
    expect(seen).toEqual([]);
  });

  it('says that it takes a moment otherwise, and the reply is sent later', async () => {
    const { parts, resolve } = slow();
    const { seen, response } = responding(parts);
    expect(await response).toBe('a moment');
    expect(seen).toEqual([]);
    resolve();
    await parts.background.settled(5_000);
    expect(seen).toEqual(['done']);
  });

  it('is apologised for later, where it fails after the response', async () => {
    const { parts, reject } = slow();
    const { seen, response } = responding(parts);
    expect(await response).toBe('a moment');
    reject(new Error('inside'));
    await parts.background.settled(5_000);
    expect(seen).toEqual(['sorry']);
    expect(parts.logged).toMatchObject([{ event: 'test.background.failed', what: 'late press', error: 'Error' }]);
  });

  it('rejects where it fails before the response', async () => {
    const parts = listening();
    parts.conversation.reply = () => Promise.reject(new Error('inside'));
    await expect(responding(parts).response).rejects.toThrow('inside');
  });
});
