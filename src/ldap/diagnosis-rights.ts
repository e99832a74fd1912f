// Whether the service account has the rights that it needs, and no more.
import type { Finding } from '../doctor/check.ts';
import type { AccountId } from '../flows/ids.ts';
import type { Clock } from '../flows/ports.ts';
import { directoryGuid } from './account-id.ts';
import type { AccountRecord } from './account-record.ts';
import type { Attributes } from './attributes.ts';
import type { ConnectionSettings, DirectoryConnection } from './connection.ts';
import { failureOf } from './errors.ts';
import { type DirectoryScope, prepare } from './preparation.ts';
import { groupSids, isPowerful } from './protected-accounts.ts';

const service = 'directory.service-account';
const rights = 'directory.rights';
const dayMs = 86_400_000;
const warnedDays = 14;

const unseen = (check: string, why: string): Finding => ({ check, state: 'skipped', what: `not seen. ${why}` });

/** The root DSE lists the groups of whoever asks. */
export async function serviceAccountFindings(
  connection: DirectoryConnection,
  { bindDn, clock }: ConnectionSettings & { readonly clock: Clock },
): Promise<readonly Finding[]> {
  const root = await connection.read('', ['tokenGroups']);
  const groups = root.ok ? groupSids(root.value?.allBytes('tokenGroups') ?? []) : undefined;
  const own = isDn(bindDn) ? await connection.read(bindDn, [expiry]) : undefined;
  return [groupFinding(groups), expiryFinding(own?.ok === true ? own.value : undefined, clock)];
}

const isDn = (name: string): boolean => name.includes('=');
const expiry = 'msDS-UserPasswordExpiryTimeComputed';

function groupFinding(groups: readonly string[] | undefined): Finding {
  if (groups === undefined)
    return unseen(service, 'The directory does not say in which groups the service account is.');
  const powerful = groups.filter(isPowerful);
  return powerful.length === 0
    ? { check: service, state: 'ok', what: 'The service account is in no group of administrators.' }
    : {
        ...{ check: service, state: 'failed', what: `The service account is in ${powerful.join(', ')}.` },
        remedy: 'Take it out of every group of administrators: it needs the delegated rights only.',
      };
}

function expiryFinding(own: Attributes | undefined, clock: Clock): Finding {
  const at = own?.time(expiry) ?? 'not-known';
  if (at === 'not-known') return unseen(service, 'When the password of the service account expires could not be read.');
  if (at === 'endless')
    return { check: service, state: 'ok', what: 'The password of the service account does not expire.' };
  const days = at === 'zero' ? 0 : Math.floor((at - clock.now()) / dayMs);
  return days < warnedDays
    ? {
        ...{ check: service, state: 'warning', what: `The password of the service account expires in ${days} days.` },
        remedy: 'Change it in time, and give the new one to Latchkey.',
      }
    : { check: service, state: 'ok', what: `The password of the service account lasts for ${days} days.` };
}

export async function probeFindings(
  connection: DirectoryConnection,
  {
    probe,
    resets,
    ...scope
  }: DirectoryScope & { readonly probe?: AccountId; readonly resets: boolean; readonly connection: string },
): Promise<readonly Finding[]> {
  if (probe === undefined) return [unseen(rights, 'Name an account for trials, on which the rights can be read.')];
  const guid = directoryGuid(probe, scope.connection);
  const prepared = guid === undefined ? ({ is: 'absent' } as const) : await prepare(connection, scope, guid);
  if (prepared.is === 'troubled') return [unseen(rights, `The directory says ${failureOf(prepared.trouble).cause}.`)];
  if (prepared.is === 'absent')
    return [
      {
        ...{ check: rights, state: 'failed', what: 'The account for trials is not below the base, or cannot be seen.' },
        remedy: 'Name a user below `baseDn` by its id at Auth0, and let the service account read there.',
      },
    ];
  const { record } = prepared.found;
  const may = await connection.read(record.name, ['allowedAttributesEffective']);
  if (!may.ok) return [unseen(rights, `The directory says ${failureOf(may.trouble).cause}.`)];
  return [
    readingFinding(record),
    markFinding(record),
    writingFinding(may.value?.texts('allowedAttributesEffective') ?? [], resets),
    ...(resets
      ? [unseen(rights, 'Whether it may reset a password shows in a reset only: try one on the account for trials.')]
      : []),
  ];
}

/** What an act depends on, each with the right by which it is read. */
const needed: Readonly<Record<string, string>> = {
  userAccountControl: 'Account Restrictions',
  'msDS-User-Account-Control-Computed': 'Account Restrictions',
  accountExpires: 'Account Restrictions',
  pwdLastSet: 'pwdLastSet',
  badPwdCount: 'badPwdCount',
};

function readingFinding({ attributes }: AccountRecord): Finding {
  const lacking = Object.keys(needed).filter((attribute) => attributes.whole(attribute) === 'not-known');
  const groups = attributes.allBytes('tokenGroups').length === 0 ? ['tokenGroups'] : [];
  const missing = [...lacking.map((attribute) => needed[attribute] ?? attribute), ...groups];
  return missing.length === 0
    ? { check: rights, state: 'ok', what: 'The service account can read everything that an act depends on.' }
    : {
        ...{ check: rights, state: 'failed' },
        what: `The service account cannot read ${[...new Set(missing)].join(', ')}, so no account is touched.`,
        remedy: 'Delegate reading of these on the OU, inherited by user objects.',
      };
}

/** An account without a mark looks like one whose mark we cannot read. */
function markFinding({ attributes }: AccountRecord): Finding {
  return attributes.whole('adminCount') === 'not-known'
    ? unseen(rights, 'Whether it can read adminCount shows where the account for trials has one: set it to 1 there.')
    : { check: rights, state: 'ok', what: 'The service account can read adminCount.' };
}

const namedAtMost = 5;

function writingFinding(may: readonly string[], resets: boolean): Finding {
  const writable = ['lockoutTime', ...(resets ? ['pwdLastSet'] : [])];
  const named = writable.join(' and ');
  const missing = writable.filter((attribute) => !may.includes(attribute));
  if (missing.length > 0)
    return {
      ...{ check: rights, state: 'failed', what: `The service account cannot write ${missing.join(' and ')}.` },
      remedy: 'Delegate writing of these on the OU, inherited by user objects.',
    };
  const superfluous = may.filter((attribute) => !writable.includes(attribute));
  if (superfluous.length === 0)
    return {
      check: rights,
      state: 'ok',
      what: `The service account can write ${named}, and nothing else.`,
    };
  const more = superfluous.length > namedAtMost ? ` and ${superfluous.length - namedAtMost} more` : '';
  return {
    ...{ check: rights, state: 'warning' },
    what: `The service account can write more than it needs: ${superfluous.slice(0, namedAtMost).join(', ')}${more}.`,
    remedy: `Take away every right but ${resets ? 'Reset Password, and ' : ''}writing ${named}.`,
  };
}
