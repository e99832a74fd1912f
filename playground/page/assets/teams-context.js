// One person's view of Teams, for the drawing code: the viewer, the names of people, and how a press is sent.
import { post } from './live.js';

/** `ui` is the pane's own state: `{ pane, viewer, place, composer, busy, remark, remarks }`. */
export function createTeamsContext(state, ui, redraw) {
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
    /** The answer to the last press on this card, as long as the card is unchanged. */
    remarkOn(message, card) {
      const remark = ui.remarks.get(keyOf(message.id));
      return remark?.of === JSON.stringify(card) ? remark : undefined;
    },
  };
}
