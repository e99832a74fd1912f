// What a directory answers means the same in the form of Windows and in that of Samba: code and number decide, never words.
import { BindResponse, StatusCodeParser } from 'ldapts';
import { describe, expect, it } from 'vitest';
import {
  failureOf,
  isAboutController,
  isWrongPassword,
  signInFailure,
  type Trouble,
  troubleOf,
} from '../../src/ldap/errors.ts';

/** The error that the client makes of an answer. */
const answer = (code: number, message: string): Error => {
  const response = new BindResponse({ messageId: 1, status: code, errorMessage: message });
  return StatusCodeParser.parse(response);
};
const trouble = (code: number, message: string): Trouble => troubleOf(answer(code, message), true);

/** As they stand in public reports of Windows, and as Samba 4.17 was seen to write them. */
const windowsSignIn = (data: string) =>
  `80090308: LdapErr: DSID-0C0903A9, comment: AcceptSecurityContext error, data ${data}, v1db1\u0000`;

describe('an answer of a directory', () => {
  it.each([
    [
      'a reset against the rules, Windows',
      53,
      '0000052D: SvcErr: DSID-031A12D2, problem 5003 (WILL_NOT_PERFORM), data 0\n\u0000',
      0x52d,
    ],
    [
      'a change against the rules, Windows',
      19,
      '0000052D: AtrErr: DSID-03191083, #1:\n\t0: 0000052D: DSID-03191083, problem 1005 (CONSTRAINT_ATT_TYPE), data 0, Att 9005a (unicodePwd)\u0000',
      0x52d,
    ],
    [
      'a wrong old password, Windows',
      19,
      '00000056: AtrErr: DSID-03191083, #1:\n\t0: 00000056: DSID-03191083, problem 1005\u0000',
      0x56,
    ],
    [
      'against the rules, Samba',
      19,
      '0000052D: Constraint violation - check_password_restrictions: the password is too short.',
      0x52d,
    ],
    ['a wrong old password, Samba', 19, '00000056: check_password_restrictions: The old password is wrong', 0x56],
    ['a change without the right, Windows', 19, '00000005: AtrErr: DSID-03191083, #1\u0000', 5],
    ['without a number', 50, 'insufficient access rights', undefined],
    ['with a longer word', 50, '00002098X: no', undefined],
    ['with the number elsewhere', 53, 'error 0000052D', undefined],
    ['nothing at all', 53, '', undefined],
  ])('has its number at the beginning: %s', (_what, code, message, number) =>
    expect(trouble(code, message)).toEqual({ is: 'answered', code, ...(number === undefined ? {} : { number }) }),
  );

  it.each([
    [
      'rights',
      trouble(50, '00002098: SecErr: DSID-03150E8A, problem 4003 (INSUFF_ACCESS_RIGHTS), data 0'),
      'misconfigured',
      'never',
    ],
    ['the right to change', trouble(19, '00000005: AtrErr'), 'misconfigured', 'never'],
    ['a form', trouble(53, '0000001F: SvcErr: DSID-031A12D2'), 'refused', 'never'],
    ['a control', trouble(12, '00002040: SvcErr'), 'refused', 'never'],
    ['an object', trouble(32, '00002030: NameErr'), 'absent', 'never'],
    ['time', trouble(3, ''), 'unreachable', 'later'],
    ['a turn', trouble(51, ''), 'rate-limited', 'later'],
    ['room', trouble(11, ''), 'rate-limited', 'later'],
    ['a controller that runs', trouble(52, ''), 'unreachable', 'later'],
    [
      'a sign-in',
      trouble(1, '000004DC: LdapErr: DSID-0C090A5C, comment: In order to perform this operation'),
      'unreachable',
      'later',
    ],
    ['a controller that can write', trouble(10, '0000202B: RefErr: DSID-0310078D'), 'unreachable', 'later'],
    ['anything that is known', trouble(80, '00000057: SysErr'), 'refused', 'never'],
  ])('for want of %s says whether another try helps', (_what, seen, kind, retry) => {
    expect(failureOf(seen)).toMatchObject({ kind, retry });
    expect(failureOf(seen)).not.toMatchObject({ mayHaveHappened: true });
  });

  it('is never repeated in words', () => {
    const failure = failureOf(trouble(53, '0000001F: the password of Jane is wrong'));
    expect(failure.cause).toBe('ldap: 53 0000001f');
    expect(signInFailure(trouble(49, windowsSignIn('52e'))).cause).toBe('ldap: 49 80090308 52e');
  });

  it.each([
    [10, true],
    [51, true],
    [52, true],
    [53, false],
    [50, false],
    [1, false],
  ])('with the code %i: another controller may help: %s', (code, may) =>
    expect(isAboutController(trouble(code, ''))).toBe(may),
  );
});

describe('a sign-in that is refused', () => {
  it.each([
    ['775', 'is locked'],
    ['533', 'is disabled'],
    ['701', 'has expired'],
    ['532', 'password'],
    ['773', 'password'],
    ['530', 'hour'],
    ['531', 'machine'],
    ['52e', 'Check the name and the password'],
    ['525', 'Check the name and the password'],
  ])('with %s says what to do', (data, words) => {
    const failure = signInFailure(trouble(49, windowsSignIn(data)));
    expect(failure).toMatchObject({ kind: 'misconfigured', retry: 'later' });
    expect('remedy' in failure ? failure.remedy : '').toContain(words);
  });

  it.each([
    ['52e', true],
    ['525', true],
    ['775', false],
    ['533', false],
    ['532', false],
  ])('with %s tells of a wrong password, which would count: %s', (data, isWrong) =>
    expect(isWrongPassword(trouble(49, windowsSignIn(data)))).toBe(isWrong),
  );

  it('without a number counts as a wrong password', () =>
    expect(isWrongPassword(trouble(49, 'Invalid Credentials'))).toBe(true));
});

describe('no answer', () => {
  const lostAs = (error: unknown, isSent = true) => troubleOf(error, isSent);

  it.each([
    ['a refused connection', Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }), 'ECONNREFUSED'],
    [
      'a foreign certificate',
      Object.assign(new Error('tls'), { code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' }),
      'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    ],
    ['no connection in time', new Error('Connection timeout'), 'timeout'],
    ['no answer in time', new Error('ModifyRequest: Operation timed out'), 'timeout'],
    [
      'a dropped connection',
      new Error('Connection closed before message response was received. Message type: ModifyRequest (0x66)'),
      'no-answer',
    ],
    ['something that is no error', 'oops', 'no-answer'],
  ])('because of %s is a loss', (_what, error, cause) =>
    expect(lostAs(error)).toEqual({ is: 'lost', isSent: true, cause }),
  );

  it('to a request that was sent may mean that it was carried out', () => {
    expect(failureOf(lostAs(new Error('cut')))).toMatchObject({ kind: 'unreachable', mayHaveHappened: true });
    expect(failureOf(lostAs(new Error('cut'), false))).toMatchObject({ kind: 'unreachable', mayHaveHappened: false });
    expect(isAboutController(lostAs(new Error('cut')))).toBe(false);
    expect(isAboutController(lostAs(new Error('cut'), false))).toBe(true);
  });

  it('in the form of LDAP is no answer either', () =>
    expect(troubleOf(answer(248, 'no result'), true)).toMatchObject({ is: 'lost' }));
});
