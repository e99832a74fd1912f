// Who is never touched: whoever is, or was, an administrator; and whoever cannot be shown not to be one.
import { describe, expect, it } from 'vitest';
import { decoded } from '../../src/ldap/attributes.ts';
import { groupSids, isPowerful, protectionOf, sidText } from '../../src/ldap/protected-accounts.ts';

const domain = [21, 1111, 2222, 3333];
const sid = (...parts: readonly number[]): Buffer => {
  const bytes = Buffer.alloc(8 + 4 * parts.length);
  bytes.writeUInt8(1, 0);
  bytes.writeUInt8(parts.length, 1);
  bytes.writeUInt8(5, 7);
  for (const [place, part] of parts.entries()) bytes.writeUInt32LE(part, 8 + 4 * place);
  return bytes;
};
const users = sid(...domain, 513);

interface Wish {
  readonly own?: Buffer | [];
  readonly groups?: Buffer | Buffer[] | [];
  readonly adminCount?: string;
}

const record = ({ own = sid(...domain, 1105), groups = users, adminCount }: Wish) => ({
  name: '<GUID=…>',
  attributes: decoded({
    dn: 'CN=a',
    objectSid: own,
    tokenGroups: groups,
    ...(adminCount === undefined ? {} : { adminCount }),
  }),
});
const protection = (wish: Wish, groups: readonly string[] | undefined = []) => protectionOf(record(wish), groups);

describe('an account', () => {
  it('of an ordinary person is open', () => {
    expect(protection({})).toBe('none');
    expect(protection({ adminCount: '0' })).toBe('none');
  });

  it.each([544, 548, 549, 550, 551, 552])('in the built-in group %i is protected', (id) =>
    expect(protection({ groups: [users, sid(32, id)] })).toBe('protected'),
  );

  it.each([512, 516, 517, 518, 519, 520, 521, 526, 527])('in the group %i of a domain is protected', (id) =>
    expect(protection({ groups: [users, sid(...domain, id)] })).toBe('protected'),
  );

  it.each([500, 502])('whose own number is %i is protected', (id) =>
    expect(protection({ own: sid(...domain, id) })).toBe('protected'),
  );

  it('with an adminCount is protected, also where it is in no such group any more', () =>
    expect(protection({ adminCount: '1' })).toBe('protected'));

  it('in a group that the company names is protected', () =>
    expect(protection({ groups: [users, sid(...domain, 4711)] }, ['S-1-5-21-1111-2222-3333-4711'])).toBe('protected'));

  it('whose group has such a number by chance is open', () =>
    expect(protection({ groups: [users, sid(32, 512), sid(...domain, 5120)] })).toBe('none'));

  const unread: readonly (readonly [string, Wish])[] = [
    ['groups', { groups: [] }],
    ['own number', { own: [] }],
    ['groups in their form', { groups: [users, Buffer.from([1, 2, 3])] }],
  ];
  it.each(unread)('whose %s could not be read is not taken for open', (_what, wish) =>
    expect(protection(wish)).toBe('not-readable'),
  );

  it('is not taken for open where a group of the company could not be found', () =>
    expect(protectionOf(record({}), undefined)).toBe('not-readable'));
});

describe('a SID', () => {
  it('is written as everywhere', () => {
    expect(sidText(sid(...domain, 4_294_967_295))).toBe('S-1-5-21-1111-2222-3333-4294967295');
    expect(sidText(sid(32, 544))).toBe('S-1-5-32-544');
  });

  it.each([0, 7, 9, 11])('is none in %i bytes', (length) => expect(sidText(Buffer.alloc(length, 1))).toBeUndefined());

  it('of no group at all means that none could be read', () => expect(groupSids([])).toBeUndefined());

  it('of everybody is not powerful', () => expect(isPowerful('S-1-1-0')).toBe(false));
});
