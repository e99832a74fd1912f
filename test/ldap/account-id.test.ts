// Which object an account is: by its immutable id, and by nothing else.
import { describe, expect, it } from 'vitest';
import { accountId } from '../../src/flows/ids.ts';
import { directoryGuid, guidName, guidText } from '../../src/ldap/account-id.ts';

const guid = '3b3bfcd0-036b-4413-aee9-204412b943ce';
const bytes = Buffer.from('d0fc3b3b6b031344aee9204412b943ce', 'hex');

describe('the id of an account', () => {
  it.each([
    ['CorpAD', `ad|CorpAD|${guid}`],
    ['Corp|AD', `ad|Corp|AD|${guid}`],
    ['Corp.AD*', `ad|Corp.AD*|${guid}`],
  ])('of the connection %s names its object', (connection, account) =>
    expect(directoryGuid(accountId(account), connection)).toBe(guid),
  );

  it.each([
    ['of another connection', `ad|OtherAD|${guid}`],
    ['of a connection that ends alike', `ad|X|CorpAD|${guid}`],
    ['of another kind', `auth0|CorpAD|${guid}`],
    ['with an address', 'ad|CorpAD|alice@corp.example'],
    ['with a name for signing in', 'ad|CorpAD|alice'],
    ['with a DN', 'ad|CorpAD|CN=Alice,OU=People,DC=corp,DC=example'],
    ['in capitals', `ad|CorpAD|${guid.toUpperCase()}`],
    ['in braces', `ad|CorpAD|{${guid}}`],
    ['without dashes', `ad|CorpAD|${guid.split('-').join('')}`],
    ['with more behind it', `ad|CorpAD|${guid}>`],
    ['with a line behind it', `ad|CorpAD|${guid}\n`],
    ['that is empty', 'ad|CorpAD|'],
    ['without a third part', 'ad|CorpAD'],
  ])('%s names none', (_what, account) => expect(directoryGuid(accountId(account), 'CorpAD')).toBeUndefined());

  it('is written as Auth0’s connector writes the bytes of the directory', () => {
    expect(guidText(bytes)).toBe(guid);
    expect(guidName(guid)).toBe(`<GUID=${guid}>`);
  });

  it.each([0, 15, 17])('is none for %i bytes', (length) => expect(guidText(Buffer.alloc(length))).toBeUndefined());
});
