// Teams' harness for the contract of all platforms: how Teams draws, and how its troubles, people and forgeries are
// produced.
import { type Json, recordOf } from '../../../playground/json.ts';
import { createCardCheck } from '../../../playground/teams/card-check.ts';
import { actionsIn, inputsIn, visibleText } from '../../../playground/teams/cards.ts';
import type { OddReply, RequestKind } from '../../../playground/teams/faults.ts';
import type { Shown } from '../../../playground/teams/presses.ts';
import { settingsOf } from '../../../playground/teams/settings.ts';
import { type AdaptiveCard, renderCard, renderMessage } from '../../../src/adapters/teams/render.ts';
import type { Place } from '../../../src/bot/messenger.ts';
import { type ActorId, actorParts, knownActor } from '../../../src/flows/ids.ts';
import { schemasMissing } from '../../schemas.ts';
import type { Call, Colleague, Drawn, Fixture, Harness, Surface, Tampering, Trouble } from '../harness.ts';
import { aFlow } from '../slack/scripted-conversation.ts';
import { actorOf, appId, appPassword, helpdesk, jane, type Scene, sam, samId, setScene, tenantId } from './scene.ts';

const testId = '00000000-0000-4000-8000-0000000000f1';
const settings = settingsOf({ appId, appPassword, tenantId });
const nameOf = (): string => 'Jane Doe';
/** Teams counts two bytes per character; older clients draw no card above 28 KB. */
const bytesAtMost = 28 * 1024;
const bytesOf = (what: unknown): number => JSON.stringify(what).length * 2;

async function drawn(card: AdaptiveCard): Promise<Drawn> {
  const check = createCardCheck(settings);
  await check.checkCard(card, 'here');
  const isTooBig = bytesOf(card) > bytesAtMost;
  return {
    problems: [...check.problems.map(({ problem }) => problem), ...(isTooBig ? ['larger than 28 KB'] : [])],
    text: visibleText({ ...card }),
    fallback: card.fallbackText,
    buttons: actionsIn({ ...card }).map(({ verb, url, title: label }) => ({
      act: verb ?? 'follow-link',
      ...{ label, ...(url === undefined ? {} : { url }) },
    })),
    inputs: inputsIn({ ...card }).map(({ id: name, element }) => ({
      name,
      ...(typeof element['value'] === 'string' ? { holds: element['value'] } : {}),
    })),
    whole: JSON.stringify(card),
  };
}

const surfaces: readonly Surface[] = [
  { name: 'an answer to one person', takesInputs: 'all', draw: (card) => drawn(renderCard(card, nameOf)) },
  {
    name: 'an answer to one person in the channel',
    takesInputs: 'all',
    adds: ['back'],
    draw: (card) => drawn(renderCard(card, nameOf, { back: true })),
  },
  {
    name: 'a message',
    takesInputs: 'all',
    async draw(card) {
      const message = renderMessage(card, nameOf);
      const attachments = message.attachments ?? [];
      // Two of them, or text with one, become two messages without a returned id.
      const isOne = attachments.length === 1 && message.text === undefined;
      const shown = await drawn(attachments[0]?.content as AdaptiveCard);
      const problems = [...shown.problems, ...(isOne ? [] : ['more than one card and nothing else'])];
      return { ...shown, problems, fallback: message.summary ?? '', whole: JSON.stringify(message) };
    },
  },
];

const kinds = {
  tell: 'send',
  post: 'create',
  redraw: 'update',
  remove: 'delete',
  members: 'pagedmembers',
  person: 'member',
} as const satisfies Record<Call, RequestKind>;

const page = { body: '<html><body>Please sign in</body></html>', headers: { 'content-type': 'text/html' } };
const troubles: { readonly [Kind in Trouble]: (call: Call) => OddReply } = {
  gone: (call) =>
    call === 'redraw' || call === 'remove'
      ? 'ActivityNotFoundInConversation'
      : call === 'person'
        ? 'MemberNotFoundInConversation'
        : 'ConversationNotFound',
  forbidden: (call) =>
    call === 'redraw' || call === 'remove'
      ? 'NotEnoughPermissions'
      : call === 'tell'
        ? 'ConversationBlockedByUser'
        : 'BotNotInConversationRoster',
  busy: () => ({ retryAfterSeconds: 30 }),
  'out-of-order': () => ({ status: 500 }),
  'answer-lost': () => ({ disconnect: true, after: true }),
  silent: () => ({ hang: true }),
  page: () => ({ status: 200, ...page }),
  'page-forbidden': () => ({ status: 403, ...page }),
  'page-missing': () => ({ status: 404, ...page }),
  'token-refused': () => ({ status: 401, body: { message: 'Authorization has been denied for this request.' } }),
};

const tamperings: { readonly [Kind in Tampering]: { readonly verb: string; readonly data: Json } } = {
  'no-such-act': { verb: 'unlock-now', data: { flow: aFlow, v: 1 } },
  'no-flow': { verb: 'submit-code', data: { flow: '../../etc', v: 1 } },
  'another-shape': { verb: 'submit-code', data: { flow: { $ne: 1 }, v: 1 } },
  'more-behind-the-act': { verb: 'submit-code.constructor', data: { flow: aFlow, v: 1 } },
  'not-ours': { verb: 'approve_button', data: {} },
};

/**
 * Changes to the connector's member record. It returns no record for a bot, for somebody who left, or for somebody who
 * was never a member.
 */
const colleagues: { readonly [Kind in Exclude<Colleague, 'unknown'>]: Json | 'nothing' } = {
  employee: {},
  disguised: { email: 'mi\u212ae@acme.example' },
  bot: 'nothing',
  deactivated: 'nothing',
  invited: 'nothing',
  guest: { userRole: 'guest' },
  external: { tenantId: 'f0f0f0f0-0000-4000-8000-00000000f0f0' },
  'unconfirmed-email': { email: '', userPrincipalName: '' },
};

async function fixture({ colleague = 'unknown' }: { readonly colleague?: Colleague } = {}): Promise<Fixture> {
  const scene = await setScene();
  const { adapter, control, script, logged } = scene;
  const troubled = new Map<Call, Trouble>();
  const whispered: { readonly to: ActorId; readonly text: string }[] = [];
  const listen = async (by: ActorId, pressed: Promise<Shown>): Promise<void> => {
    const { text } = await pressed;
    if (text !== undefined) whispered.push({ to: by, text });
    await adapter.stop();
  };
  const fill: Fixture['fill'] = (by, place, values) => {
    const client = scene.teams.client(userOf(by));
    const submit = actionsIn(client.card(originOf(place)) ?? {}).find(({ inputs }) => inputs.length > 0);
    return listen(by, client.pressExecute(originOf(place), submit?.verb ?? '', values));
  };
  await scene.jane.message('hello');
  if (colleague !== 'unknown') await introduce(scene, colleagues[colleague]);
  await adapter.stop();
  script.answered.length = 0;
  return {
    ...{ messenger: adapter.messenger, people: adapter.people, script, logged, jane, sam, helpdesk },
    colleague: actorOf(testId),
    elsewhere: {
      platform: knownActor(`slack:${tenantId}:${samId}`),
      company: knownActor(`teams:f0f0f0f0-0000-4000-8000-00000000f0f0:${samId}`),
    },
    seen: (place, by) => visibleText(scene.teams.client(userOf(by)).card(originOf(place)) ?? {}),
    standing: (where) => {
      const all = control.messages(where.startsWith('teams:') ? userOf(knownActor(where)) : where);
      return all.filter(({ from, isDeleted }) => from === 'bot' && !isDeleted).length;
    },
    notified: (who) => control.notifications.filter(({ user }) => user === userOf(who)).map(({ text }) => text),
    whispers: (to) => whispered.filter((one) => one.to === to).map(({ text }) => text),
    goesWrong(call, trouble) {
      troubled.set(call, trouble);
      // The colleague's record was planned as a fault as well, and the oldest plan comes first.
      control.faults.clear();
      for (const [each, what] of troubled) control.faults.always(kinds[each], troubles[what](each));
    },
    isWellAgain() {
      troubled.clear();
      control.faults.clear();
    },
    calls: (call) => scene.calls(kinds[call]),
    press: (by, place, act) => listen(by, scene.teams.client(userOf(by)).pressExecute(originOf(place), act)),
    async deny(by, place, values) {
      await listen(by, scene.teams.client(userOf(by)).pressExecute(originOf(place), 'deny'));
      await fill(by, place, values);
    },
    fill,
    forge: (place, tampering) => {
      const { verb, data } = tamperings[tampering];
      return listen(jane, scene.jane.pressExecute(originOf(place), verb, {}, { anyway: true, data }));
    },
    pressElsewhere: (place, act) =>
      listen(sam, scene.sam.pressExecute(originOf(place), act, {}, { anyway: true, data: { flow: aFlow, v: 1 } })),
    close: scene.close,
  };
}

const userOf = (who: ActorId): string => actorParts(who).user;

function originOf({ place }: Place): { readonly conversation: string; readonly activityId: string } {
  const { conversationId: conversation, activityId } = JSON.parse(place);
  return { conversation, activityId };
}

/** The person writes to the bot; from then on the connector returns this record for them. */
async function introduce({ control, teams }: Scene, described: Json | 'nothing'): Promise<void> {
  control.addUser({ aadObjectId: testId, name: 'Test Person', email: 'test@acme.example' });
  await teams.client(testId).message('hello');
  if (described === 'nothing') return control.faults.always('member', 'MemberNotFoundInConversation');
  const { id } = recordOf(control.deliveries.at(-1)?.activity['from']);
  const record = {
    id,
    name: 'Test Person',
    aadObjectId: testId,
    email: 'test@acme.example',
    tenantId,
    userRole: 'user',
  };
  control.faults.always('member', { status: 200, body: { ...record, ...described } });
}

const missing = schemasMissing('adaptive-card-1.5.schema.json');

export const teamsHarness: Harness = {
  name: 'Teams',
  ...(missing === undefined ? {} : { missing }),
  cast: { person: jane, agents: [sam, actorOf('00000000-0000-4000-8000-0000000000a3')] },
  helpdesk: `teams:${helpdesk}`,
  ...{ surfaces, fixture },
};
