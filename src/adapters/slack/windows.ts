// Windows (modals): opened with a trigger id, which is valid for three seconds, and redrawn by view id.
import { z } from 'zod';
import type { Card } from '../../bot/cards/card.ts';
import { failed, type Outcome, success } from '../../flows/outcome.ts';
import type { RenderQueue } from '../render-queue.ts';
import type { SlackApi } from './client.ts';
import { meansGone } from './errors.ts';
import { renderModal } from './render.ts';
import { windowAt } from './surface-refs.ts';

export interface Windows {
  /** Opens a window. Returns its view id. */
  open(triggerId: string, card: Card): Promise<Outcome<string>>;
  /** Opens a window on top of the one where the trigger came from. Closing it shows that one again. */
  push(triggerId: string, card: Card): Promise<Outcome<string>>;
  draw(viewId: string, card: Card): Promise<Outcome<'drawn' | 'gone'>>;
}

const opened = z.object({ view: z.object({ id: z.string().min(1) }) });
const anything = z.object({});

export function createWindows(api: SlackApi, renderQueue: RenderQueue): Windows {
  const show = async (method: 'views.open' | 'views.push', triggerId: string, card: Card) => {
    const args = { trigger_id: triggerId, view: renderModal(card) };
    // A trigger works only once, so a retry would always fail.
    const shown = await api.call({ method, args, answer: opened, lane: 'interactive', repeatable: false });
    return shown.ok ? success(shown.value.view.id) : shown;
  };
  return {
    open: (triggerId, card) => show('views.open', triggerId, card),
    push: (triggerId, card) => show('views.push', triggerId, card),
    async draw(viewId, card) {
      const args = { view_id: viewId, view: renderModal(card) };
      const update = () =>
        api.call({ method: 'views.update', args, answer: anything, lane: 'interactive', repeatable: true });
      const drawn = await renderQueue.inTurn(windowAt(viewId).target, card, update);
      if (drawn === undefined || drawn.ok) return success('drawn');
      return meansGone(drawn.failure) ? success('gone') : failed(drawn.failure);
    },
  };
}
