// The Actions that run after a login, also when a code is checked: whether one is in the way, and whether ours is there.
import type { Finding } from '../doctor/check.ts';
import { shownName } from '../text/shown-name.ts';
import { callbacksAt, guardName } from './application.ts';
import { looks } from './endpoints.ts';
import { doubtful, fine, unseen, whyUnseen, wrong } from './finding.ts';
import { type BindingLook, bindingsLook } from './look-schemas.ts';
import type { TenantReader } from './tenant-reader.ts';

export interface ActionsOptions {
  readonly reader: TenantReader;
  readonly clientId: string;
  readonly publicUrl: string;
}

/** An Action that looks at the client id, or is ours and does. */
const namesUs = ({ action, display_name: shown }: BindingLook, clientId: string): boolean =>
  action?.code?.includes(clientId) === true || /^Latchkey /.test(action?.name ?? shown ?? '');

const actionsCheck = 'auth0.actions';

/** They run when a code is checked, too, and can refuse it or ask for a second factor there. */
export async function lookAtActions({ reader, clientId, publicUrl }: ActionsOptions): Promise<readonly Finding[]> {
  const check = actionsCheck;
  const seen = await reader.read(looks.bindings, bindingsLook, '/actions/triggers/post-login/bindings?per_page=100');
  if (seen.is !== 'seen') return [check, 'auth0.sign-in-guard'].map((each) => unseen(each, whyUnseen(seen)));
  const findings = actionFindings(seen.value.bindings, clientId);
  return [
    ...(findings.length === 0 ? [fine(check, 'No Action after login is in the way of codes.')] : findings),
    ...guardFindings(seen.value.bindings, clientId, callbacksAt(publicUrl)),
  ];
}

export function actionFindings(bindings: readonly BindingLook[], clientId: string): readonly Finding[] {
  return bindings.flatMap((binding) => {
    const { action, display_name: shown } = binding;
    const name = `“${shownName(action?.name ?? shown ?? 'without a name')}”`;
    return [
      ...(action?.all_changes_deployed === false
        ? [
            doubtful(
              actionsCheck,
              `The Action ${name} has changes that are not deployed.`,
              'Deploy it. Auth0: Actions → Library.',
            ),
          ]
        : []),
      ...(namesUs(binding, clientId) ? [] : [foreign(name, action?.code)]),
    ];
  });
}

/** What it does can be seen only so far: the words of Auth0's own interface. */
function foreign(name: string, code: string | undefined): Finding {
  const does = [
    ...(code?.includes('api.access.deny') === true ? ['can deny the sign-in'] : []),
    ...(code !== undefined && /api\.(?:multifactor|authentication)\./.test(code)
      ? ['can ask for a second factor']
      : []),
  ];
  const what = does.length === 0 ? '' : ` and ${does.join(' and ')}`;
  return doubtful(
    actionsCheck,
    `The Action ${name} also runs when a code is checked${what}, and does not name this application.`,
    'Let it pass over this application: `if (event.client.client_id === "…") return;` with AUTH0_CLIENT_ID as its first line. Otherwise codes may be refused.',
  );
}

/** Ours, also where somebody gave it another name: by the line that holds its list. */
const isGuard = ({ action, display_name: shown }: BindingLook): boolean =>
  (action?.name ?? shown) === guardName || action?.code?.includes('const mayUseCodes =') === true;

export function guardFindings(
  bindings: readonly BindingLook[],
  clientId: string,
  callbacks: readonly string[],
): readonly Finding[] {
  const check = 'auth0.sign-in-guard';
  const guard = bindings.find(isGuard);
  if (guard === undefined)
    return [
      doubtful(
        check,
        'The Action that refuses sign-ins by a code to a contact does not run after login: the codes of a contact may open other applications, past Latchkey.',
        'Import it with `latchkey manifest auth0 DIR`, or by hand: manifest/auth0/code/sign-in-guard.js at the trigger post-login.',
      ),
    ];
  const [, named] = /"client_id":"([^"]*)"/.exec(guard.action?.code ?? '') ?? [];
  const missing = callbacks.filter((callback) => guard.action?.code?.includes(`"${callback}"`) === false);
  if ((named === undefined || named === clientId) && missing.length > 0)
    return [
      doubtful(
        check,
        `The Action that refuses sign-ins by a code to a contact does not know ${missing.join(', ')}, so it looks at no sign-in that returns there.`,
        'Run `latchkey manifest auth0 DIR` and import again, or add the address to the list `callbacks` in the Action.',
      ),
    ];
  if (named === undefined || named === clientId)
    return [fine(check, 'The Action that refuses sign-ins by a code to a contact runs after login.')];
  return [
    wrong(
      check,
      'The Action that refuses sign-ins by a code to a contact is written for another application, so it refuses the codes of this one.',
      'Run `latchkey manifest auth0 DIR` with this AUTH0_CLIENT_ID and import again, or write the id into the Action by hand.',
    ),
  ];
}
