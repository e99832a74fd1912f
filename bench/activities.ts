// Measures how many signed Teams messages are answered per second. Each request is stored durably before its answer.
// The baseline is botbuilder alone.
import { rateRow, waitRows } from './answered.ts';
import { type Helper, startHelper } from './channel.ts';
import type { Result } from './load.ts';
import { type Emulators, startProduct, teamsSettings } from './product.ts';
import { takeTurns } from './rounds.ts';
import { scaled } from './scale.ts';
import { type Send, teamsSender } from './senders.ts';
import type { Row } from './table.ts';

const rounds = 6;
const perRound = scaled(1_000);
/**
 * Warm-up: after this many requests V8 has optimised the code of all sides. With fewer, the product would be measured
 * cold.
 */
const warmUp = { count: scaled(500), deliveries: 10 };

export async function measureActivities(emulators: Helper, where: Emulators): Promise<readonly Row[]> {
  const load = startHelper('bench/load.ts');
  const startBot = (env: Readonly<Record<string, string>>): Helper =>
    startHelper('bench/empty-teams.ts', { env: { ...teamsSettings(where), ...env }, silent: true });
  const [echo, mute] = [startBot({ ECHO: '1' }), startBot({})];
  const product = await startProduct(where, true);
  try {
    const ours = async (send: Send, count: number, deliveries = 1): Promise<Result> => {
      const result = await send(product.url, count, deliveries);
      await product.drained();
      return result;
    };
    const against = async (bot: Helper, areKnown: boolean) => {
      const url = await bot.ask<string>('where');
      const send = teamsSender(emulators, load, areKnown);
      await ours(send, warmUp.count, warmUp.deliveries);
      await send(url, warmUp.count, warmUp.deliveries);
      return takeTurns(rounds, { ours: () => ours(send, perRound), theirs: () => send(url, perRound) });
    };
    const withEcho = await against(echo, true);
    const strangers = await against(echo, false);
    const withMute = await against(mute, true);
    return [
      rateRow('signed Teams messages answered, 50 at once', withEcho, 'empty CloudAdapter echo bot', '≥ 1.0'),
      ...waitRows(withEcho, 'echo bot'),
      rateRow('  from people whom the bot has never met', strangers, 'echo bot'),
      rateRow('  against a bot that says nothing', withMute, 'mute CloudAdapter bot'),
    ];
  } finally {
    await Promise.all([product.end(), echo.end(), mute.end(), load.end()]);
  }
}
