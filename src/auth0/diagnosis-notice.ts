// The Action after a changed password, which tells Latchkey at once. The log stream does the same, on plans that have streams.
import type { Finding } from '../doctor/check.ts';
import { shownName } from '../text/shown-name.ts';
import { looks } from './endpoints.ts';
import { doubtful, fine, unseen, whyUnseen } from './finding.ts';
import { bindingsLook, logStreamsLook } from './look-schemas.ts';
import type { Seen, TenantReader } from './tenant-reader.ts';

export interface StreamOptions {
  readonly reader: TenantReader;
  readonly publicUrl: string;
  /** Whether WEBHOOK_SECRET is set. */
  readonly hasHook: boolean;
}

const check = 'auth0.notice-action';
const page = 'Auth0: Actions → Triggers → post-change-password';
const hookAt = ({ publicUrl }: StreamOptions): string => `${publicUrl}/hooks/auth0`;

interface Bound {
  readonly name: string;
  readonly code: string;
  readonly isDeployed: boolean;
}

async function readBound({ reader }: StreamOptions): Promise<Seen<readonly Bound[]>> {
  const path = '/actions/triggers/post-change-password/bindings?per_page=100';
  const seen = await reader.read(looks.bindings, bindingsLook, path);
  if (seen.is !== 'seen') return seen;
  const value = seen.value.bindings.map(({ action, display_name: shown }) => ({
    ...{ name: shownName(action?.name ?? shown ?? ''), code: action?.code ?? '' },
    isDeployed: action?.all_changes_deployed !== false,
  }));
  return { is: 'seen', value };
}

/** Whether an Action tells Latchkey of a changed password. */
export async function isToldByAction(options: StreamOptions): Promise<boolean> {
  const seen = await readBound(options);
  return seen.is === 'seen' && seen.value.some(({ code, isDeployed }) => isDeployed && code.includes(hookAt(options)));
}

export async function lookAtNotice(options: StreamOptions): Promise<readonly Finding[]> {
  // Without the secret nothing is taken at the hook, and the log is read.
  if (!options.hasHook) return [];
  const seen = await readBound(options);
  if (seen.is !== 'seen') return [unseen(check, whyUnseen(seen))];
  const bound = seen.value;
  const hook = hookAt(options);
  const calls = bound.find(({ code }) => code.includes(hook));
  if (calls?.isDeployed === true) return [fine(check, `The Action “${calls.name}” tells of a changed password.`)];
  if (calls !== undefined)
    return [
      doubtful(
        check,
        `The Action “${calls.name}” has changes that are not deployed.`,
        'Deploy it. Auth0: Actions → Library.',
      ),
    ];
  const ours = bound.find(({ name }) => name.startsWith('Latchkey '));
  if (ours !== undefined)
    return [
      doubtful(
        check,
        `The Action “${ours.name}” does not call ${hook}.`,
        'Write the address of PUBLIC_URL into it, as `latchkey manifest auth0 DIR` does, and deploy it.',
      ),
    ];
  const streams = await options.reader.read(looks.logStreams, logStreamsLook, '/log-streams');
  const isStreamed =
    streams.is === 'seen' &&
    streams.value.some(({ status, sink }) => status === 'active' && sink?.httpEndpoint === hook);
  if (isStreamed) return [fine(check, 'No Action tells of a changed password; the log stream does.')];
  return [
    doubtful(
      check,
      'WEBHOOK_SECRET is set, but no Action after a changed password calls Latchkey, and no log stream is seen to: the change is noticed up to a minute later.',
      `Import the files of \`latchkey manifest auth0 DIR\`, which bind it. ${page}.`,
    ),
  ];
}
