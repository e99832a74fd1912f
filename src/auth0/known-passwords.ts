// Changes the password of a database account for somebody who knows the old one. Auth0 looks at the old one by the password-realm grant,
// as at any sign-in: it counts a wrong one, and says where it asks for more than a password. Then the new one is set as in a reset.
// Both are secrets: each goes into one request and nowhere else. The token is dropped.
import { isIP } from 'node:net';
import type { AccountId } from '../flows/ids.ts';
import type { ChangedPassword, KnownPasswords, TypedChange } from '../flows/ports.ts';
import { isPossible } from '../text/new-password.ts';
import { type Account, readAccount } from './account.ts';
import type { Authentication, PasswordChecked } from './authentication.ts';
import { asUndone } from './connector.ts';
import { type EmployeeRules, isEmployee } from './employees.ts';
import { endpoints } from './endpoints.ts';
import { type CallResult, refused } from './errors.ts';
import type { IdTokens } from './id-token.ts';
import type { Management } from './management.ts';
import type { WritePassword } from './passwords.ts';
import type { RequestLimits } from './request-limits.ts';

export interface KnownPasswordsParts extends EmployeeRules {
  readonly management: Management;
  readonly authentication: Pick<Authentication, 'checkPassword'>;
  readonly idTokens: Pick<IdTokens, 'verify'>;
  readonly write: WritePassword;
  readonly requestLimits: Pick<RequestLimits, 'clock' | 'log'>;
}

export function createKnownPasswords(parts: KnownPasswordsParts): KnownPasswords {
  const { management, write } = parts;
  return {
    change: async (id, typed) => {
      if (!isPossible(typed.current)) return { ok: true, value: { is: 'wrong' } };
      // An old password that was checked would be of no use, and be checked again.
      const pause = management.currentPause(endpoints.setPassword);
      if (pause !== undefined) return pause;
      // Read right before: setting a password would lift an administrator's block.
      const account = await readAccount(management, id);
      if (!account.ok) return asUndone(account);
      const checked = await check(parts, account.value, typed);
      if (!checked.ok) return asUndone(checked);
      if (checked.value !== 'right') return { ok: true, value: { is: checked.value } };
      if (typed.password === typed.current)
        return { ok: true, value: { is: 'refused', rules: ['used-before'], isOldRight: true } };
      const written = await write(account.value, typed.password);
      if (!written.ok || written.value.is !== 'refused') return written;
      return { ok: true, value: { ...written.value, isOldRight: true } };
    },
  };
}

type Checked =
  | 'right'
  | Extract<ChangedPassword['is'], 'wrong' | 'second-factor' | 'locked' | 'disabled' | 'unsupported'>;

async function check(
  parts: KnownPasswordsParts,
  account: Account,
  { current, browser }: TypedChange,
): Promise<CallResult<Checked>> {
  const { authentication, requestLimits } = parts;
  if (account.isDisabled) return { ok: true, value: 'disabled' };
  if (account.provider !== 'auth0' || !isEmployee(account, parts)) return { ok: true, value: 'unsupported' };
  const username = account.email ?? account.userName;
  // Whoever has a second factor uses it, whether or not the tenant would ask for it here.
  if (account.isMultifactor || username === undefined) return { ok: true, value: 'second-factor' };
  const askedAt = requestLimits.clock.now();
  const reply = await authentication.checkPassword({
    ...{ account: account.id, realm: account.connection, username, password: current },
    ...(browser === undefined || isIP(browser) === 0 ? {} : { browser }),
  });
  if (!reply.ok) return reply;
  if (reply.value.is !== 'token') return { ok: true, value: meaning[reply.value.is] };
  const match = await parts.idTokens.verify(reply.value.idToken, account.id, askedAt);
  if (!match.ok) return match;
  if (match.value.is === 'accepted') return { ok: true, value: 'right' };
  return foreignToken(parts, account.id, match.value.is === 'too-old' ? 'age' : match.value.because);
}

const meaning: Readonly<Record<Exclude<PasswordChecked['is'], 'token'>, Checked>> = {
  wrong: 'wrong',
  more: 'second-factor',
  locked: 'locked',
  blocked: 'disabled',
};

/** The password was right for somebody, or so the answer says. Nothing is changed by it. */
function foreignToken(
  { requestLimits }: KnownPasswordsParts,
  account: AccountId,
  because: string,
): CallResult<Checked> {
  requestLimits.log.error({ account, because }, 'a password was answered with a token that is not of this account');
  return refused(`${endpoints.checkPassword.name}: a token that is not of this account`);
}
