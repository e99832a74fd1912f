import { describe, expect, it } from 'vitest';
import { contactsOf } from '../../src/auth0/contacts.ts';
import { maskEmail, maskPhone } from '../../src/text/masked-address.ts';

const email = (id: string, address: string, verified?: boolean) => ({
  connection: 'email',
  provider: 'email',
  user_id: id,
  profileData: { email: address, email_verified: verified },
});
const sms = (id: string, number: string, verified?: boolean) => ({
  connection: 'sms',
  provider: 'sms',
  user_id: id,
  profileData: { phone_number: number, phone_verified: verified },
});

describe('masks', () => {
  it.each([
    ['jane.doe@gmail.com', 'j•••@g•••.com'],
    ['j@mail.example.co.uk', 'j•••@m•••.uk'],
    ['😀x@пример.рф', '😀•••@п•••.рф'],
  ])('an address shows two letters and its last label', (address, masked) => {
    expect(maskEmail(address)).toBe(masked);
  });

  it.each(['', 'jane', '@gmail.com', 'jane@', 'jane@localhost', 'jane@gmail..com'])('%j is no address', (address) => {
    expect(maskEmail(address)).toBeUndefined();
  });

  it.each(['\u202ejane@gmail.com', 'jane@\u200bgmail.com', 'jane@gmail.co\u2066m', `jane@gmail.${'m'.repeat(90)}`])(
    'an address of which nobody could read what is shown is none: %j',
    (address) => {
      expect(maskEmail(address)).toBeUndefined();
    },
  );

  it('a number shows its last two digits', () => {
    expect(maskPhone('+49 170 1234512')).toBe('•••12');
    expect(maskPhone('+1 (555) 010-9987')).toBe('•••87');
  });

  it('a number too short to hide anything is not shown', () => {
    expect(maskPhone('+1234')).toBeUndefined();
  });
});

describe('contacts of an account', () => {
  it('are its linked email and sms identities, in their order', () => {
    const contacts = contactsOf([email('e1', 'j@home.test', true), sms('s1', '+491701234512', true)], 'jane@acme.test');
    expect(contacts.map(({ ref, channel, masked }) => ({ ref, channel, masked }))).toEqual([
      { ref: 'email|e1', channel: 'email', masked: 'j•••@h•••.test' },
      { ref: 'sms|s1', channel: 'sms', masked: '•••12' },
    ]);
  });

  it('may leave unsaid whether they are verified, but not say that they are not', () => {
    expect(contactsOf([email('e1', 'j@home.test')], 'jane@acme.test')).toHaveLength(1);
    expect(contactsOf([email('e1', 'j@home.test', false)], 'jane@acme.test')).toEqual([]);
    expect(contactsOf([sms('s1', '+491701234512', false)], 'jane@acme.test')).toEqual([]);
  });

  it('never include an address at the domain of the work email, in any case', () => {
    expect(contactsOf([email('e1', 'jane.private@ACME.test', true)], 'jane@acme.test')).toEqual([]);
  });

  it.each([
    ['jane@münchen.example', 'private@M\u00dcNCHEN.example'],
    ['jane@münchen.example', 'private@xn--mnchen-3ya.example'],
    ['jane@xn--mnchen-3ya.example', 'private@münchen.example'],
    ['jane@kite.test', 'private@\u212aite.test'],
    ['jane@acme.test', 'private@acme.test.'],
    ['jane@acme.test', 'private@ac\u00adme.test'],
  ])('never include the domain of %s in another spelling: %j', (workEmail, address) => {
    expect(contactsOf([email('e1', address, true)], workEmail)).toEqual([]);
  });

  it.each([
    ['below the work address’s', 'jane@acme.example', 'jane@mail.acme.example'],
    ['far below it', 'jane@acme.example', 'jane@a.b.c.acme.example'],
    ['right above it', 'jane@mail.acme.example', 'jane@acme.example'],
    ['far above it', 'jane@a.b.acme.example', 'jane@acme.example'],
    ['below it in another spelling', 'jane@münchen.example', 'jane@mail.XN--MNCHEN-3YA.example'],
    ['above it in another spelling', 'jane@mail.xn--mnchen-3ya.example', 'jane@MÜNCHEN.example'],
  ])('never include a domain %s: %s, %s', (_how, workEmail, address) => {
    expect(contactsOf([email('e1', address, true)], workEmail)).toEqual([]);
  });

  it.each([
    ['another company under the same public suffix', 'jane@acme.co.uk', 'jane@home.co.uk'],
    ['a name that only ends alike', 'jane@acme.example', 'jane@notacme.example'],
    ['a name that only begins alike', 'jane@acme.example', 'jane@acme.example.org'],
    ['a sister of the work address’s', 'jane@mail.acme.example', 'jane@news.acme.example'],
  ])('include %s: %s, %s', (_how, workEmail, address) => {
    expect(contactsOf([email('e1', address, true)], workEmail)).toHaveLength(1);
  });

  it.each([
    ['a domain that the policy names', 'jane@acme-group.example', []],
    ['one below it', 'jane@mail.acme-group.example', []],
    ['one above it', 'jane@example', []],
    ['it in another spelling', 'jane@MÜNCHEN.example', []],
    ['a name that only ends alike', 'jane@my-acme-group.example', ['my-acme-group.example']],
  ])('where the policy names further domains, %s: %s', (_how, address, left) => {
    const further = ['acme-group.example', 'xn--mnchen-3ya.example'];
    for (const workEmail of ['jane@acme.test', undefined]) {
      const found = contactsOf([email('e1', address, true)], workEmail, further);
      expect(found.map((one) => one.address.split('@')[1])).toEqual(left);
    }
  });

  it('may be phone numbers, whatever the domains', () => {
    expect(contactsOf([sms('s1', '+491701234512', true)], 'jane@acme.test', ['acme.test'])).toHaveLength(1);
  });

  it('include addresses beyond ASCII', () => {
    const addresses = ['jörg@zuhause.example', 'jane@münchen.example', 'пётр@пример.рф'];
    const contacts = contactsOf(
      addresses.map((address, nth) => email(`e${nth}`, address, true)),
      'jane@acme.test',
    );
    expect(contacts.map(({ address }) => address)).toEqual(addresses);
  });

  it.each([
    'mi\u212ae@home.test',
    'mike@home.te\u017ft',
    'm\u0131ke@home.test',
    '\uff4dike@home.test',
    '\ufb01ona@home.test',
  ])('never include an address that another system would read as somebody else’s: %j', (address) => {
    expect(contactsOf([email('e1', address, true)], 'jane@acme.test')).toEqual([]);
  });

  it('never include a number that is not written in plain digits', () => {
    expect(contactsOf([sms('s1', '+49170123451\uff12', true)], 'jane@acme.test')).toEqual([]);
  });

  it('never include what is at no domain', () => {
    expect(contactsOf([email('e1', 'jane@[198.51.100.7].x', true)], 'jane@acme.test')).toEqual([]);
  });

  it('never include an identity of any other kind, whatever address it has', () => {
    const social = {
      connection: 'google-oauth2',
      provider: 'google-oauth2',
      user_id: '1',
      profileData: { email: 'j@g.test' },
    };
    expect(contactsOf([social], 'jane@acme.test')).toEqual([]);
  });

  it('need an address', () => {
    expect(
      contactsOf([{ connection: 'email', provider: 'email', user_id: 'e1', profileData: undefined }], 'a@b.test'),
    ).toEqual([]);
    expect(contactsOf([email('e1', 'not an address', true)], 'a@b.test')).toEqual([]);
  });
});
