// The domain of the tests: as little as a directory gives to everybody, so that only the delegated rights count.
import { type Administrator, passwordValue } from './administrator.ts';
import { baseDn, realm } from './samba.ts';

export const people = `OU=People,${baseDn}`;
const services = `OU=Services,${baseDn}`;
export const container = `CN=Password Settings Container,CN=System,${baseDn}`;
export const firstPassword = 'Monday-Morning-1';
export const servicePassword = 'Service-of-the-Tests-1';

/**
 * `exact`: the documented rights. `few`: none. `many`: everything on people. `writeOnly`: nothing can be read. `countless`: all but
 * reading `adminCount`. `failureless`: all but reading `badPwdCount`. `readOnly`: nothing
 * can be written.
 */
export type Service = 'exact' | 'few' | 'many' | 'writeOnly' | 'countless' | 'failureless' | 'readOnly';
export const serviceDn = (service: Service): string => `CN=svc-${service},${services}`;
const kinds: readonly Service[] = ['exact', 'few', 'many', 'writeOnly', 'countless', 'failureless', 'readOnly'];

const minute = 60 * 10_000_000;
/** Threshold 3; half an hour; ten characters; five earlier passwords. */
const rules = {
  ...{ lockoutThreshold: '3', lockoutDuration: `-${30 * minute}`, lockOutObservationWindow: `-${30 * minute}` },
  ...{ minPwdLength: '10', pwdHistoryLength: '5', minPwdAge: '0', maxPwdAge: `-${42 * 24 * 60 * minute}` },
};

export async function seedDomain(admin: Administrator): Promise<ReadonlyMap<Service, string>> {
  await admin.set(baseDn, rules);
  for (const ou of [people, services]) await admin.add(ou, { objectClass: 'organizationalUnit' });
  const sids = new Map<Service, string>();
  for (const kind of kinds) {
    await admin.add(serviceDn(kind), userValues(`svc-${kind}`, { password: servicePassword, control: '66048' }));
    sids.set(kind, await admin.sid(serviceDn(kind)));
  }
  // A fresh directory lets everybody read nearly everything. Companies that care have taken this away.
  const everybody = 'CN=S-1-5-11,CN=ForeignSecurityPrincipals';
  await admin.removeFrom(
    `CN=Pre-Windows 2000 Compatible Access,CN=Builtin,${baseDn}`,
    'member',
    `${everybody},${baseDn}`,
  );
  return sids;
}

export const userValues = (sam: string, { password = firstPassword, control = '512' } = {}) => ({
  ...{ objectClass: 'user', sAMAccountName: sam, userPrincipalName: `${sam}@${realm}`, userAccountControl: control },
  unicodePwd: passwordValue(password),
});

const user = 'bf967aba-0de6-11d0-a285-00aa003049e2';
/** Attributes, groups of them and extended rights, by the GUIDs of the schema. */
const writing: readonly (readonly [string, string])[] = [
  ['CR', '00299570-246d-11d0-a768-00aa006e0529'], // Reset Password
  ['WP', '28630ebf-41d5-11d1-a9c1-0000f80367c1'], // lockoutTime
  ['WP', 'bf967a0a-0de6-11d0-a285-00aa003049e2'], // pwdLastSet
];
const failures = 'bf96792e-0de6-11d0-a285-00aa003049e2'; // badPwdCount
const adminCount = 'bf967918-0de6-11d0-a285-00aa003049e2';
const reading: readonly (readonly [string, string])[] = [
  ['RP', '28630ebf-41d5-11d1-a9c1-0000f80367c1'], // lockoutTime
  ['RP', 'bf967a0a-0de6-11d0-a285-00aa003049e2'], // pwdLastSet
  ['RP', '4c164200-20c0-11d0-a768-00aa006e0529'], // account restrictions
  ['RP', 'b7c69e6d-2cc7-11d2-854e-00a0c983f608'], // tokenGroups
  ['RP', adminCount],
  ['RP', 'b77ea093-88d0-4780-9a98-911f8e8b1dca'], // msDS-ResultantPSO
  ['RP', failures],
  ['RP', 'bf96792d-0de6-11d0-a285-00aa003049e2'], // badPasswordTime
];

export function serviceRights(
  sids: ReadonlyMap<Service, string>,
): readonly { readonly dn: string; readonly sddl: string }[] {
  const aces = (kind: Service, rights: readonly (readonly [string, string])[]): string =>
    rights.map(([right, what]) => `(OA;CIIO;${right};${what};${user};${sids.get(kind)})`).join('');
  const without = (one: string) => reading.filter(([, what]) => what !== one);
  const some = `${aces('readOnly', reading)}${aces('writeOnly', writing)}${aces('countless', [...writing, ...without(adminCount)])}${aces('failureless', [...writing, ...without(failures)])}`;
  const all = `(A;CI;GA;;;${sids.get('many')})`;
  return [
    { dn: people, sddl: `${aces('exact', [...writing, ...reading])}${some}${all}` },
    { dn: container, sddl: `(A;CI;RPLCLO;;;${sids.get('exact')})` },
  ];
}
