// One person's view of Slack, for the drawing code: the viewer, the names of people, and how a press is sent.
import { filledIn } from './elements.js';
import { post } from './live.js';

/** `ui` is the pane's own state: `{ pane, viewer, place, composer, confirm, busy, remark }`. */
export function createSlackContext(state, ui, redraw) {
  const people = new Map(state.people.map(({ id, realName }) => [id, realName]));
  const keyOf = (target) => `${ui.viewer} ${JSON.stringify(target)}`;

  const send = async (act, target = { kind: act.act }) => {
    const key = keyOf(target);
    if (ui.busy.has(key)) return;
    ui.busy.add(key);
    ui.actedAt = performance.now();
    ui.remark = undefined;
    redraw();
    const answer = await post(act);
    ui.busy.delete(key);
    ui.remark = answer.said;
    redraw();
  };

  const isBusy = (target) => ui.busy.has(keyOf(target));

  const ask = (words, yes) => {
    const end = (then) => () => {
      ui.confirm = undefined;
      redraw();
      then();
    };
    ui.confirm = { words, yes: end(yes), no: end(() => {}) };
    redraw();
  };

  /** What was chosen in a message goes with every press on it, as in Slack. */
  const chosenIn = (surface) => {
    const message =
      surface.kind === 'message' && document.querySelector(`[data-pane="${ui.pane}"] [data-ts="${surface.ts}"]`);
    return message ? { values: filledIn(message) } : {};
  };

  const placeOf = (surface, key, errors) => ({
    key,
    people,
    errors,
    isBusy: (target) => isBusy({ surface, ...target }),
    press(target, element) {
      const go = () =>
        send({ act: 'press', user: ui.viewer, surface, ...target, ...chosenIn(surface) }, { surface, ...target });
      if (element.confirm === undefined) go();
      else ask(element.confirm, go);
    },
    choose(element, block) {
      const own = document.querySelector(`[data-pane="${ui.pane}"]`);
      const values = filledIn(own).filter(({ actionId }) => actionId === element.action_id);
      send({ act: 'choose', user: ui.viewer, surface, blockId: block.block_id, actionId: element.action_id, values });
    },
  });

  return {
    pane: ui.pane,
    viewer: ui.viewer,
    confirm: ui.confirm,
    people,
    app: state.app,
    slackbot: 'USLACKBOT',
    view: ui.isElsewhere ? { ...state.slack.views[ui.viewer], modals: [] } : state.slack.views[ui.viewer],
    send,
    isBusy,
    placeOf,
  };
}
