// What the operator's log says about refused requests, and what their senders get.
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createRefusalLog } from '../../src/inbound/refusal-log.ts';
import { type Scene, setScene } from '../adapters/teams/scene.ts';
import { createStandIn } from '../web/stand-in.ts';

function noting() {
  const lines: Record<string, unknown>[] = [];
  const log = pino({ level: 'trace' }, { write: (line) => void lines.push(JSON.parse(line)) });
  const refusals = createRefusalLog(log, 'teams.refused');
  return { refusals, told: () => lines.map(({ because, times }) => [because, times]) };
}

describe('refused requests in the log', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('are one line, and a flood one more a minute for each reason', () => {
    const { refusals, told } = noting();
    refusals.note('forged');
    expect(told()).toEqual([['forged', undefined]]);
    for (let nth = 0; nth < 9_999; nth += 1) refusals.note('forged');
    refusals.note('malformed');
    expect(told()).toEqual([
      ['forged', undefined],
      ['malformed', undefined],
    ]);
    vi.advanceTimersByTime(60_000);
    expect(told().slice(2)).toEqual([['forged', 9_999]]);
    vi.advanceTimersByTime(600_000);
    expect(told()).toHaveLength(3);
    refusals.note('forged');
    expect(told().at(-1)).toEqual(['forged', undefined]);
  });

  it('are not lost where the process ends before the minute', () => {
    const { refusals, told } = noting();
    for (let nth = 0; nth < 3; nth += 1) refusals.note('no-bearer');
    refusals.stop();
    expect(told().at(-1)).toEqual(['no-bearer', 2]);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('a refused request', () => {
  let scene: Scene;
  afterEach(() => scene.close());

  it('is written down once, not once more as an answer', async () => {
    scene = await setScene();
    const { server, lines } = await createStandIn({ plugins: [scene.adapter.plugin] });
    expect((await server.inject({ method: 'POST', url: '/api/messages' })).statusCode).toBe(401);
    await server.close();
    expect(lines.filter((line) => JSON.parse(line).level > 20)).toEqual([]);
    expect(scene.logged.filter((line) => line.includes('teams.refused'))).toHaveLength(1);
  });

  it('with much to send ends its connection; a small one, and a genuine one, does not', async () => {
    scene = await setScene();
    const { jane, control, server } = scene;
    const post = async (authorization: string | undefined, text: string) => {
      const bearer = authorization === undefined ? {} : { authorization };
      const headers = { 'content-type': 'application/json', ...bearer };
      const payload = JSON.stringify(jane.activity({ text }));
      const answer = await server.inject({ method: 'POST', url: '/api/messages', headers, payload });
      return [answer.statusCode, answer.headers.connection];
    };
    const proper = await control.authorization();
    const wrong = await control.authorization('wrongKey');
    const long = 'x'.repeat(20_000);
    expect(await post(undefined, long)).toEqual([401, 'close']);
    expect(await post(wrong, long)).toEqual([401, 'close']);
    expect(await post(proper, 'x'.repeat(600_000))).toEqual([413, 'close']);
    expect(await post(wrong, 'help')).toEqual([401, 'keep-alive']);
    expect(await post(proper, long)).toEqual([200, 'keep-alive']);
  });
});
