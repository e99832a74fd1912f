// Drawings of one message or window follow each other, and an older renderQueue of a flow never replaces a newer one.
// Holds versions only for what was drawn lately: what is forgotten is drawn, which is at worst one renderQueue too many.
import type { Card } from '../bot/cards/card.ts';

export interface RenderQueue {
  /** Runs `draw` when earlier drawings of `target` are done; `undefined` where a newer card of the flow stands there already. */
  inTurn<T>(target: string, card: Card, draw: () => Promise<T>): Promise<T | undefined>;
  /** This card is being drawn on another way, which cannot wait: in the answer to a press or a submitted window. */
  note(target: string, card: Card): void;
}

const remembered = 5_000;

export function createRenderQueue(): RenderQueue {
  const lastTurn = new Map<string, Promise<unknown>>();
  const drawn = new Map<string, { readonly flow: Card['flow']; readonly version: number }>();
  const isOld = (target: string, card: Card): boolean => {
    const last = drawn.get(target);
    return last !== undefined && last.flow === card.flow && card.version < last.version;
  };
  const remember = (target: string, card: Card): void => {
    drawn.delete(target);
    drawn.set(target, { flow: card.flow, version: card.version });
    for (const oldest of drawn.keys()) {
      if (drawn.size <= remembered) break;
      drawn.delete(oldest);
    }
  };
  return {
    note: remember,
    async inTurn(target, card, draw) {
      const before = lastTurn.get(target) ?? Promise.resolve();
      const turn = before.then(async () => {
        if (isOld(target, card)) return undefined;
        remember(target, card);
        return draw();
      });
      const settled = turn.catch(() => undefined);
      lastTurn.set(target, settled);
      try {
        return await turn;
      } finally {
        if (lastTurn.get(target) === settled) lastTurn.delete(target);
      }
    },
  };
}
