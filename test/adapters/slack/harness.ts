// Slack's harness for the contract of all platforms: how Slack draws, and how its troubles, people and forgeries are
// produced.

import { type Json, recordOf, recordsOf, textOf } from '../../../playground/json.ts';
import { blockProblems } from '../../../playground/slack/block-limits.ts';
import type { Fault } from '../../../playground/slack/faults.ts';
import type { NewPerson } from '../../../playground/slack/people.ts';
import { buttonsIn, visibleText } from '../../../playground/slack/visible.ts';
import { actionId, readActionId, readCallbackId } from '../../../src/adapters/slack/action-codec.ts';
import { renderHome, renderMessage, renderModal } from '../../../src/adapters/slack/render.ts';
import type { Place } from '../../../src/bot/messenger.ts';
import { type ActorId, actorParts, knownActor } from '../../../src/flows/ids.ts';
import type { Call, Colleague, Drawn, Fixture, Harness, Surface, Tampering, Trouble } from '../harness.ts';
import { type Scene, setScene } from './scene.ts';
import { aFlow } from './scripted-conversation.ts';

const actor = (user: string): ActorId => knownActor(`slack:T0ACME:${user}`);
const [jane, sam, kim] = [actor('U0JANE'), actor('U0SAM'), actor('U0KIM')];
const userOf = (who: ActorId): string => actorParts(who).user;
const helpdesk = 'C0HELPDESK';
const testId = 'U0TEST';

function drawn(surface: Json, blocks: readonly Json[], problems: readonly string[]): Drawn {
  const submit = textOf(recordOf(surface['submit'])['text']);
  const act = readCallbackId(textOf(surface['callback_id']) ?? '') ?? 'unknown';
  const buttons = buttonsIn(blocks).map((button) => ({
    ...{ act: readActionId(button.actionId)?.act ?? button.actionId, label: button.text },
    ...(button.url === undefined ? {} : { url: button.url }),
  }));
  return {
    ...{ problems, inputs: inputsIn(blocks), whole: JSON.stringify(surface) },
    text: visibleText({ ...surface, blocks }),
    buttons: [...(submit === undefined ? [] : [{ act, label: submit }]), ...buttons],
  };
}

function inputsIn(blocks: readonly Json[]): Drawn['inputs'] {
  return recordsOf(blocks.filter(({ type }) => type === 'input')).map((block) => {
    const element = recordOf(block['element']);
    const holds = textOf(element['initial_value']) ?? textOf(recordOf(element['initial_option'])['value']);
    return { name: textOf(element['action_id']) ?? '', ...(holds === undefined ? {} : { holds }) };
  });
}

const surfaces: readonly Surface[] = [
  {
    name: 'a window',
    takesInputs: 'all',
    isWindow: true,
    async draw(card) {
      const view = { ...renderModal(card) };
      return drawn(view, recordsOf(view.blocks), blockProblems('modal', view));
    },
  },
  {
    name: 'a message',
    takesInputs: 'choices',
    async draw(card) {
      const message = { ...renderMessage(card) };
      const problems = blockProblems('message', message.blocks);
      return { ...drawn(message, recordsOf(message.blocks), problems), fallback: message.text };
    },
  },
  {
    name: 'part of a home page',
    takesInputs: 'none',
    async draw(card) {
      const view = { ...renderHome([card], 'Acme') };
      return drawn(view, recordsOf(view.blocks), blockProblems('home', view));
    },
  },
];

const methods = {
  tell: 'chat.postMessage',
  post: 'chat.postMessage',
  redraw: 'chat.update',
  remove: 'chat.delete',
  members: 'conversations.members',
  person: 'users.info',
} as const satisfies Record<Call, string>;

const page = { body: '<html><body>Please sign in</body></html>', headers: { 'content-type': 'text/html' } };
const troubles: { readonly [Kind in Trouble]: (call: Call) => Fault | string } = {
  gone: (call) =>
    ({
      redraw: 'message_not_found',
      remove: 'message_not_found',
      person: 'user_not_found',
      tell: 'user_not_found',
      post: 'channel_not_found',
      members: 'channel_not_found',
    })[call],
  forbidden: (call) =>
    ({
      redraw: 'team_access_not_granted',
      remove: 'cant_delete_message',
      person: 'user_not_visible',
      tell: 'cannot_dm_bot',
      post: 'restricted_action',
      members: 'method_not_supported_for_channel_type',
    })[call],
  busy: () => ({ kind: 'ratelimited', retryAfterSeconds: 30 }),
  'out-of-order': () => 'http_500',
  'answer-lost': () => ({ kind: 'disconnect', after: true }),
  silent: () => 'hang',
  page: () => 'html',
  'page-forbidden': () => ({ kind: 'http', status: 403, ...page }),
  'page-missing': () => ({ kind: 'http', status: 404, ...page }),
  'token-refused': () => 'invalid_auth',
};

const tamperings: { readonly [Kind in Tampering]: { readonly actionId: string; readonly value: string } } = {
  'no-such-act': { actionId: 'lk.unlock-now', value: aFlow },
  'no-flow': { actionId: 'lk.submit-code', value: '../../etc' },
  'another-shape': { actionId: 'lk.submit-code', value: '{"$ne":1}' },
  'more-behind-the-act': { actionId: 'lk.submit-code.constructor', value: aFlow },
  'not-ours': { actionId: 'approve_button', value: aFlow },
};

const colleagues: { readonly [Kind in Exclude<Colleague, 'unknown'>]: Partial<NewPerson> } = {
  employee: {},
  disguised: { email: 'mi\u212ae@acme.example' },
  bot: { is_bot: true },
  deactivated: { deleted: true },
  guest: { is_restricted: true },
  invited: { is_invited_user: true },
  external: { teamId: 'T0OTHER', is_stranger: true },
  'unconfirmed-email': { isEmailConfirmed: false },
};

async function fixture({ colleague = 'unknown' }: { readonly colleague?: Colleague } = {}): Promise<Fixture> {
  const scene = await setScene();
  const { adapter, control, script, logged } = scene;
  if (colleague !== 'unknown') {
    control.addUser({ id: testId, name: 'test', email: 'test@acme.example', ...colleagues[colleague] });
  }
  return {
    ...{ messenger: adapter.messenger, people: adapter.people, script, logged, jane, sam, helpdesk },
    colleague: actor(testId),
    elsewhere: { platform: knownActor('teams:T0ACME:U0SAM'), company: knownActor('slack:T0OTHER:U0SAM') },
    seen: (place) => {
      const { channel, ts } = placeOf(place);
      const message = control.messages(channel).find((one) => one.ts === ts);
      return message === undefined ? '' : visibleText({ ...message });
    },
    standing: (where) =>
      control
        .messages(where.includes(':') ? userOf(knownActor(where)) : where)
        .filter(({ deleted }) => deleted !== true).length,
    notified: (who) => control.notifications.filter(({ user }) => user === userOf(who)).map(({ text }) => text),
    whispers: (to) =>
      [helpdesk, userOf(to)].flatMap((where) => control.ephemerals(where, userOf(to)).map(({ text }) => text)),
    goesWrong: (call, trouble) => control.faults.always(methods[call], troubles[trouble](call)),
    isWellAgain: () => control.faults.clear(),
    calls: (call) => scene.calls(methods[call]),
    press: (by, place, act) => pressing(scene, by, place, { actionId: actionId(act, false) }),
    async deny(by, place, values) {
      // The real card would be drawn with a modal; here the button only has to open one.
      await scene.slack
        .client(userOf(by))
        .press(placeOf(place), { actionId: actionId('deny', true), value: aFlow, anyway: true });
      const { userId } = scene.slack.client(userOf(by));
      await control.until(() => control.openView(userId) !== undefined);
      await filling(scene, by, place, values);
    },
    fill: (by, place, values) => filling(scene, by, place, values),
    forge: (place, tampering) => pressing(scene, jane, place, { ...tamperings[tampering], anyway: true }),
    pressElsewhere: (place, act) =>
      pressing(scene, sam, place, { actionId: actionId(act, false), value: aFlow, anyway: true }),
    close: scene.close,
  };
}

const placeOf = ({ place }: Place): { readonly channel: string; readonly ts: string } => JSON.parse(place);

async function pressing(
  scene: Scene,
  by: ActorId,
  place: Place,
  what: Parameters<Scene['jane']['press']>[1],
): Promise<void> {
  await scene.slack.client(userOf(by)).press(placeOf(place), what);
  await scene.adapter.stop();
}

/** A choice is in the message; any other form is in a modal, which the message only opens. */
async function filling(
  { slack, control, adapter }: Scene,
  by: ActorId,
  place: Place,
  values: Readonly<Record<string, string>>,
): Promise<void> {
  const client = slack.client(userOf(by));
  const { channel, ts } = placeOf(place);
  const message = control.messages(channel).find((one) => one.ts === ts);
  const inMessage = recordsOf(message?.blocks ?? []).filter(({ type }) => type === 'input');
  if (inMessage.length > 0) {
    for (const block of inMessage) {
      const [blockId, name] = [textOf(block['block_id']) ?? '', textOf(recordOf(block['element'])['action_id']) ?? ''];
      await client.choose(blockId, name, values[name] ?? '', { channel, ts });
    }
    await client.press({ channel, ts }, { actionId: actionId('send-code', true) });
    await adapter.stop();
    return;
  }
  if (control.openView(client.userId) === undefined) {
    await client.press({ channel, ts }, { actionId: actionId('continue', true) });
  }
  const inputs = () =>
    recordsOf(control.openView(client.userId)?.view.blocks ?? []).filter(({ type }) => type === 'input');
  await control.until(() => inputs().length > 0);
  for (const block of inputs()) {
    const { type, action_id } = recordOf(block['element']);
    const [blockId, name] = [textOf(block['block_id']) ?? '', textOf(action_id) ?? ''];
    const write = type === 'plain_text_input' ? client.type : client.choose;
    await write(blockId, name, values[name] ?? '');
  }
  await client.submit();
  await adapter.stop();
}

export const slackHarness: Harness = {
  name: 'Slack',
  cast: { person: jane, agents: [sam, kim] },
  helpdesk: `slack:${helpdesk}`,
  ...{ surfaces, fixture },
};
