import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  checksKnownPasswords,
  companyOf,
  findPolicy,
  isPolicyError,
  parsePolicy,
  policyDoubts,
  readPolicy,
} from '../../src/config/policy/policy-file.ts';
import { defaultLimits } from '../../src/flows/limits.ts';

function refusal(content: string): string {
  try {
    parsePolicy(content, 'policy.yaml');
  } catch (error) {
    if (isPolicyError(error)) return error.message;
    throw error;
  }
  return 'accepted';
}

const builtIn = {
  rules: [],
  directories: [],
  limits: defaultLimits,
  binding: 'optional',
  contacts: { coolOffHours: 24, blockedDomains: [], unconfirmed: 'usable' },
  hasHelpdesk: false,
  helpdesk: { channels: [], approvers: {} },
  web: { enabled: false },
  rest: { enabled: false },
  selfService: { proof: 'email', codesPerHour: 20, textsPerDay: 50, extraApprovals: 0 },
  slack: { commandPrefix: '' },
};

/** Line and column, and the beginning of the key or sentence. */
const complaints = (content: string): readonly string[] =>
  refusal(content)
    .split('\n')
    .flatMap((line) => /^ {2}policy\.yaml:(.*)/.exec(line)?.[1] ?? []);

describe('all at once:', () => {
  it('a mistake in the YAML, and what is wrong before and after it', () => {
    const content = 'limit: {}\nconnections: [A\nhelpdesk:\n  approver: {}\nbindings: required\n';
    const all = complaints(content);
    expect(all).toEqual([
      expect.stringMatching(/^1:1: unknown key `limit`/),
      expect.stringMatching(/^3:1: is not YAML/),
      expect.stringMatching(/^5:1: unknown key `bindings`/),
    ]);
    const twice = 'limits: {}\nlimits: {}\nbindings: required\ncontacts: { coolOffHours: many }\n';
    expect(complaints(twice).map((line) => line.slice(0, 30))).toEqual([
      expect.stringMatching(/^2:1: is not YAML/),
      expect.stringMatching(/^3:1: unknown key `bindings`/),
      expect.stringMatching(/^4:27: `contacts.coolOffHours`/),
    ]);
  });

  it('wrong keys, wrong values, and how the right ones go together', () => {
    const content = `limit: {}
limits: { codesPerHour: 1, linkSeconds: ten }
helpdesk:
  channels: ["teams:19:a@thread.tacv2", slack:C0HELPDESK]
  contact: ''
rules:
  - reset: { approvals: 0, proofs: 2 }
    when: { connection: A }
  - reset: { aprovals: 1 }
    when: { connection: B }
  - reset: { approvals: 0 }
    when: { connection: A, multifactor: true }
`;
    expect(
      complaints(content)
        .map((line) => line.replace(/(`[^`]+`) .*/, '$1'))
        .sort(),
    ).toEqual(
      [
        '11:12: `rules[2].reset`',
        '1:1: unknown key `limit`. Did you mean `limits`?',
        '2:41: `limits.linkSeconds`',
        '4:3: `helpdesk`',
        '5:12: `helpdesk.contact`',
        '7:36: `rules[0].reset.proofs`',
        '9:14: unknown key `aprovals`',
      ].sort(),
    );
  });

  it('but nothing that only follows from what is said already', () => {
    expect(
      complaints('helpdesk: { channels: ["teams:19:a@thread.tacv2"], approvers: { teams: [jane] } }'),
    ).toHaveLength(1);
    expect(complaints('helpdesk: { channels: ["teams:19:a@thread.tacv2"], aprovers: { teams: members } }')).toEqual([
      expect.stringContaining('unknown key `aprovers`'),
    ]);
    expect(complaints('rules: [{ rest: { approvals: 1 } }]')).toEqual([expect.stringContaining('unknown key `rest`')]);
    expect(
      complaints('rules: [{ when: { multifactor: true }, unlock: { approvals: 9 } }, { unlock: { approvals: 1 } }]'),
    ).toHaveLength(1);
  });
});

describe('a sign that nobody sees is refused', () => {
  it.each([
    ['connections: [A, "Corp\u200bUsers"]', '1:18'],
    ['connections: ["Corp\u00a0Users"]', '1:15'],
    ['limits:\n  "link\u00adSeconds": 5', '2:3'],
    ['rules: [{ when: { app_metadata: { privileged: "y\u200b" } }, reset: { approvals: 1 } }]', '1:47'],
  ])('with its place: %j', (content, place) => {
    expect(complaints(content)).toContainEqual(
      `${place}: holds an invisible character, as web pages and word processors put in. Type it anew`,
    );
  });

  it('but not in texts for people, which may need it', () => {
    expect(refusal('companyName: "A\u00a0& B"\nhelpdesk: { contact: "call\u00a04711" }')).toBe('accepted');
  });
});

it.each([['languages: [en]', '1:1: `languages` is']])(
  'a key of a later release is said to be one: %s',
  (content, place) => {
    expect(complaints(content)).toEqual([`${place} not part of this release. Remove it`]);
  },
);

it('says how a known password is changed, in rules that may say nothing else', () => {
  const { rules } = parsePolicy(
    'rules: [{ when: { connection: A }, change: { via: form } }, { when: { connection: A }, reset: { approvals: 1 } }, { change: { via: sign-in } }]',
    'p.yaml',
  );
  expect(rules).toEqual([
    { when: { connection: 'A' }, change: { via: 'form' } },
    { when: { connection: 'A' }, reset: { approvals: 1 } },
    { change: { via: 'sign-in' } },
  ]);
});

it.each([
  [false, 'rules: []'],
  [false, 'rules: [{ change: { via: sign-in } }]'],
  [true, 'rules: [{ change: { via: form } }]'],
  [true, 'rules: [{ when: { connection: CorpUsers }, change: { via: form } }, { change: { via: sign-in } }]'],
  [true, 'rules: [{ when: { app_metadata: { team: it } }, change: { via: form } }]'],
])('tells whether old passwords of a database are checked: %s with %s', (checks, content) => {
  expect(checksKnownPasswords(parsePolicy(content, 'p.yaml'))).toBe(checks);
});

it('tells that no old password of a database is checked where the form is for a directory alone', () => {
  const directories = [
    {
      connection: 'CorpAD',
      urls: ['ldaps://dc1.corp.example'],
      baseDn: 'DC=corp,DC=example',
      bindDn: 'DC=corp,DC=example',
    },
  ];
  const rules = [{ when: { connection: 'CorpAD' }, change: { via: 'form' } }];
  const content = JSON.stringify({ directories, rules });
  expect(checksKnownPasswords(parsePolicy(content, 'p.yaml'))).toBe(false);
});

it('says how the person gets to the page for a new password, in rules about resets only', () => {
  for (const via of ['ticket', 'email'])
    expect(parsePolicy(`rules: [{ reset: { approvals: 0, via: ${via} } }]`, 'p.yaml').rules).toEqual([
      { reset: { approvals: 0, via } },
    ]);
  expect(complaints('rules: [{ reset: { approvals: 0, via: mail } }]')).toEqual([
    expect.stringContaining('must be `ticket` for a link in the chat, or `email` if Auth0 mails its own link'),
  ]);
  expect(complaints('rules: [{ unlock: { approvals: 0, via: email } }]')).toEqual([expect.stringContaining('`via`')]);
});

it.each([
  [
    'a rule about one whose passwords are set here',
    'setPasswordHere: [CorpUsers]',
    'when: { connection: CorpUsers }, ',
  ],
  ['a rule about all of them', 'connections: [CorpUsers]\nsetPasswordHere: [CorpUsers]', ''],
])('has Auth0 mail no link where its page is not used: %s', (_what, keys, when) => {
  const rules = (via: string) => `${keys}\nrules: [{ ${when}reset: { approvals: 0, via: ${via} } }]`;
  expect(complaints(rules('email'))).toEqual([expect.stringContaining('has no meaning for these accounts')]);
  expect(complaints(rules('ticket'))).toEqual([]);
});

it('has Auth0 mail a link to those of several connections whose passwords are chosen on its page', () => {
  const mixed = 'connections: [CorpUsers, Others]\nsetPasswordHere: [CorpUsers]';
  expect(complaints(`${mixed}\nrules: [{ reset: { approvals: 0, via: email } }]`)).toEqual([]);
  expect(
    complaints(
      'setPasswordHere: [CorpUsers]\nrules: [{ when: { connection: Others }, reset: { approvals: 0, via: email } }]',
    ),
  ).toEqual([]);
});

it('names the connections whose passwords are set here: some of those of the employees', () => {
  expect(parsePolicy('setPasswordHere: [CorpUsers]', 'p.yaml')).toMatchObject({ setPasswordHere: ['CorpUsers'] });
  const both = 'connections: [CorpUsers]\nsetPasswordHere: [CorpUsers]';
  expect(parsePolicy(both, 'p.yaml')).toMatchObject({ setPasswordHere: ['CorpUsers'] });
  expect(complaints('connections: [CorpUsers]\nsetPasswordHere: [Corpusers]')).toEqual([
    '2:19: `setPasswordHere[0]` is not among `connections`, so nobody of it can ask for a password. Add it there, or remove it here',
  ]);
  expect(complaints('setPasswordHere: CorpUsers')).toHaveLength(1);
  expect(complaints('setPasswordHere: []')).toHaveLength(1);
});

it('names the directories that Auth0’s connector writes to: of employees, none that is reached itself, and no database', () => {
  expect(parsePolicy('connectorWriteBack: [BranchAD]', 'p.yaml')).toMatchObject({ connectorWriteBack: ['BranchAD'] });
  expect(parsePolicy('', 'p.yaml').connectorWriteBack).toBeUndefined();
  expect(complaints('connections: [CorpAD]\nconnectorWriteBack: [BranchAD]')).toEqual([
    '2:22: `connectorWriteBack[0]` is not among `connections`, so nobody of it can ask for a password. Add it there, or remove it here',
  ]);
  const reached = '{ connection: CorpAD, urls: [ldaps://dc1.corp.example], baseDn: DC=corp, bindDn: CN=a }';
  expect(complaints(`directories: [${reached}]\nconnectorWriteBack: [BranchAD, CorpAD]`)).toEqual([
    '2:32: `connectorWriteBack[1]` has a directory in `directories`, which sets its passwords. Remove it here',
  ]);
  expect(complaints('setPasswordHere: [CorpUsers]\nconnectorWriteBack: [CorpUsers]')).toEqual([
    '2:22: `connectorWriteBack[0]` stands in `setPasswordHere` too, which is for databases. Remove it from one of them',
  ]);
  for (const wrong of ['CorpAD', '[]', '[CorpAD, CorpAD]', '[7]', 'true'])
    expect(complaints(`connectorWriteBack: ${wrong}`), wrong).toHaveLength(1);
});

it('reads the whole file that the contract shows', () => {
  const policy = parsePolicy(
    `
connections: [CorpUsers, CorpAD]
directoryAddresses: verified
binding: required
contacts:
  coolOffHours: 48
  phoneCountries: [DE, AT, CH]
  unconfirmed: not-usable
  blockedDomains: [acme.example, MÜNCHEN.example, xn--mnchen-3ya.example, co.uk]
helpdesk:
  channels:
    - slack:C0HELPDESK
    - teams:19:helpdesk@thread.tacv2
  approvers:
    slack: [U0AGENT1, U0AGENT2]
    teams: [00000000-0000-0000-0000-0000000000a1]
rules:
  - when: { app_metadata: { privileged: true } }
    reset:  { approvals: 2 }
    unlock: { approvals: 2 }
  - reset:  { approvals: 0 }
    unlock: { approvals: 1 }
limits:
  codeAttempts: 3
  linkSeconds: 5
companyName: Acme Rockets
slack:
  commandPrefix: acme
directories:
  - connection: CorpAD
    urls: [ldaps://dc1.corp.example, ldaps://dc2.corp.example:636]
    baseDn: DC=corp,DC=example
    bindDn: CN=Latchkey,OU=Services,DC=corp,DC=example
    passwordEnv: DIRECTORY_PASSWORD
    caFile: ./corp-ca.pem
`,
    'policy.yaml',
  );
  expect(policy).toEqual({
    connections: ['CorpUsers', 'CorpAD'],
    directoryAddresses: 'verified',
    binding: 'required',
    contacts: {
      coolOffHours: 48,
      phoneCountries: ['DE', 'AT', 'CH'],
      unconfirmed: 'not-usable',
      blockedDomains: ['acme.example', 'xn--mnchen-3ya.example', 'co.uk'],
    },
    helpdesk: {
      channels: [
        { platform: 'slack', channel: 'C0HELPDESK' },
        { platform: 'teams', channel: '19:helpdesk@thread.tacv2' },
      ],
      approvers: { slack: ['U0AGENT1', 'U0AGENT2'], teams: ['00000000-0000-0000-0000-0000000000a1'] },
    },
    rules: [
      { when: { app_metadata: { privileged: true } }, reset: { approvals: 2 }, unlock: { approvals: 2 } },
      { reset: { approvals: 0 }, unlock: { approvals: 1 } },
    ],
    limits: { ...defaultLimits, linkSeconds: 5 },
    hasHelpdesk: true,
    companyName: 'Acme Rockets',
    web: { enabled: false },
    rest: { enabled: false },
    selfService: { proof: 'email', codesPerHour: 20, textsPerDay: 50, extraApprovals: 0 },
    slack: { commandPrefix: 'acme-' },
    directories: [
      {
        ...{ connection: 'CorpAD', urls: ['ldaps://dc1.corp.example', 'ldaps://dc2.corp.example:636'] },
        ...{ baseDn: 'DC=corp,DC=example', bindDn: 'CN=Latchkey,OU=Services,DC=corp,DC=example' },
        ...{ passwordEnv: 'DIRECTORY_PASSWORD', caFile: './corp-ca.pem' },
        ...{ protectedGroups: [], reset: true, change: true, unlock: true, replicationMinutes: 15 },
      },
    ],
  });
});

it('how else the helpdesk is reached is said in one line', () => {
  expect(parsePolicy("helpdesk: { contact: ' call 4711 ' }", 'p').helpdesk).toEqual({
    channels: [],
    approvers: {},
    contact: 'call 4711',
  });
  for (const contact of ["''", '4711', '"two\\nlines"', 'x'.repeat(121)]) {
    expect(() => parsePolicy(`helpdesk: { contact: ${contact} }`, 'p')).toThrow(
      '`helpdesk.contact` must be a sentence',
    );
  }
});

it('an empty file, or one of comments only, is the built-in policy', () => {
  expect(parsePolicy('', 'p')).toEqual(builtIn);
  expect(parsePolicy('# nothing yet\n', 'p')).toEqual(builtIn);
});

describe('a file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-policy-'));

  it('that nobody named may be missing; one that somebody named may not', () => {
    expect(readPolicy(join(folder, 'absent.yaml'))).toEqual(builtIn);
    expect(() => readPolicy(join(folder, 'absent.yaml'), true)).toThrow('cannot be read (ENOENT)');
  });

  it('that cannot be read is no missing one', () => {
    expect(() => readPolicy(folder)).toThrow('cannot be read (EISDIR)');
  });

  it('is read', () => {
    writeFileSync(join(folder, 'policy.yaml'), 'limits: { codesPerHour: 1 }\n');
    expect(readPolicy(join(folder, 'policy.yaml'), true).limits.codesPerHour).toBe(1);
  });
});

describe('what is not understood is refused with its place', () => {
  const refused: readonly (readonly [content: string, says: string])[] = [
    ['limit:\n  codeAttempts: 3', 'policy.yaml:1:1: unknown key `limit`. Did you mean `limits`?'],
    [
      'limits:\n  codeAttemps: 3',
      'policy.yaml:2:3: unknown key `codeAttemps` in `limits`. Did you mean `codeAttempts`?',
    ],
    ['limits:\n  code_attempts: 3', 'Did you mean `codeAttempts`?'],
    ['limits:\n  banana: 3', 'unknown key `banana` in `limits`. Known here: codeAttempts, '],
    [
      'rules:\n  - reset: { approval: 1 }',
      'policy.yaml:2:14: unknown key `approval` in `rules[0].reset`. Did you mean `approvals`?',
    ],
    [
      'rules:\n  - when: { conection: A }\n    reset: { approvals: 1 }',
      'unknown key `conection` in `rules[0].when`. Did you mean `connection`?',
    ],
    ['helpdesk:\n  approver: {}', 'policy.yaml:2:3: unknown key `approver` in `helpdesk`. Did you mean `approvers`?'],
    ['limits:\n  linkSeconds: ten', 'policy.yaml:2:16: `limits.linkSeconds` must be a whole number from 1 to 3600'],
    ['limits:\n  linkSeconds: 3601', 'policy.yaml:2:16: `limits.linkSeconds` must be a whole number from 1 to 3600'],
    ['limits:\n  codeAttempts: 0', '`limits.codeAttempts` must be a whole number from 1 to 10'],
    ['limits:\n  codeAttempts: 2.5', '`limits.codeAttempts` must be a whole number'],
    [
      'rules:\n  - unlock: { approvals: 6 }',
      'policy.yaml:2:26: `rules[0].unlock.approvals` must be a whole number from 0 to 5',
    ],
    [
      'rules:\n  - reset: { approvals: 0, proofs: 3 }',
      'policy.yaml:2:36: `rules[0].reset.proofs` must be 1 or 2: how often the person proves who they are',
    ],
    ['rules:\n  - reset: { approvals: 0, proofs: 0 }', '`rules[0].reset.proofs` must be 1 or 2'],
    ['rules:\n  - reset: { approvals: 0, proofs: two }', '`rules[0].reset.proofs` must be 1 or 2'],
    [
      'rules:\n  - reset: { approvals: 0, proof: 2 }',
      'unknown key `proof` in `rules[0].reset`. Did you mean `proofs`?',
    ],
    [
      'limits: { codesPerHour: 1 }\nrules:\n  - reset: { approvals: 0, proofs: 2 }',
      'policy.yaml:3:36: `rules[0].reset.proofs` asks for two proofs, but `limits.codesPerHour` allows one code',
    ],
    [
      'rules:\n  - when: { multifactor: yes please }\n    reset: { approvals: 0 }',
      '`rules[0].when.multifactor` must be true or false',
    ],
    [
      'rules:\n  - when: { multifactor: true }\n    reset: { approvals: 0 }\n  - when: { multifactor: true, connection: A }\n    reset: { approvals: 1 }',
      '`rules[1].reset` is never reached',
    ],
    ['rules:\n  - unlock: {}', '`rules[0].unlock.approvals` must be a whole number'],
    ['rules:\n  - unlock: 1', '`rules[0].unlock` must be like { approvals: 1 }'],
    ['rules: { unlock: 1 }', '`rules` must be a list of rules'],
    [
      'rules:\n  - when: { connection: A }',
      'policy.yaml:2:5: `rules[0]` says nothing about `reset`, `unlock` or `change`',
    ],
    ['rules:\n  - change: { via: mail }', 'policy.yaml:2:20: `rules[0].change.via` must be sign-in or form'],
    ['rules:\n  - change: {}', '`rules[0].change.via` must be sign-in or form'],
    ['rules:\n  - change: form', '`rules[0].change` must be like { via: sign-in }'],
    ['rules:\n  - change: { via: form, proofs: 2 }', 'policy.yaml:2:26: unknown key `proofs` in `rules[0].change`'],
    [
      'rules:\n  - when: { connection: A }\n    change: { via: sign-in }\n  - when: { connection: A, multifactor: true }\n    change: { via: form }',
      'policy.yaml:5:13: `rules[1].change` is never reached: `rules[0].change` decides for all these accounts',
    ],
    ['rules:\n  - when: {}\n    reset: { approvals: 1 }', 'policy.yaml:2:11: `rules[0].when` names no condition'],
    ['rules:\n  - when: { app_metadata: {} }\n    reset: { approvals: 1 }', '`rules[0].when` names no condition'],
    [
      'rules:\n  - reset: { approvals: 1 }\n  - when: { connection: A }\n    reset: { approvals: 2 }',
      'policy.yaml:3:5: `rules[1]` comes after the rule without `when`',
    ],
    [
      'rules:\n  - reset: { approvals: 1 }\n  - unlock: { approvals: 2 }',
      '`rules[1]` comes after the rule without `when`',
    ],
    [
      'rules:\n  - when: { connection: A }\n    unlock: { approvals: 1 }\n  - when: { connection: A, app_metadata: { vip: true } }\n    unlock: { approvals: 2 }',
      'policy.yaml:5:13: `rules[1].unlock` is never reached: `rules[0].unlock` decides for all these accounts',
    ],
    [
      'rules:\n  - when: { connection: A }\n    reset: { approvals: 1 }\n  - when: { connection: A }\n    unlock: { approvals: 1 }\n    reset: { approvals: 2 }',
      'policy.yaml:6:12: `rules[1].reset` is never reached',
    ],
    ...['yes', 'no', 'on', 'Off', '"true"', "'false'"].map((value): readonly [string, string] => [
      `rules:\n  - when: { app_metadata: { privileged: ${value} } }\n    reset: { approvals: 1 }`,
      `policy.yaml:2:41: \`rules[0].when.app_metadata.privileged\` is the text "${value.replace(/\W/g, '')}", which is never equal to ${/^\W?(?:yes|on|true)/.test(value)}`,
    ]),
    [
      'rules:\n  - when: { app_metadata: { org: { vip: yes } } }\n    reset: { approvals: 1 }',
      '`rules[0].when.app_metadata.org.vip` is the text "yes", which is never equal to true. Write true; or ["yes"]',
    ],
    [
      'rules:\n  - when:\n      app_metadata:\n        privileged:\n    reset: { approvals: 1 }',
      '`rules[0].when.app_metadata.privileged` has no value',
    ],
    [
      'rules:\n  - when: { app_metadata: { roles: [] } }\n    reset: { approvals: 1 }',
      '`rules[0].when.app_metadata.roles` is empty',
    ],
    [
      'helpdesk:\n  channels: ["#helpdesk"]',
      'policy.yaml:2:14: `helpdesk.channels[0]` must be slack: and a channel id',
    ],
    ['helpdesk:\n  channels: []', '`helpdesk.channels` is empty'],
    ['helpdesk:\n  channels: [slack:C0A, slack:C0A]', '`helpdesk.channels` names something twice'],
    ['helpdesk:\n  approvers: { slack: [sam] }', '`helpdesk.approvers.slack[0]` must be a Slack user id'],
    ['helpdesk:\n  approvers: { slack: [] }', '`helpdesk.approvers.slack` is empty'],
    ['helpdesk:\n  approvers: { teams: [sam] }', '`helpdesk.approvers.teams[0]` must be an Entra object id'],
    ['connections:', '`connections` must be a list of connections'],
    ['connections: Corp', 'policy.yaml:1:14: `connections` must be a list of connections'],
    ['directoryAddresses: true', 'policy.yaml:1:21: `directoryAddresses` must be `believed`, or `verified`'],
    ['contacts: []', '`contacts` must have `coolOffHours`, `blockedDomains`, `phoneCountries` or `unconfirmed`'],
    ['binding: yes', '`binding` must be `optional`, or `required`'],
    ['bindings: required', 'Did you mean `binding`?'],
    ['contacts: { coolOffHours: -1 }', '`contacts.coolOffHours` must be a whole number from 0 to 720'],
    ['contacts: { coolOffHours: 721 }', '`contacts.coolOffHours` must be a whole number from 0 to 720'],
    ['contacts: { coolOffHours: 1.5 }', '`contacts.coolOffHours` must be a whole number from 0 to 720'],
    ['contacts: { coolOffHours: 24h }', '`contacts.coolOffHours` must be a whole number from 0 to 720'],
    ['contacts: { unconfirmed: no }', '`contacts.unconfirmed` must be `usable`, or `not-usable`'],
    ['contacts: { phoneCountries: DE }', '`contacts.phoneCountries` must be a list of country codes'],
    ['contacts: { phoneCountries: [] }', '`contacts.phoneCountries` is empty'],
    ['contacts: { phoneCountries: [DE, DE] }', '`contacts.phoneCountries` names something twice'],
    [
      'contacts: { phoneCountries: [de] }',
      '`contacts.phoneCountries[0]` must be a country code of two capital letters',
    ],
    ['contacts: { phoneCountries: [DE, UK] }', 'GB for the United Kingdom'],
    ['contacts: { phoneCountries: [49] }', '`contacts.phoneCountries[0]` must be a country code'],
    ['contacts: { blockedDomain: [a.example] }', 'Did you mean `blockedDomains`?'],
    ['contacts: { blockedDomains: a.example }', '`contacts.blockedDomains` must be a list of domains'],
    ['contacts: { blockedDomains: [] }', '`contacts.blockedDomains` is empty'],
    ...[
      ...[
        '"@acme.example"',
        '"*.acme.example"',
        'jane@acme.example',
        '.acme.example',
        'acme.example.',
        'acme..example',
      ],
      ...['https://acme.example', 'com', '"10.0"', '0x7f.1', '4711', `${'a.'.repeat(126)}ex`, '"a b.example"', '""'],
    ].map((domain): readonly [string, string] => [
      `contacts: { blockedDomains: [${domain}] }`,
      '`contacts.blockedDomains[0]` must be a domain like acme.example',
    ]),
    ['companyName: ""', '`companyName` must be a name'],
    ['slack: { commandPrefix: /Acme }', '`slack.commandPrefix` must be like `acme`'],
    ['- a\n- b', 'policy.yaml:1:1: the policy must be a list of `key: value`'],
    ['limits: {\n', 'is not YAML'],
    ['limits: {}\nlimits: {}', 'policy.yaml:2:1: is not YAML'],
    ['a: &a [x, x]\nb: &b [*a, *a, *a, *a, *a, *a]\nc: [*b, *b, *b, *b, *b, *b]', 'too many aliases'],
  ];
  it.each(refused)('%j', (content, says) => {
    expect(refusal(content)).toContain(says);
  });

  it('takes rules about accounts with a second factor, and those that ask for two proofs', () => {
    const content = `
limits: { codesPerHour: 2 }
rules:
  - when: { multifactor: true }
    reset: { approvals: 0, proofs: 2 }
  - when: { connection: A, multifactor: false }
    reset: { approvals: 0, proofs: 1 }
  - reset: { approvals: 1 }`;
    expect(parsePolicy(content, 'policy.yaml').rules).toEqual([
      { when: { multifactor: true }, reset: { approvals: 0, proofs: 2 } },
      { when: { connection: 'A', multifactor: false }, reset: { approvals: 0, proofs: 1 } },
      { reset: { approvals: 1 } },
    ]);
  });

  it('takes rules that share accounts but not what they decide, and any text in a list', () => {
    expect(
      refusal(`
rules:
  - when: { app_metadata: { privileged: ["yes"], level: 3, site: Bern } }
    reset: { approvals: 2 }
  - when: { app_metadata: { privileged: ["yes"] } }
    reset: { approvals: 1 }
  - when: { connection: A }
    unlock: { approvals: 2 }
  - unlock: { approvals: 1 }
`),
    ).toBe('accepted');
  });

  it('names every place at once', () => {
    expect(complaints('limit: {}\nlimits:\n  linkSeconds: x\n  codesPerHour: y')).toHaveLength(3);
  });

  it('is not led astray by names that every object has', () => {
    expect(refusal('constructor: 1')).toContain('unknown key `constructor`');
    expect(refusal('__proto__: { limits: { codeAttempts: 9 } }')).not.toBe('accepted');
    expect(refusal('limits: { toString: 1 }')).toContain('unknown key `toString`');
  });
});

it('a prefix may be written with or without its dash', () => {
  expect(parsePolicy('slack: { commandPrefix: acme- }', 'p').slack.commandPrefix).toBe('acme-');
});

it('the company is called by its name, or else by the host of the address', () => {
  expect(companyOf(parsePolicy('companyName: Acme', 'p'), 'https://id.example.com')).toBe('Acme');
  expect(companyOf(parsePolicy('', 'p'), 'https://id.example.com')).toBe('id.example.com');
});

describe('doubts for the operator', () => {
  const doubts = (content: string): string => policyDoubts(parsePolicy(content, 'p'), ['slack']).join(' ');

  it('an approval is needed but nobody is asked', () => {
    expect(doubts('')).toContain('helpdesk.channels names no channel');
    expect(doubts('helpdesk: { channels: [slack:C0A] }')).toBe('');
    expect(doubts('rules: [{ reset: { approvals: 0 }, unlock: { approvals: 0 } }]')).toBe('');
    expect(doubts('rules: [{ reset: { approvals: 0 } }]')).toContain('names no channel');
    expect(
      doubts('rules: [{ when: { connection: A }, reset: { approvals: 1 } }, { unlock: { approvals: 0 } }]'),
    ).toContain('names no channel');
  });

  const nobodyAsked = 'rules: [{ reset: { approvals: 0 }, unlock: { approvals: 0 } }]\n';

  it.each(['web', 'rest'])('%s is on, but only people in chat may recover their account', (way) => {
    const on = `${nobodyAsked}${way}: { enabled: true }\n`;
    expect(doubts(`${on}binding: required`)).toContain('binding: required lets only people in chat recover');
    expect(doubts(on)).toBe('');
    expect(doubts(`${nobodyAsked}binding: required`)).toBe('');
  });

  it.each([
    ['codesPerHour: 1', 'with 1, a stranger uses it up'],
    ['codeFailuresPerDay: 1', 'with 1, a stranger uses it up'],
  ])('strangers may use up what is left to people in chat: %s', (limit, said) => {
    const limits = `limits: { ${limit} }`;
    expect(doubts(`${nobodyAsked}rest: { enabled: true }\n${limits}`)).toContain(said);
    expect(doubts(`${nobodyAsked}${limits}`)).toBe('');
  });

  it('or every code that Auth0 sends in an hour', () => {
    const codes = (count: number) => `${nobodyAsked}web: { enabled: true }\nselfService: { codesPerHour: ${count} }`;
    expect(doubts(codes(50))).toContain('leaves none of the 50 codes');
    expect(doubts(codes(49))).toBe('');
  });

  it('whoever types a name needs approvals, but nobody is asked, or too few are', () => {
    const on = `${nobodyAsked}web: { enabled: true }\nselfService: { extraApprovals: 2 }\n`;
    expect(doubts(on)).toContain('selfService.extraApprovals asks for approvals, but');
    const asked = (approvers: string) =>
      `${on}helpdesk: { channels: [slack:C0A], approvers: { slack: [${approvers}] } }`;
    expect(doubts(asked('U0A, U0B'))).toBe('');
    expect(doubts(asked('U0A'))).toContain('Some requests need 2 approvals, but fewer people');
    expect(doubts(`${nobodyAsked}selfService: { extraApprovals: 2 }`)).toBe('');
  });

  it('a channel stands on a platform that is off', () => {
    const said = doubts('helpdesk: { channels: ["teams:19:a@thread.tacv2"], approvers: { teams: members } }');
    expect(said).toContain('teams is not on');
    expect(said).toContain('names no channel on a platform that is on');
  });

  it('a rule needs more people than there are where a platform is off', () => {
    const content = `helpdesk:
  channels: [slack:C0A, "teams:19:a@thread.tacv2"]
  approvers: { slack: [U1], teams: [00000000-0000-0000-0000-0000000000a1] }
rules: [{ unlock: { approvals: 2 } }]`;
    expect(doubts(content)).toContain('needs 2 approvals');
    expect(policyDoubts(parsePolicy(content, 'p'), ['slack', 'teams'])).toEqual([]);
  });
});

describe('a rule that needs more people than may decide is refused', () => {
  const two = 'rules:\n  - unlock: { approvals: 2 }\n';
  const teams = '"teams:19:a@thread.tacv2"';
  const kim = '00000000-0000-0000-0000-0000000000a1';

  it('with its place', () => {
    expect(refusal(`${two}helpdesk: { channels: [slack:C0A], approvers: { slack: [U1] } }`)).toContain(
      'policy.yaml:2:26: `rules[0].unlock.approvals` asks for 2 people, but `helpdesk.approvers` lists 1 who can see a card',
    );
  });

  it('not when the lists of all platforms together are long enough', () => {
    const approvers = `approvers: { slack: [U1], teams: [${kim}] }`;
    expect(refusal(`${two}helpdesk: { channels: [slack:C0A, ${teams}], ${approvers} }`)).toBe('accepted');
    expect(refusal(`${two}helpdesk: { channels: [slack:C0A], ${approvers} }`)).toContain('lists 1 who');
  });

  it('not when the members of a channel may decide too, or nobody is asked at all', () => {
    const members = 'approvers: { slack: [U1], teams: members }';
    expect(refusal(`${two}helpdesk: { channels: [slack:C0A, ${teams}], ${members} }`)).toBe('accepted');
    expect(refusal(`${two}helpdesk: { channels: [slack:C0A], approvers: { slack: members } }`)).toBe('accepted');
    expect(refusal(`${two}helpdesk: { channels: [slack:C0A] }`)).toBe('accepted');
    expect(refusal(two)).toBe('accepted');
  });
});

describe('who decides in Teams', () => {
  const channel = '"teams:19:a@thread.tacv2"';

  it('is always said: a channel there belongs to everybody in its team', () => {
    for (const approvers of ['', ', approvers: {}', ', approvers: { slack: members }']) {
      expect(refusal(`helpdesk: { channels: [slack:C0A, ${channel}]${approvers} }`)).toContain(
        'policy.yaml:1:11: `helpdesk` names a channel in Teams, which belongs to everybody in its team, but not who may decide there. Set `approvers.teams`',
      );
    }
  });

  it('is a list, or everybody in the team where the word says so', () => {
    const word = parsePolicy(
      `helpdesk: { channels: [${channel}], approvers: { teams: members, slack: members } }`,
      'p',
    );
    expect(word.helpdesk.approvers).toEqual({ teams: 'members', slack: 'members' });
    const list = '00000000-0000-0000-0000-0000000000A1';
    expect(parsePolicy(`helpdesk: { channels: [${channel}], approvers: { teams: [${list}] } }`, 'p').helpdesk).toEqual({
      channels: [{ platform: 'teams', channel: '19:a@thread.tacv2' }],
      approvers: { teams: [list.toLowerCase()] },
    });
  });

  it('is no other word', () => {
    for (const platform of ['slack', 'teams'])
      for (const word of ['everybody', 'Members', 'member', '[members]', 'true'])
        expect(refusal(`helpdesk: { approvers: { ${platform}: ${word} } }`)).toContain(
          `\`helpdesk.approvers.${platform}`,
        );
  });
});

describe('where a policy comes from', () => {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-policy-'));
  const absent = join(folder, 'absent.yaml');

  it('is the built-in one by name, whatever files there are', () => {
    expect(findPolicy('built-in')).toEqual({ policy: builtIn, from: 'built-in', isAssumed: false });
  });

  it('is said to be nobody’s choice where the file is absent and may be', () => {
    expect(findPolicy({ path: absent, mustExist: false })).toEqual({
      policy: builtIn,
      from: 'built-in',
      isAssumed: true,
    });
  });

  it('is refused where the file is absent and may not be, with the way to the defaults', () => {
    expect(() => findPolicy({ path: absent, mustExist: true })).toThrow(
      "absent.yaml: cannot be read (ENOENT). Correct POLICY_FILE, or the file's permissions; or set POLICY_FILE=built-in",
    );
  });

  it('is the file, by its whole path', () => {
    writeFileSync(join(folder, 'there.yaml'), 'rules: [{ unlock: { approvals: 1 } }]\n');
    const found = findPolicy({ path: join(folder, 'there.yaml'), mustExist: false });
    expect(found).toMatchObject({ from: join(folder, 'there.yaml'), isAssumed: false });
    expect(found.policy.rules).toHaveLength(1);
  });
});
