// The views.* methods, and creating the view object that Slack stores and sends.

import { isRecord, type Json, listOf, recordOf, textOf } from '../json.ts';
import { blockProblems } from './block-limits.ts';
import { drawnForm, withIds } from './form.ts';
import { botIdOf } from './messages.ts';
import { MAX_STACK } from './modals.ts';
import { accepted, type Call, type Methods, type Reply, refused, refusedBecause, TIER_4 } from './reply.ts';
import { randomToken, type View, type World } from './world.ts';

export const viewMethods: Methods = {
  'views.open': { perMinute: TIER_4, run: openView },
  'views.push': { perMinute: TIER_4, run: pushView },
  'views.update': { perMinute: TIER_4, run: updateView },
  'views.publish': { perMinute: TIER_4, run: publishView },
};

function openView({ world, args }: Call): Reply {
  const problem = viewProblem(world, 'modal', args['view']);
  if (problem !== undefined) return problem;
  const redeemed = world.triggers.redeem(triggerOf(args));
  if (!redeemed.ok) return refused(redeemed.error);
  const view = modalView(world, recordOf(args['view']), {});
  world.modals.open(redeemed.userId, view);
  return accepted({ view });
}

function pushView({ world, args }: Call): Reply {
  const problem = viewProblem(world, 'modal', args['view']);
  if (problem !== undefined) return problem;
  const redeemed = world.triggers.redeem(triggerOf(args));
  if (!redeemed.ok) return refused(redeemed.error);
  const stack = world.modals.stackOf(redeemed.userId);
  if (redeemed.viewId === undefined || !stack.some(({ view }) => view.id === redeemed.viewId))
    return refused('invalid_trigger_id');
  if (stack.length >= MAX_STACK) return refused('push_limit_reached');
  const view = pushedView(world, redeemed.userId, recordOf(args['view']));
  world.modals.push(redeemed.userId, view);
  return accepted({ view });
}

/** A view on top of this person's stack of modals. */
export function pushedView(world: World, userId: string, given: Json): View {
  const stack = world.modals.stackOf(userId);
  const ids = { root_view_id: stack[0]?.view.id ?? null, previous_view_id: stack.at(-1)?.view.id ?? null };
  return modalView(world, given, ids);
}

const triggerOf = (args: Json): string => textOf(args['trigger_id']) ?? '';

function updateView({ world, args }: Call): Reply {
  const [viewId, externalId, hash] = [textOf(args['view_id']), textOf(args['external_id']), textOf(args['hash'])];
  if ((viewId === undefined) === (externalId === undefined))
    return refusedBecause('invalid_arguments', ['exactly one of view_id and external_id is needed']);
  const found = world.modals.find((view) =>
    viewId === undefined ? view.external_id === externalId : view.id === viewId,
  );
  const home = [...world.homes.values()].find(({ view }) => view.id === viewId);
  if (found === undefined && home === undefined) return refused('not_found');
  const old = found?.modal.view ?? home?.view;
  const problem = viewProblem(world, found === undefined ? 'home' : 'modal', args['view'], old?.id);
  if (problem !== undefined) return problem;
  if (hash !== undefined && hash !== old?.hash) return refused('hash_conflict');
  if (found === undefined) return refused('not_found');
  const view = replacedView(world, found.modal.view, recordOf(args['view']));
  world.modals.replace(found.userId, found.modal.view.id, view);
  return accepted({ view });
}

/** The new content under the same view id. */
export function replacedView(world: World, old: View, given: Json): View {
  const { id, root_view_id, previous_view_id } = old;
  return modalView(world, given, { id, root_view_id, previous_view_id });
}

function publishView({ world, args }: Call): Reply {
  const userId = textOf(args['user_id']) ?? '';
  if (!world.people.has(userId)) return refused('user_not_found');
  const problem = viewProblem(world, 'home', args['view']);
  if (problem !== undefined) return problem;
  const before = world.homes.get(userId);
  const hash = textOf(args['hash']);
  if (hash !== undefined && hash !== before?.view.hash) return refused('hash_conflict');
  const view = keptView(world, recordOf(args['view']), before === undefined ? {} : { id: before.view.id });
  world.homes.set(userId, { view, form: drawnForm(view.blocks, before?.form) });
  world.changed({ kind: 'home', user: userId });
  return accepted({ view });
}

/** Why Slack would refuse this view. `ownId` is the view that may keep its external id. */
export function viewProblem(world: World, type: 'modal' | 'home', view: unknown, ownId?: string): Reply | undefined {
  if (!isRecord(view)) return refusedBecause('invalid_arguments', ['view must be an object [json-pointer:/view]']);
  if (Buffer.byteLength(JSON.stringify(view)) > 250_000) return refused('view_too_large');
  const problems = blockProblems(type, view);
  if (problems.length > 0) return refusedBecause('invalid_arguments', problems);
  const external = textOf(view['external_id']) ?? '';
  const holder = world.modals.find((other) => external !== '' && other.external_id === external && other.id !== ownId);
  return holder === undefined ? undefined : refused('duplicate_external_id');
}

function modalView(world: World, given: Json, ids: Json): View {
  const view = keptView(world, given, ids);
  return {
    ...view,
    title: given['title'],
    submit: given['submit'] ?? null,
    close: given['close'] ?? null,
    clear_on_close: given['clear_on_close'] === true,
    notify_on_close: given['notify_on_close'] === true,
    root_view_id: ids['root_view_id'] ?? view.id,
    previous_view_id: ids['previous_view_id'] ?? null,
  };
}

function keptView(world: World, given: Json, ids: Json): View {
  const { settings } = world;
  return {
    id: textOf(ids['id']) ?? `V${randomToken()}`,
    team_id: settings.teamId,
    type: given['type'] === 'home' ? 'home' : 'modal',
    blocks: withIds(listOf(given['blocks']), randomToken),
    private_metadata: textOf(given['private_metadata']) ?? '',
    callback_id: textOf(given['callback_id']) ?? '',
    external_id: textOf(given['external_id']) ?? '',
    state: { values: {} },
    hash: `${Math.floor(settings.now() / 1000)}.${randomToken()}`,
    app_id: settings.appId,
    app_installed_team_id: settings.teamId,
    bot_id: botIdOf(world),
  };
}
