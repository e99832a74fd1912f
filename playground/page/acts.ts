// What a visitor can do: parsed, then passed to the emulators. As somebody in Slack or Teams, at Auth0, or to the world
// as a whole.
import { z } from 'zod';
import { slackCommands } from '../../src/adapters/slack/features.ts';
import { cast } from '../cast.ts';
import type { Client, Place, Shown } from '../slack/client.ts';
import { unreachable } from '../unreachable.ts';
import type { World } from '../world.ts';
import { accountIdOf, isInDirectory } from './account-id.ts';
import { noteSlackMode } from './snapshot.ts';
import { pressInTeams, sayInTeams, teamsPress, teamsSay } from './teams-acts.ts';
import { setTeamsMode } from './teams-view.ts';
import { setTenantsPage } from './tenants-page.ts';

const user = z.enum(cast.map(({ id }) => id));
const id = z.string().min(1).max(300);
const surface = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('message'), channel: id, ts: id }),
  z.strictObject({ kind: z.literal('modal'), viewId: id }),
  z.strictObject({ kind: z.literal('home') }),
]);
const values = z
  .array(
    z.strictObject({
      blockId: id,
      actionId: id,
      kind: z.enum(['text', 'choice']),
      values: z.array(z.string().max(3000)).max(20),
    }),
  )
  .max(20);

export const actSchema = z.discriminatedUnion('act', [
  z.strictObject({ act: z.literal('say'), user, channel: id, text: z.string().trim().min(1).max(3000) }),
  z.strictObject({ act: z.literal('home'), user }),
  z.strictObject({ act: z.literal('press'), user, surface, blockId: id, actionId: id, values: values.optional() }),
  z.strictObject({ act: z.literal('choose'), user, surface, blockId: id, actionId: id, values }),
  z.strictObject({ act: z.literal('submit'), user, viewId: id, values }),
  z.strictObject({ act: z.literal('close'), user, viewId: id }),
  teamsSay,
  teamsPress,
  z.strictObject({ act: z.literal('sign-in'), user, password: z.string().max(256) }),
  z.strictObject({ act: z.literal('lock'), user }),
  z.strictObject({ act: z.literal('block'), user, blocked: z.boolean() }),
  z.strictObject({
    act: z.literal('auth0-mode'),
    mode: z.enum(['normal', 'slow', 'down', 'rate-limited']),
  }),
  z.strictObject({ act: z.literal('slack-mode'), mode: z.enum(['normal', 'rate-limited']) }),
  z.strictObject({ act: z.literal('teams-mode'), mode: z.enum(['normal', 'rate-limited']) }),
  z.strictObject({ act: z.literal('page-mode'), mode: z.enum(['normal', 'own']) }),
  z.strictObject({ act: z.literal('pass'), minutes: z.union([z.literal(3), z.literal(15), z.literal(1440)]) }),
]);
export type Act = z.infer<typeof actSchema>;
type Values = z.infer<typeof values>;
type Surface = z.infer<typeof surface>;

/** `said` is shown to the person who acted. */
export type Answer = { readonly ok: boolean; readonly said?: string };

/** Long enough to be noticed, short enough to wait for. */
const slowMs = 4_000;

export async function carryOut(world: World, act: Act): Promise<Answer> {
  const { auth0, slack } = world;
  switch (act.act) {
    case 'say':
      return say(slack.client(act.user), act.channel, act.text);
    case 'home':
      return toldBy(await slack.client(act.user).openHome());
    case 'press':
      if (isGone(world, act.user, act.surface)) return ok;
      await fill(slack.client(act.user), act.values ?? [], placeOf(act.surface));
      return toldBy(
        await slack.client(act.user).press(placeOf(act.surface), { blockId: act.blockId, actionId: act.actionId }),
      );
    case 'choose':
      if (isGone(world, act.user, act.surface)) return ok;
      return choose(slack.client(act.user), act);
    case 'submit':
      if (isGone(world, act.user, { kind: 'modal', viewId: act.viewId })) return ok;
      await fill(slack.client(act.user), act.values);
      return toldInWindow(await slack.client(act.user).submit());
    case 'close':
      if (isGone(world, act.user, { kind: 'modal', viewId: act.viewId })) return ok;
      return toldBy(await slack.client(act.user).closeView());
    case 'teams-say':
      return sayInTeams(world, act);
    case 'teams-press':
      return pressInTeams(world, act);
    case 'sign-in':
      return signIn(world, act.user, act.password);
    case 'lock':
      if (isInDirectory(world, act.user)) await world.directory?.lockOut();
      else auth0.control.lock(accountIdOf(world, act.user));
      return ok;
    case 'block':
      auth0.control.adminBlock(accountIdOf(world, act.user), act.blocked);
      return ok;
    case 'auth0-mode':
      auth0.control.faults.set({ mode: act.mode, slowMs });
      return ok;
    case 'slack-mode':
      setSlackMode(world, act.mode);
      return ok;
    case 'teams-mode':
      setTeamsMode(world, act.mode);
      return ok;
    case 'page-mode':
      setTenantsPage(world, act.mode);
      return ok;
    case 'pass':
      world.pass(act.minutes * 60_000);
      return ok;
    default:
      return unreachable(act);
  }
}

const ok: Answer = { ok: true };

/** If Slack shows an error of its own, the person reads it. */
const toldBy = ({ ok, says }: Shown): Answer => (says === undefined ? { ok } : { ok, said: says });
/** A modal shows its errors itself. */
const toldInWindow = ({ ok }: Shown): Answer => ({ ok });

async function say(client: Client, channel: string, text: string): Promise<Answer> {
  const [, command, rest = ''] = /^(\/[\w-]+)(?:\s+(.*))?$/s.exec(text) ?? [];
  if (command !== undefined) {
    if (!slackCommands().some(({ name }) => name === command)) {
      return { ok: false, said: `${command} is not a valid command. Type / to see which there are.` };
    }
    const { ok } = await client.command(command, { channel, text: rest });
    return { ok };
  }
  if (!channel.startsWith('D')) {
    return { ok: false, said: 'In this playground channels only take commands. Write to Latchkey instead.' };
  }
  return toldBy(await client.dm(text));
}

function placeOf(surface: Surface): Place {
  if (surface.kind === 'home') return 'home';
  return surface.kind === 'modal' ? 'view' : { channel: surface.channel, ts: surface.ts };
}
/** The message disappeared at the moment of the press. That is no error. */
function isGone({ slack }: World, userId: string, place: Surface): boolean {
  if (place.kind === 'modal') return slack.control.openView(userId)?.view.id !== place.viewId;
  if (place.kind === 'home') return slack.control.home(userId) === undefined;
  return false;
}

async function fill(client: Client, filled: Values, place: Place = 'view'): Promise<void> {
  for (const { blockId, actionId, kind, values } of filled) {
    const [first = ''] = values;
    if (kind === 'text') await client.type(blockId, actionId, first, place);
    else if (values.length > 0) await client.choose(blockId, actionId, values.length === 1 ? first : values, place);
  }
}

async function choose(client: Client, act: Extract<Act, { act: 'choose' }>): Promise<Answer> {
  const chosen = act.values.find(({ actionId }) => actionId === act.actionId)?.values ?? [];
  const [first] = chosen;
  if (first === undefined) return ok;
  return toldBy(await client.choose(act.blockId, act.actionId, first, placeOf(act.surface)));
}

async function signIn(world: World, userId: string, password: string): Promise<Answer> {
  // Auth0's connector asks the directory.
  const refusal = isInDirectory(world, userId) ? await world.directory?.refusal(password) : undefined;
  if (refusal !== undefined) return { ok: false, said: refusals[refusal] };
  const outcome = world.auth0.control.signIn(accountIdOf(world, userId), password);
  if (outcome.ok === true) return { ok: true, said: 'Signed in. A session is open.' };
  switch (outcome.error) {
    case 'wrong-password':
      return { ok: false, said: refusals['wrong-password'] };
    case 'locked':
      return { ok: false, said: refusals.locked };
    case 'blocked':
      return { ok: false, said: 'An administrator has blocked this account.' };
    case 'unknown-user':
    case 'ip-blocked':
      return { ok: false, said: 'Sign-in is not possible.' };
    default:
      return unreachable(outcome.error);
  }
}

const refusals = {
  'wrong-password': 'Wrong password.',
  locked: 'The account is locked after too many wrong passwords.',
} as const;

function setSlackMode(world: World, mode: 'normal' | 'rate-limited'): void {
  const { faults } = world.slack.control;
  for (const method of ['chat.postMessage', 'chat.update']) {
    faults.clear(method);
    if (mode === 'rate-limited') faults.always(method, { kind: 'ratelimited', retryAfterSeconds: 5 });
  }
  noteSlackMode(world, mode);
}
