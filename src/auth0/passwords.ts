// Sets a password that was chosen on a page of ours, on the connections that the policy names. A password is a secret: it goes into one
// request and nowhere else. What Auth0 says of a rule is a word before a colon, without a code; its text is never passed on.
import { type AccountId, type Instant, instant } from '../flows/ids.ts';
import type { PasswordRule } from '../flows/password-rule.ts';
import type { PasswordDemands, Passwords, SetPassword } from '../flows/ports.ts';
import { type Account, readAccount } from './account.ts';
import { asUndone, type ConnectorPasswords, connectorDemands } from './connector.ts';
import type { IsSetHere } from './employees.ts';
import { endpoints } from './endpoints.ts';
import type { CallResult, Failed } from './errors.ts';
import type { Management } from './management.ts';
import type { ReadPasswordRules } from './password-rules.ts';
import type { ProviderClock } from './provider-clock.ts';
import { passwordRequest, updatedAnswer } from './schemas.ts';

/** What may be left of the difference between our clock and Auth0's after it was corrected. */
const skewMs = 2_000;

/** Sets the password of an account that was read right before. A failure always means that nothing was done. */
export type WritePassword = (account: Account, password: string) => Promise<CallResult<SetPassword>>;

export interface PasswordsParts {
  readonly management: Management;
  readonly write: WritePassword;
  readonly providerClock: ProviderClock;
  /** Of databases. */
  readonly isSetHere: IsSetHere;
  /** Of Active Directory, through Auth0's connector. */
  readonly isWrittenBack: IsSetHere;
  readonly connector: ConnectorPasswords;
  readonly readRules: ReadPasswordRules;
}

/** By the word before the colon (D:authenticate/database-connections/password-strength, auth0/docs#5987). */
const rulesByWord: Readonly<Record<string, PasswordRule>> = {
  PasswordStrengthError: 'too-weak',
  PasswordHistoryError: 'used-before',
  PasswordDictionaryError: 'too-common',
  PasswordNoUserInfoError: 'holds-name',
};

export function createWritePassword(management: Management): WritePassword {
  return async (account, password) => {
    const body = passwordRequest.parse({ password, connection: account.connection });
    const reply = await management.ask(endpoints.setPassword, updatedAnswer, (client, options) =>
      client.users.update(account.id, body, options),
    );
    if (reply.ok) return { ok: true, value: { is: 'set' } };
    const rule = reply.word === undefined ? undefined : rulesByWord[reply.word];
    if (rule !== undefined) return { ok: true, value: { is: 'refused', rules: [rule] } };
    return mayHaveHappened(reply) ? { ok: true, value: { is: 'unknown' } } : reply;
  };
}

export function createPasswords(parts: PasswordsParts): Passwords {
  const { management, write, providerClock, isSetHere, isWrittenBack, connector, readRules } = parts;

  async function rulesFor(account: Account): Promise<PasswordDemands | Failed> {
    if (!isWrittenBack(account)) return readRules(account.connection);
    const connected = await connector.ready(account.connection);
    // Nobody shall think of a password that cannot be sent. What stands in the way for good is told when one is sent.
    return !connected.ok && connected.failure.kind === 'unreachable' ? connected : connectorDemands;
  }

  return {
    page: async (id) => {
      const reply = await readAccount(management, id);
      if (!reply.ok) return reply;
      const { email, ownWords, userName } = reply.value;
      const username = email ?? userName;
      const rules = await rulesFor(reply.value);
      if ('failure' in rules) return rules;
      return { ok: true, value: { rules, ownWords, ...(username === undefined ? {} : { username }) } };
    },
    set: async (id, password) => {
      const pause = management.currentPause(endpoints.setPassword);
      if (pause !== undefined) return pause;
      // Read right before: setting a password would lift an administrator's block.
      const reply = await readAccount(management, id);
      if (!reply.ok) return asUndone(reply);
      if (reply.value.isDisabled) return { ok: true, value: { is: 'disabled' } };
      if (isWrittenBack(reply.value)) return connector.set(reply.value, password);
      if (!isSetHere(reply.value)) return { ok: true, value: { is: 'unsupported' } };
      return write(reply.value, password);
    },
    settled: async (id: AccountId, since: Instant) => {
      const reply = await readAccount(management, id);
      if (!reply.ok) return reply;
      // Nothing says that Auth0 writes a time down for a password that it hands on to a directory.
      if (isWrittenBack(reply.value)) return { ok: true, value: { is: 'unknown' } };
      const theirs = Date.parse(reply.value.passwordChangedAt ?? '');
      if (Number.isNaN(theirs)) return { ok: true, value: { is: 'unknown' } };
      const at = providerClock.toOurs(instant(theirs));
      // Whether a password that is set by the Management API moves this time is not confirmed: so an old time proves nothing.
      return { ok: true, value: at >= since - skewMs ? { is: 'set', at } : { is: 'unknown' } };
    },
  };
}

const mayHaveHappened = ({ failure }: Failed): boolean =>
  failure.kind === 'malformed' || (failure.kind === 'unreachable' && failure.mayHaveHappened);
