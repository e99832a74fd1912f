// Drawings of one message or window follow each other, and an older drawing of a flow never replaces a newer one.
// Holds versions only for what was drawn lately: what is forgotten is drawn, which is at worst one drawing too many.
import type { Card } from '../bot/cards/card.ts';
import { createExpiringMap } from '../concurrency/expiring-map.ts';
import { createKeyedQueue } from '../concurrency/keyed-queue.ts';

export interface RenderQueue {
  /** Runs `draw` when earlier drawings of `target` are done; `undefined` where a newer card of the flow stands there already. */
  inTurn<T>(target: string, card: Card, draw: () => Promise<T>): Promise<T | undefined>;
  /** This card is being drawn on another way, which cannot wait: in the answer to a press or a submitted window. */
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
