// The two Actions as files, and their places at the triggers. The tool replaces all bindings of a trigger, so those of others stand
// in the list too, in their order.
import { guardName } from '../../src/auth0/application.ts';
import { allowedIn, guardCode, noticeCode, noticeName } from './actions.ts';
import { changesBetween, holdsKeyword } from './changes.ts';
import { type Draft, type Fields, hookKeyword, type Installation, json, left, unread } from './draft.ts';
import type { Seen, SeenAction, SeenBinding, SeenTenant, Trigger } from './seen.ts';

interface WrittenAction {
  readonly name: string;
  readonly trigger: Trigger;
}

export function actions(about: Installation, seen: SeenTenant | undefined, draft: Draft): readonly WrittenAction[] {
  if (seen?.actions.is === 'unseen') {
    draft.steps.push(left('Actions', seen.actions.why, 'write the two Actions that docs/installing.md shows'));
    return [];
  }
  const known = seen?.actions.is === 'seen' ? seen.actions.value : undefined;
  const write = (name: string, trigger: Trigger, version: string, code: string, secrets: readonly Fields[]) => {
    draft.files.set(`actions/${name}/code.js`, code);
    const supported = [{ id: trigger, version }];
    const about = { name, code: `./actions/${name}/code.js`, runtime: 'node22', deployed: true, dependencies: [] };
    draft.files.set(`actions/${name}.json`, json({ ...about, secrets, supported_triggers: supported }));
    const before = known?.get(name);
    const names = secrets.map((secret) => String(secret['name']));
    const { runtime, deployed, dependencies } = about;
    const after = { runtime, deployed, dependencies, secrets: names, supported_triggers: supported };
    draft.parts.push({
      what: `Action “${name}”`,
      is: seen === undefined ? 'unseen' : before === undefined ? 'new' : 'seen',
      lines: before === undefined ? [] : actionLines(before, code, after),
      ...(before === undefined || names.length === 0
        ? {}
        : { note: `${names.join(', ')} is written again: Auth0 shows no secret to compare with` }),
    });
    return { name, trigger };
  };
  const guard = write(guardName, 'post-login', 'v3', guardCode({ ...about, mayUseCodes: allowed(known, seen) }), []);
  if (!about.hasHook) {
    draft.steps.push(
      'Optional: set WEBHOOK_SECRET (openssl rand -hex 32) and run this command again. Then Auth0 tells Latchkey at once of a changed password; without it that takes up to a minute.',
    );
    return [guard];
  }
  const secret = { name: 'WEBHOOK_SECRET', value: `##${hookKeyword}##` };
  return [guard, write(noticeName, 'post-change-password', 'v2', noticeCode(about.publicUrl), [secret])];
}

/** What Auth0 does not say is not called changed. */
function actionLines(before: SeenAction, code: string, after: Fields): readonly string[] {
  const told = {
    ...{ runtime: before.runtime, deployed: before.isDeployed, dependencies: before.dependencies },
    ...{ secrets: before.secrets, supported_triggers: before.triggers },
  };
  const known = Object.entries(told).filter(([, value]) => value !== undefined);
  return [
    ...(before.code === code ? [] : ['code: changed']),
    ...changesBetween({ ...after, ...Object.fromEntries(known) }, after),
  ];
}

/** The list in the tenant's own Action; before there is one, those that people can sign in to by a code today. */
function allowed(known: ReadonlyMap<string, SeenAction> | undefined, seen: SeenTenant | undefined): readonly string[] {
  const listed = allowedIn(known?.get(guardName)?.code ?? '');
  if (listed !== undefined) return listed;
  if (seen === undefined || seen.connections.is === 'unseen') return [];
  const { email, sms } = seen.connections.value;
  const ours = seen.client?.['client_id'];
  return [...new Set([...(email?.clients ?? []), ...(sms?.clients ?? [])])].filter((id) => id !== ours).sort();
}

/** More Actions cannot be bound to one flow (D:customize/actions/limitations). */
const boundAtMost = 20;

export function bindings(written: readonly WrittenAction[], seen: SeenTenant | undefined, draft: Draft): void {
  if (written.length === 0) return;
  const where = written.map(({ name, trigger }) => `“${name}” to ${trigger}`).join(', ');
  const step = `Actions → Triggers: add ${where}`;
  const read: Seen<Readonly<Record<Trigger, readonly SeenBinding[]>>> = seen?.bindings ?? { is: 'unseen', why: unread };
  if (read.is === 'unseen') {
    draft.steps.push(left('bindings of Actions', read.why, step));
    return;
  }
  const after: Record<string, readonly Fields[]> = {};
  for (const { name, trigger } of written) {
    const before = read.value[trigger];
    const isBound = before.some(({ action }) => action === name);
    if (!isBound && before.length >= boundAtMost) {
      draft.steps.push(left(`binding of “${name}”`, `${boundAtMost} Actions run at ${trigger} already`, step));
      continue;
    }
    const all = isBound ? before : [...before, { action: name, displayName: name }];
    after[trigger] = all.map(({ action, displayName }) => ({ action_name: action, display_name: displayName }));
    const lines = isBound ? [] : [`adds “${name}” after ${before.length} other Actions`];
    draft.parts.push({ what: `trigger ${trigger}`, is: 'seen', lines });
  }
  if (holdsKeyword(after)) {
    draft.steps.push(
      left('bindings of Actions', 'an Action has a name that the deploy tool would take for a keyword', step),
    );
    return;
  }
  if (Object.keys(after).length > 0) draft.files.set('triggers/triggers.json', json(after));
}
