// Mutants of the port on Active Directory. Most are noticed without a domain controller.
import type { Mutant } from '../mutant.ts';

const windows = 'test/ldap/windows.test.ts';
const ids = 'test/ldap/account-id.test.ts';
const attributes = 'test/ldap/attributes.test.ts';
const values = 'test/ldap/password-value.test.ts';
const administrators = 'test/ldap/protected-accounts.test.ts';
const acts = 'test/ldap/on-samba/acts.test.ts';
const changes = 'test/ldap/on-samba/change.test.ts';
const losses = 'test/ldap/on-samba/lost-answers.test.ts';
const controllers = 'test/ldap/on-samba/controllers.test.ts';

const joined = 'test/ldap/joined.test.ts';
const settings = 'test/config/directories.test.ts';

export const ldap: readonly Mutant[] = [
  {
    name: 'directory-asked-without-need',
    file: 'src/ldap/directories.ts',
    find: "home === undefined || (!reads.locks && !(reads.password === 'new' && home.reset))",
    replace: 'home === undefined',
    tests: [`${joined} › that lives there, and about its lock or a new password only`],
    why: 'only an unlock and a new password ask the directory',
  },
  {
    name: 'directory-bars-and-provider-lifts',
    file: 'src/ldap/joined-locks.ts',
    find: "if (done.is === 'settled') return success(done.as);",
    replace: "if (done.is === 'settled' && done.as === 'stood-again') return success(done.as);",
    tests: [`${joined} › does nothing at the sign-in service`],
    why: 'where the directory bars the account, nothing is done at the sign-in service',
  },
  {
    name: 'directory-half-unlock-is-none',
    file: 'src/ldap/joined-locks.ts',
    find: 'return rest.ok || !done.hasLifted ? rest',
    replace: 'return rest.ok || done.hasLifted ? rest',
    tests: [`${joined} › that fails after the lock of the directory`],
    why: 'an unlock of which one half was done may have happened',
  },
  {
    name: 'directory-barrier-forgotten',
    file: 'src/ldap/joined-inspection.ts',
    find: 'if (seen.unfit !== undefined) return seen.unfit;',
    replace: '',
    tests: [`${joined} › and no scarce question is asked about its locks`],
    why: 'what must not be touched, or could not be read, ends at the helpdesk',
  },
  {
    name: 'directory-password-of-another-setting',
    file: 'src/config/directories.ts',
    find: 'passwordEnv !== standard && settingNames.includes(passwordEnv)',
    replace: 'false',
    tests: [`${settings} › stops the start`],
    why: 'no other secret of ours is sent to a domain controller',
  },
  {
    name: 'directory-prints-passwords',
    file: 'src/config/directories.ts',
    find: '...(directories.length > 0 ? printedPasswords(env) : []),',
    replace: '',
    tests: [`${settings} › is not printed by Node itself`],
    why: 'with NODE_DEBUG the client would print new passwords',
  },
  {
    name: 'directory-account-of-another-connection',
    file: 'src/ldap/account-id.ts',
    find: 'account.startsWith(start) ? account.slice(start.length)',
    replace: "account.startsWith(prefix) ? account.slice(account.lastIndexOf('|') + 1)",
    tests: [`${ids} › names none`],
    why: 'an account is looked for in the directory of its own connection only',
  },
  {
    name: 'directory-missing-flag-is-no',
    file: 'src/ldap/account-state.ts',
    find: "bits === 'not-known' ? bits : (bits & flag) !== 0n",
    replace: "bits === 'not-known' ? false : (bits & flag) !== 0n",
    tests: [`${acts} › that may not read is never told that nothing is locked`],
    why: 'what could not be read is not "no"',
  },
  {
    name: 'directory-several-values-are-one',
    file: 'src/ldap/attributes.ts',
    find: 'all(name).length === 1 ? all(name)[0] : undefined',
    replace: 'all(name)[0]',
    tests: [`${attributes} › with several values is not known`],
    why: 'an odd form is not known',
  },
  {
    name: 'directory-administrator-is-reset',
    file: 'src/ldap/protected-accounts.ts',
    find: "if (memberOf?.some((sid) => isPowerful(sid) || groups?.includes(sid) === true) === true) return 'protected';",
    replace: '',
    tests: [
      `${administrators} › is protected`,
      `${acts} › could be reset by the service account, and is refused before`,
    ],
    why: 'the directory itself would let the service account reset an administrator',
  },
  {
    name: 'directory-unread-groups-are-none',
    file: 'src/ldap/protected-accounts.ts',
    find: 'sids.length === 0 || sids.includes(undefined)',
    replace: 'sids.includes(undefined)',
    tests: [`${administrators} › whose groups could not be read is not taken for open`],
    why: 'groups that could not be read are not "no groups"',
  },
  {
    name: 'directory-password-buffer-kept',
    file: 'src/ldap/password-value.ts',
    find: 'for (const value of values) value.fill(0);',
    replace: '',
    tests: [`${values} › is overwritten when`],
    why: 'our copy of a password does not outlive the request',
  },
  {
    name: 'directory-debug-prints-passwords',
    file: 'src/ldap/password-value.ts',
    find: "debuglog('ldapts').enabled",
    replace: 'false',
    tests: [`${values} › is noticed`],
    why: 'the client would print new passwords',
  },
  {
    name: 'directory-empty-password-signs-in',
    file: 'src/ldap/connection.ts',
    find: "if (bindDn.trim() === '' || password === '')",
    replace: "if (bindDn.trim() === '')",
    tests: [`${windows} › is never sent, though Windows would say yes to it`],
    why: 'Windows takes a sign-in without a password for that of nobody',
  },
  {
    name: 'directory-certificate-by-environment',
    file: 'src/ldap/connection.ts',
    find: 'rejectUnauthorized: true,',
    replace: '',
    tests: [`${controllers} › also where the environment says not to look`],
    why: 'chain and name are checked whatever the environment says',
  },
  {
    name: 'directory-clear-text',
    file: 'src/text/controller-url.ts',
    find: "url.protocol !== 'ldaps:'",
    replace: 'false',
    tests: [`${controllers} › clear text`],
    why: 'passwords are sent over TLS only',
  },
  {
    name: 'directory-wrong-login-again-and-again',
    file: 'src/ldap/controllers.ts',
    find: "if (isWrongPassword(opened.trouble)) quiet.set('sign-in', refused);",
    replace: '',
    tests: [`${controllers} › with a wrong password tries it once`],
    why: 'a wrong password of the service account would lock it',
  },
  {
    name: 'directory-lost-write-at-the-next',
    file: 'src/ldap/errors.ts',
    find: '? !trouble.isSent',
    replace: '? true',
    tests: [`${losses} › arrives, and the controller dies`],
    why: 'what was sent to one controller is never sent to another',
  },
  {
    name: 'directory-unclear-is-not-done',
    file: 'src/ldap/password-set.ts',
    find: "return now === 'zero' ? 'unclear' : 'not-yet';",
    replace: "return 'not-yet';",
    tests: [`${windows} › is not known where the person had to change`],
    why: 'where nothing can be told, nobody says that the old password counts',
  },
  {
    name: 'directory-history-not-insisted-on',
    file: 'src/ldap/reset.ts',
    find: 'super(policyHints, { critical: true });',
    replace: 'super(policyHints, { critical: false });',
    tests: [`${windows} › asks that earlier passwords are refused`],
    why: 'a reset that is said to look at earlier passwords does',
  },
  {
    name: 'directory-must-change-stays',
    file: 'src/ldap/password-set.ts',
    find: "value: '-1'",
    replace: "value: '0'",
    tests: [`${windows} › has that taken back`],
    why: 'nobody has to change a password that they have just chosen',
  },
  {
    name: 'directory-tries-lock-the-account',
    file: 'src/ldap/old-password-tries.ts',
    find: 'return lockoutThreshold - 1 -',
    replace: 'return lockoutThreshold -',
    tests: [`${changes} › is never tried so often that the account is locked`],
    why: 'our own tries never lock an account',
  },
  {
    name: 'directory-tries-at-once',
    file: 'src/ldap/active-directory.ts',
    find: 'return inTurn(guid, () =>\n      observed(options.observe, name, () => controllers.use((connection) => work(connection, guid))),\n    );',
    replace: 'return observed(options.observe, name, () => controllers.use((connection) => work(connection, guid)));',
    tests: [`${changes} › is tried twice at most when many come at once`],
    why: 'tries that run at once would each believe that they are the only one',
  },
  {
    name: 'directory-goes-on-as-nobody',
    file: 'src/ldap/connection.ts',
    find: "if (!client.isBound) return troubled({ is: 'lost', isSent: false, cause: 'no-connection' });",
    replace: '',
    tests: [
      `${losses} › is done, and the lock is lifted at the same controller`,
      `${losses} › and what follows cannot be read`,
    ],
    why: 'after a drop the client would connect again without a sign-in',
  },
];
