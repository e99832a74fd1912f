// Actions and the triggers that they are bound to.
import { type Answer, created, ok, problem } from './answer.ts';
import { type Call, integerIn, invalidQuery, type ManagementRoute, parsePayload } from './call.ts';
import { type Action, type Binding, newId } from './configuration.ts';
import { actionChanges, newAction, newBindings, triggerIds } from './configuration-bodies.ts';
import type { Tenant } from './tenant.ts';

/** What an Action shows of itself. Secrets are shown by name only. */
function shownAction(action: Action): Record<string, unknown> {
  return {
    id: action.id,
    name: action.name,
    supported_triggers: action.triggers,
    code: action.code,
    runtime: action.runtime,
    dependencies: action.dependencies,
    secrets: action.secrets.map(({ name }) => ({ name })),
    all_changes_deployed: action.isAllDeployed,
    status: action.buildsLeft > 0 ? 'building' : 'built',
    ...(action.deployedCode === undefined
      ? {}
      : { deployed_version: { action_id: action.id, code: action.deployedCode, deployed: true, status: 'built' } }),
  };
}

function listed(call: Call, key: string, all: readonly unknown[]): Answer {
  const perPage = integerIn(call.query, 'per_page', { fallback: 20, from: 1, to: 100 });
  const nth = integerIn(call.query, 'page', { fallback: 0, from: 0, to: 10_000 });
  if (perPage === undefined || nth === undefined) return invalidQuery('per_page', 'Invalid');
  const slice = all.slice(nth * perPage, (nth + 1) * perPage);
  return ok({ total: all.length, page: nth, per_page: perPage, [key]: slice });
}

function listActions(tenant: Tenant, call: Call): Answer {
  const { triggerId, actionName } = call.query;
  const wanted = tenant.configuration.actions
    .filter(({ triggers }) => triggerId === undefined || triggers.some(({ id }) => id === triggerId))
    .filter(({ name }) => actionName === undefined || name.startsWith(actionName));
  return listed(call, 'actions', wanted.map(shownAction));
}

type Change = {
  readonly secrets?: readonly { readonly name: string; readonly value?: string | undefined }[] | undefined;
};

/** The list that is given replaces the one before. A secret without a value keeps the one it had. */
function secretsAfter(before: Action['secrets'], { secrets }: Change): Action['secrets'] {
  if (secrets === undefined) return before;
  return secrets.map(({ name, value }) => ({ name, value: value ?? before.find((each) => each.name === name)?.value }));
}

const versions: Readonly<Record<string, string>> = { 'post-login': 'v3', 'post-change-password': 'v2' };

const triggersOf = (given: readonly { readonly id: string; readonly version?: string | undefined }[]) =>
  given.map(({ id, version }) => ({ id, version: version ?? versions[id] ?? 'v1' }));

function createAction(tenant: Tenant, { body }: Call): Answer {
  const parsed = parsePayload(newAction, body);
  if (!parsed.ok) return { ...parsed.answer };
  const { name, code = '', runtime = 'node22', dependencies = [], supported_triggers, deploy } = parsed.value;
  if (tenant.configuration.actions.some((each) => each.name === name)) {
    return problem(400, 'Invalid Request Body.', 'invalid_body');
  }
  const action: Action = {
    id: newId('act'),
    name,
    code,
    runtime,
    dependencies,
    secrets: secretsAfter([], parsed.value),
    triggers: triggersOf(supported_triggers),
    deployedCode: deploy === true ? code : undefined,
    isAllDeployed: deploy === true,
    // Auth0 builds a new Action for a moment. A client that deploys at once is told to wait.
    buildsLeft: 1,
  };
  tenant.configuration.actions.push(action);
  return created(shownAction(action));
}

function changeAction(tenant: Tenant, { params, body }: Call): Answer {
  const action = actionOf(tenant, params['id']);
  if (action === undefined) return problem(404, 'Action not found and cannot be updated.');
  const parsed = parsePayload(actionChanges, body);
  if (!parsed.ok) return parsed.answer;
  const changes = parsed.value;
  action.name = changes.name ?? action.name;
  action.code = changes.code ?? action.code;
  action.runtime = changes.runtime ?? action.runtime;
  action.dependencies = changes.dependencies ?? action.dependencies;
  action.secrets = secretsAfter(action.secrets, changes);
  action.triggers = changes.supported_triggers === undefined ? action.triggers : triggersOf(changes.supported_triggers);
  action.isAllDeployed = false;
  return ok(shownAction(action));
}

function deployAction(tenant: Tenant, { params }: Call): Answer {
  const action = actionOf(tenant, params['id']);
  if (action === undefined) return problem(400, 'Invalid Request Body.', 'invalid_body');
  if (action.buildsLeft > 0) {
    action.buildsLeft -= 1;
    return problem(400, "A draft must be in the 'built' state before it can be deployed.");
  }
  action.deployedCode = action.code;
  action.isAllDeployed = true;
  return {
    status: 202,
    body: { id: newId('ver'), action_id: action.id, code: action.code, deployed: true, status: 'built' },
  };
}

const actionOf = (tenant: Tenant, id: string | undefined): Action | undefined =>
  tenant.configuration.actions.find((action) => action.id === id);

function shownBinding(
  tenant: Tenant,
  trigger: string,
  { id, actionId, displayName }: Binding,
): Record<string, unknown> {
  const action = actionOf(tenant, actionId);
  return {
    id,
    trigger_id: trigger,
    display_name: displayName,
    ...(action === undefined ? {} : { action: shownAction(action) }),
  };
}

const isTrigger = (text: string | undefined): text is (typeof triggerIds)[number] =>
  triggerIds.some((id) => id === text);

const unknownTrigger = problem(400, 'Invalid request URI.', 'invalid_uri');

function listBindings(tenant: Tenant, call: Call): Answer {
  const trigger = call.params['triggerId'];
  if (!isTrigger(trigger)) return unknownTrigger;
  const bindings = tenant.configuration.bindings.get(trigger) ?? [];
  return listed(
    call,
    'bindings',
    bindings.map((binding) => shownBinding(tenant, trigger, binding)),
  );
}

/** Replaces all bindings of the trigger, in the order that is given. */
function bind(tenant: Tenant, { params, body }: Call): Answer {
  const trigger = params['triggerId'];
  if (!isTrigger(trigger)) return unknownTrigger;
  const parsed = parsePayload(newBindings, body);
  if (!parsed.ok) return parsed.answer;
  const { actions, bindings } = tenant.configuration;
  const before = bindings.get(trigger) ?? [];
  const after = parsed.value.bindings.map(({ ref, display_name: displayName }): Binding | undefined => {
    if (ref.type === 'binding_id') return before.find(({ id }) => id === ref.value);
    const action = actions.find(({ id, name }) => ref.value === (ref.type === 'action_id' ? id : name));
    // Only what was deployed can run.
    if (action === undefined || action.deployedCode === undefined || !action.triggers.some(({ id }) => id === trigger))
      return undefined;
    return { id: newId('bnd'), actionId: action.id, displayName: displayName ?? action.name };
  });
  const known = after.filter((binding) => binding !== undefined);
  if (known.length < after.length) return problem(400, 'Invalid Request Body.', 'invalid_body');
  bindings.set(trigger, known);
  return ok({ bindings: known.map((binding) => shownBinding(tenant, trigger, binding)) });
}

const read = ['read:actions'];
const update = ['update:actions'];
const create = ['create:actions'];
const group = 'other';

export const actionRoutes: readonly ManagementRoute[] = [
  { method: 'GET', path: '/actions/actions', scopes: read, group, answer: listActions },
  {
    method: 'GET',
    path: '/actions/actions/:id',
    scopes: read,
    group,
    answer: (tenant, { params }) => {
      const action = actionOf(tenant, params['id']);
      return action === undefined ? problem(404, 'The action does not exist.') : ok(shownAction(action));
    },
  },
  { method: 'POST', path: '/actions/actions', scopes: create, group, answer: createAction },
  { method: 'PATCH', path: '/actions/actions/:id', scopes: update, group, answer: changeAction },
  { method: 'POST', path: '/actions/actions/:id/deploy', scopes: create, group, answer: deployAction },
  {
    method: 'GET',
    path: '/actions/modules',
    scopes: read,
    group,
    answer: (_tenant, call) => listed(call, 'modules', []),
  },
  {
    method: 'GET',
    path: '/actions/triggers',
    scopes: read,
    group,
    answer: () => ok({ triggers: triggerIds.map((id) => ({ id, version: versions[id] ?? 'v1', status: 'CURRENT' })) }),
  },
  { method: 'GET', path: '/actions/triggers/:triggerId/bindings', scopes: read, group, answer: listBindings },
  { method: 'PATCH', path: '/actions/triggers/:triggerId/bindings', scopes: update, group, answer: bind },
];
