// Redraws of one message or window run one after the other, and an older version of a flow never replaces a newer one.
// Only the versions of recent redraws are remembered. What was forgotten is drawn, which is at worst one needless redraw.
import type { Card } from '../bot/cards/card.ts';
import { createExpiringMap } from '../concurrency/expiring-map.ts';
import { createKeyedQueue } from '../concurrency/keyed-queue.ts';

export interface RenderQueue {
  /** Runs `draw` when earlier redraws of `target` are done. `undefined`: a newer card of the flow is shown there already. */
  inTurn<T>(target: string, card: Card, draw: () => Promise<T>): Promise<T | undefined>;
  /** Records that this card is drawn without waiting for its turn: in the answer to a press or a submitted window. */
  note(target: string, card: Card): void;
}

const remembered = 5_000;

export function createRenderQueue(): RenderQueue {
  const queue = createKeyedQueue();
  const drawn = createExpiringMap<string, { readonly flow: Card['flow']; readonly version: number }>({
    atMost: remembered,
  });
  const isOld = (target: string, card: Card): boolean => {
    const last = drawn.get(target);
    return last !== undefined && last.flow === card.flow && card.version < last.version;
  };
  const note = (target: string, { flow, version }: Card): void => drawn.set(target, { flow, version });
  return {
    note,
    inTurn: (target, card, draw) =>
      queue(target, async () => {
        if (isOld(target, card)) return undefined;
        note(target, card);
        return draw();
      }),
  };
}
