// The directories of the policy: what is refused before the start, with its place, and never with the password.
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { directorySettings, unusedPassword } from '../../src/config/directories.ts';
import { isPolicyError, parsePolicy } from '../../src/config/policy/policy-file.ts';
import { isConfigError } from '../../src/config/variables.ts';

const minimal = {
  connection: 'CorpAD',
  urls: ['ldaps://dc1.corp.example'],
  baseDn: 'OU=People,DC=corp,DC=example',
  bindDn: 'CN=Latchkey,OU=Services,DC=corp,DC=example',
};
/** JSON is YAML. */
const policyWith = (change: object, more: object = {}) =>
  parsePolicy(JSON.stringify({ ...more, directories: [{ ...minimal, ...change }] }), 'policy.yaml');

function refusal(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (isPolicyError(error) || isConfigError(error)) return error.message;
    throw error;
  }
  return 'accepted';
}

describe('a directory of the policy', () => {
  it('has its defaults', () => {
    expect(policyWith({}).directories).toEqual([
      {
        ...minimal,
        passwordEnv: 'DIRECTORY_PASSWORD',
        protectedGroups: [],
        reset: true,
        change: true,
        unlock: true,
        replicationMinutes: 15,
      },
    ]);
  });

  it('is taken as it is written', () => {
    const all = {
      ...minimal,
      ...{ urls: ['ldaps://dc1.corp.example', 'ldaps://dc2.corp.example:3636'], passwordEnv: 'CORP_PASSWORD' },
      ...{ caFile: './corp-ca.pem', protectedGroups: ['CN=Board,DC=corp,DC=example', 'S-1-5-21-1-2-3-1234'] },
      ...{
        reset: false,
        change: false,
        unlock: false,
        replicationMinutes: 0,
        probe: 'ad|CorpAD|3b3bfcd0-036b-4413-aee9-204412b943ce',
      },
    };
    expect(policyWith(all).directories).toEqual([all]);
    for (const bindDn of ['latchkey@corp.example', 'CORP\\latchkey'])
      expect(policyWith({ bindDn }).directories[0]?.bindDn).toBe(bindDn);
  });

  it.each([
    [{ urls: ['ldap://dc1.corp.example'] }, '`directories[0].urls[0]` must be like ldaps://'],
    [{ urls: ['ldaps://dc1.corp.example:389'] }, '`directories[0].urls[0]` must be like ldaps://'],
    [{ urls: ['ldaps://dc1.corp.example:3269'] }, '`directories[0].urls[0]` must be like ldaps://'],
    [{ urls: ['ldaps://svc:secret@dc1.corp.example'] }, '`directories[0].urls[0]` must be like ldaps://'],
    [{ urls: ['dc1.corp.example'] }, '`directories[0].urls[0]` must be like ldaps://'],
    [{ urls: [] }, 'Name at least one domain controller'],
    [{ urls: ['ldaps://a.example', 'ldaps://a.example'] }, 'names something twice'],
    [{ urls: Array.from({ length: 11 }, (_, n) => `ldaps://dc${n}.corp.example`) }, 'names more than 10 controllers'],
    [{ baseDn: 'corp.example' }, '`directories[0].baseDn` must be a DN'],
    [{ baseDn: '' }, '`directories[0].baseDn` must be a DN'],
    [{ bindDn: 'latchkey' }, '`directories[0].bindDn` must be the name of the service account'],
    [{ bindDn: '' }, '`directories[0].bindDn` must be the name of the service account'],
    [{ passwordEnv: 'Pa$$word' }, '`directories[0].passwordEnv` must be the name of an environment variable'],
    [{ protectedGroups: ['Board'] }, '`directories[0].protectedGroups[0]` must be the DN of a group'],
    [{ protectedGroups: [] }, 'is empty. Leave it out'],
    [{ reset: 'no' }, '`directories[0].reset` must be true or false'],
    [{ change: 'sign-in' }, '`directories[0].change` must be true or false'],
    [{ unlock: 'yes' }, '`directories[0].unlock` must be true or false'],
    [{ replicationMinutes: 1441 }, 'must be a whole number from 0 to 1440'],
    [{ replicationMinutes: -1 }, 'must be a whole number from 0 to 1440'],
    [{ probe: 'jane@corp.example' }, '`directories[0].probe` must be the id of the account at Auth0'],
    [
      { probe: 'ad|OtherAD|3b3bfcd0-036b-4413-aee9-204412b943ce' },
      '`directories[0].probe` must be the id of the account at Auth0',
    ],
    [{ caFile: '' }, '`directories[0].caFile` must be the path of a file'],
    [{ url: 'ldaps://dc1.corp.example' }, 'unknown key `url` in `directories[0]`. Did you mean `urls`?'],
    [{ password: 'planted' }, 'unknown key `password` in `directories[0]`'],
  ])('is refused with %j', (change, says) => {
    const message = refusal(() => policyWith(change));
    expect(message).toContain(says);
    expect(message).toMatch(/policy\.yaml:1:\d+: /);
    expect(message).not.toContain('planted');
  });

  it.each(['connection', 'urls', 'baseDn', 'bindDn'])('is refused without its %s', (key) => {
    expect(refusal(() => policyWith({ [key]: undefined }))).toContain(`directories[0].${key}`);
  });

  it('must be of a connection whose people are employees', () => {
    expect(refusal(() => policyWith({}, { connections: ['CorpUsers'] }))).toContain('is not among `connections`');
    expect(refusal(() => policyWith({}, { connections: ['CorpUsers', 'CorpAD'] }))).toBe('accepted');
  });

  it('is the only one of its connection', () => {
    const two = (connection: string) =>
      parsePolicy(JSON.stringify({ directories: [minimal, { ...minimal, connection }] }), 'policy.yaml');
    expect(refusal(() => two('CorpAD'))).toContain('`directories[1].connection` has a directory already');
    expect(two('SubsidiaryAD').directories).toHaveLength(2);
  });
});

describe('the password of its service account', () => {
  const env = { DIRECTORY_PASSWORD: 'planted pass-wörd 1' };

  it('comes from DIRECTORY_PASSWORD, or from the variable that the policy names', () => {
    expect(directorySettings(policyWith({}), env)[0]?.password).toBe('planted pass-wörd 1');
    const named = { CORP_PASSWORD: 'planted-2', ...env };
    expect(directorySettings(policyWith({ passwordEnv: 'CORP_PASSWORD' }), named)[0]?.password).toBe('planted-2');
  });

  it.each([
    [{}, {}, 'DIRECTORY_PASSWORD is not set. The policy takes the password of the service account of `directories[0]`'],
    [{}, { DIRECTORY_PASSWORD: '' }, 'DIRECTORY_PASSWORD is not set'],
    [{}, { DIRECTORY_PASSWORD: 'planted\n' }, 'DIRECTORY_PASSWORD has white space around its value'],
    [{}, { DIRECTORY_PASSWORD: '<password>' }, 'DIRECTORY_PASSWORD still holds a placeholder'],
    [{ passwordEnv: 'CORP_PASSWORD' }, env, 'CORP_PASSWORD is not set'],
    [
      { passwordEnv: 'AUTH0_CLIENT_SECRET' },
      { AUTH0_CLIENT_SECRET: 'planted-3' },
      'AUTH0_CLIENT_SECRET is another setting, so it is not the password of a service account',
    ],
  ])('stops the start: %j with %j', (change, given, says) => {
    const message = refusal(() => directorySettings(policyWith(change), given));
    expect(message).toContain(says);
    expect(message).not.toContain('planted');
  });

  it.each(['ldapts', 'LDAPTS', 'http, ldapts', '*', 'ldap*', '*pts', 'l*a*s'])(
    'is not printed by Node itself: the start is refused with NODE_DEBUG=%s',
    (value) => {
      const message = refusal(() => directorySettings(policyWith({}), { ...env, NODE_DEBUG: value }));
      expect(message).toContain('NODE_DEBUG makes Node.js print');
    },
  );

  it.each(['', 'http', 'ldap', 'http*', 'ldaptsx', 'ldapts*ts'])('and with NODE_DEBUG=%s it starts', (value) => {
    expect(directorySettings(policyWith({}), { ...env, NODE_DEBUG: value })).toHaveLength(1);
  });

  it('is not asked for, and NODE_DEBUG does not matter, where no directory is named', () => {
    expect(directorySettings(parsePolicy('', 'p'), { NODE_DEBUG: 'ldapts' })).toEqual([]);
  });

  it('that nothing uses is told', () => {
    expect(unusedPassword(parsePolicy('', 'p'), env)).toEqual([
      expect.stringContaining('DIRECTORY_PASSWORD is set, but no entry in `directories`'),
    ]);
    expect(unusedPassword(policyWith({}), env)).toEqual([]);
    expect(unusedPassword(parsePolicy('', 'p'), {})).toEqual([]);
  });
});

describe('the certificate of its authority', () => {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-ca-'));
  const file = (content: string | Buffer): string => {
    const path = join(folder, `${Math.random()}.pem`);
    writeFileSync(path, content);
    return path;
  };
  const withFile = (caFile: string) => () =>
    directorySettings(policyWith({ caFile }), { DIRECTORY_PASSWORD: 'planted-4' });

  it('is read before the start', () => {
    expect(refusal(withFile(file(rootCertificates[0] ?? '')))).toBe('accepted');
  });

  it.each([
    ['a file that is not there', () => join(folder, 'nowhere.pem'), 'cannot be read (ENOENT)'],
    ['a folder', () => folder, 'cannot be read (EISDIR)'],
    ['a text', () => file('hello'), 'without a certificate in PEM form'],
    ['the binary form', () => file(Buffer.from([0x30, 0x82, 1, 0])), 'without a certificate in PEM form'],
    [
      'a broken certificate',
      () => file('-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n'),
      'without a certificate in PEM form',
    ],
  ])('stops the start where it is %s', (_what, path, says) => {
    const message = refusal(withFile(path()));
    expect(message).toContain('directories[0].caFile of the policy');
    expect(message).toContain(says);
  });

  it('is told together with what else is wrong', () => {
    const message = refusal(() => directorySettings(policyWith({ caFile: '/nowhere.pem' }), { NODE_DEBUG: '*' }));
    expect(message).toContain('3 settings need attention');
  });
});
