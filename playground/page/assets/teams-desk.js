// One person's place in Teams as the drawing code sees it: who looks, who is who, and how a press leaves.
import { post } from './live.js';

/** `ui` is the pane's own memory: `{ pane, viewer, place, composer, busy, remark, remarks }`. */
export function createTeamsDesk(state, ui, redraw) {
  const people = new Map(state.people.map(({ id, realName }) => [id, realName]));
  const keyOf = (target) => `${ui.viewer} ${target}`;

  const begin = (target) => {
    if (ui.busy.has(keyOf(target))) return false;
    ui.busy.add(keyOf(target));
    ui.remark = undefined;
    ui.remarks.delete(keyOf(target));
    redraw();
    return true;
  };

  return {
    pane: ui.pane,
    viewer: ui.viewer,
    people,
    app: state.app,
    isBusy: (target) => ui.busy.has(keyOf(target)),
    async say(place, text) {
      const { said } = await post({ act: 'teams-say', user: ui.viewer, place, text });
      ui.remark = said;
      redraw();
    },
    async press(message, card, action, inputs) {
      if (!begin(message.id)) return;
      const where = { conversation: message.conversation, message: message.id };
      const answer = await post({ act: 'teams-press', user: ui.viewer, ...where, action, inputs });
      ui.busy.delete(keyOf(message.id));
      if (answer.said !== undefined) ui.remarks.set(keyOf(message.id), { ...answer, of: JSON.stringify(card) });
      redraw();
    },
    /** What was said of the last press on this card, while it stands there unchanged. */
    remarkOn(message, card) {
      const remark = ui.remarks.get(keyOf(message.id));
      return remark?.of === JSON.stringify(card) ? remark : undefined;
    },
  };
}
