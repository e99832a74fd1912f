// What Windows does and Samba does not, with the answers that are known from Microsoft's specifications and from public reports.
import { describe, expect, it } from 'vitest';
import { accountId } from '../../src/flows/ids.ts';
import { certificateMissing } from '../notices/mail-server.ts';
import { titled } from '../skipped-reporter.ts';
import { noAnswer, ordinaryAccount, startWindows, windowsGuid } from './windows-controller.ts';

const account = accountId(`ad|CorpAD|${windowsGuid}`);
const order = { password: 'Tuesday-Evening-2', unlock: false };
const changeOrder = { old: 'Monday-Morning-1', password: 'Tuesday-Evening-2' };
const done = (value: object) => ({ ok: true, value: expect.objectContaining({ is: 'done', ...value }) });
const notDone = (value: object) => ({ ok: true, value: { is: 'not-done', ...value } });
const rulesText = '0000052D: SvcErr: DSID-031A12D2, problem 5003 (WILL_NOT_PERFORM), data 0\n\u0000';

describe.skipIf(certificateMissing !== undefined)(titled('a reset on Windows', certificateMissing), () => {
  it('asks that earlier passwords are refused, and insists on it', async () => {
    await using windows = await startWindows();
    expect(await windows.directory().reset(account, order)).toEqual(done({ isHistoryChecked: true }));
    expect(windows.modifications).toHaveLength(1);
    expect(windows.modifications[0]).toEqual([
      {
        ...{ operation: 'replace', attribute: 'unicodePwd' },
        value: Buffer.from('"Tuesday-Evening-2"', 'utf16le'),
        controls: ['!1.2.840.113556.1.4.2239 3003020101'],
      },
    ]);
  });

  it('does not ask for it where the server does not know how, and says so', async () => {
    await using windows = await startWindows({ root: { supportedControl: ['1.2.840.113556.1.4.319'] } });
    expect(await windows.directory().reset(account, order)).toEqual(done({ isHistoryChecked: false }));
    expect(windows.modifications[0]?.[0]?.controls).toEqual([]);
  });

  it('that breaks a rule which Windows does not name is told as such', async () => {
    await using windows = await startWindows({ modify: () => ({ code: 53, message: rulesText }) });
    expect(await windows.directory().reset(account, order)).toEqual(notDone({ because: 'rules', broken: [] }));
  });

  it.each([
    ['in a wrong form', 53, '0000001F: SvcErr: DSID-031A12D2, problem 5003 (WILL_NOT_PERFORM), data 0', 'refused'],
    [
      'without the right',
      50,
      '00000005: SecErr: DSID-031A11D5, problem 4003 (INSUFF_ACCESS_RIGHTS), data 0',
      'misconfigured',
    ],
    ['for an object that is gone', 32, '00002030: NameErr: DSID-03100245', 'absent'],
  ])('that was sent %s is a failure of ours, not of the person', async (_what, code, message, kind) => {
    await using windows = await startWindows({ modify: () => ({ code, message }) });
    expect(await windows.directory().reset(account, order)).toMatchObject({
      ok: false,
      failure: { kind, retry: 'never' },
    });
  });

  describe('that Windows answers with “must change at the next sign-in”', () => {
    const start = (mayTakeBack: boolean) => {
      const jane = ordinaryAccount();
      return startWindows({
        account: jane,
        modify: ([first]) => {
          if (first?.attribute === 'unicodePwd') jane['pwdLastSet'] = '0';
          if (first?.attribute !== 'pwdLastSet') return { code: 0 };
          if (!mayTakeBack) return { code: 50, message: '00002098: SecErr: DSID-03150F94, problem 4003' };
          jane['pwdLastSet'] = '134055000000000000';
          return { code: 0 };
        },
      });
    };

    it('has that taken back', async () => {
      await using windows = await start(true);
      expect(await windows.directory().reset(account, order)).toEqual(done({ mustChange: false }));
      expect(windows.modifications[1]).toEqual([
        { operation: 'replace', attribute: 'pwdLastSet', value: Buffer.from('-1'), controls: [] },
      ]);
    });

    it('says so where it may not be taken back', async () => {
      await using windows = await start(false);
      expect(await windows.directory().reset(account, order)).toEqual(done({ mustChange: true }));
    });
  });

  it('lifts the lock with a request of its own, after the password is set', async () => {
    const jane = {
      ...ordinaryAccount(),
      'msDS-User-Account-Control-Computed': '16',
      lockoutTime: '134055000000000000',
    };
    await using windows = await startWindows({
      account: jane,
      modify: ([first]) => {
        if (first?.attribute === 'lockoutTime') jane['msDS-User-Account-Control-Computed'] = '0';
        return { code: 0 };
      },
    });
    expect(await windows.directory().reset(account, { ...order, unlock: true })).toEqual(done({ lock: 'lifted' }));
    expect(windows.modifications.map(([first]) => first?.attribute)).toEqual(['unicodePwd', 'lockoutTime']);
  });

  it('is not taken back where the lock cannot be lifted: both is said', async () => {
    const jane = { ...ordinaryAccount(), 'msDS-User-Account-Control-Computed': '16' };
    await using windows = await startWindows({
      account: jane,
      modify: ([first]) => ({ code: first?.attribute === 'lockoutTime' ? 50 : 0 }),
    });
    expect(await windows.directory().reset(account, { ...order, unlock: true })).toEqual(done({ lock: 'locked' }));
  });
});

describe.skipIf(certificateMissing !== undefined)(titled('an unlock on Windows', certificateMissing), () => {
  it('that holds only for a moment is told: something tries an old password', async () => {
    await using windows = await startWindows({
      account: { ...ordinaryAccount(), 'msDS-User-Account-Control-Computed': '16' },
    });
    expect(await windows.directory().unlock(account)).toEqual(notDone({ because: 'locked-again' }));
  });
});

describe.skipIf(certificateMissing !== undefined)(titled('a change on Windows', certificateMissing), () => {
  const answers = (code: number, message: string) => startWindows({ modify: () => ({ code, message }) });

  it('deletes the old password and adds the new one, in one request', async () => {
    await using windows = await startWindows();
    expect(await windows.directory().change(account, changeOrder)).toEqual(done({ mustChange: false }));
    expect(
      windows.modifications[0]?.map(({ operation, value }) => `${operation} ${value.toString('utf16le')}`),
    ).toEqual(['delete "Monday-Morning-1"', 'add "Tuesday-Evening-2"']);
  });

  it.each([
    ['00000056: AtrErr: DSID-03191083, #1:\n\t0: 00000056: DSID-03191083, problem 1005\u0000', 'wrong-password'],
    ['00000775: AtrErr: DSID-03191083', 'locked'],
  ])('answered with %j is understood', async (message, because) => {
    await using windows = await answers(19, message);
    expect(await windows.directory().change(account, changeOrder)).toEqual(notDone({ because }));
  });

  it('answered with rules that are not named is understood, and does not use up a try', async () => {
    await using windows = await answers(19, '0000052D: AtrErr: DSID-03191083, #1:\n\t0: 0000052D');
    const directory = windows.directory();
    for (let tries = 0; tries < 5; tries += 1)
      expect(await directory.change(account, changeOrder)).toEqual(notDone({ because: 'rules', broken: [] }));
  });

  it('without the right to it is for whoever set it up', async () => {
    await using windows = await answers(19, '00000005: AtrErr: DSID-03191083, #1');
    expect(await windows.directory().change(account, changeOrder)).toMatchObject({
      ok: false,
      failure: { kind: 'misconfigured', retry: 'never' },
    });
  });
});

describe.skipIf(certificateMissing !== undefined)(
  titled('an answer that was lost on Windows', certificateMissing),
  () => {
    it('is not known where the person had to change their password before, and still has to', async () => {
      const jane = { ...ordinaryAccount(), pwdLastSet: '0', 'msDS-User-Account-Control-Computed': '8388608' };
      await using windows = await startWindows({ account: jane, modify: () => ({ code: noAnswer }) });
      const hasty = windows.directory({ operationTimeoutMs: 1_500, settleMs: 100, lookEveryMs: 20 });
      expect(await hasty.reset(account, order)).toEqual({ ok: true, value: { is: 'unknown' } });
    });

    it('is done where Windows set “must change” with it', async () => {
      const jane = ordinaryAccount();
      await using windows = await startWindows({
        account: jane,
        modify: ([first]) => {
          if (first?.attribute === 'pwdLastSet') return { code: 50 };
          jane['pwdLastSet'] = '0';
          return { code: noAnswer };
        },
      });
      const hasty = windows.directory({ operationTimeoutMs: 1_500, settleMs: 100, lookEveryMs: 20 });
      expect(await hasty.reset(account, order)).toEqual(done({ mustChange: true }));
    });
  },
);

describe.skipIf(certificateMissing !== undefined)(titled('a controller that cannot write', certificateMissing), () => {
  const readOnly = { root: { supportedCapabilities: ['1.2.840.113556.1.4.800', '1.2.840.113556.1.4.1920'] } };

  it.each([
    ['is read-only', readOnly],
    ['points to another one', { modify: () => ({ code: 10, message: '0000202B: RefErr: DSID-0310078D' }) }],
    ['is busy', { modify: () => ({ code: 51 }) }],
    ['goes down', { modify: () => ({ code: 52 }) }],
  ])('because it %s is left for the next one', async (_what, behaviour) => {
    await using first = await startWindows(behaviour);
    await using second = await startWindows({}, first);
    const directory = first.directory({ urls: [first.url, second.url] });
    expect(await directory.reset(account, order)).toEqual(done({}));
    expect(second.modifications).toHaveLength(1);
  });

  it('and has no other one beside it is said, and another try helps', async () => {
    await using alone = await startWindows(readOnly);
    const failure = {
      kind: 'unreachable',
      retry: 'later',
      mayHaveHappened: false,
      cause: 'ldap: a read-only controller',
    };
    expect(await alone.directory().reset(account, order)).toEqual({ ok: false, failure });
    expect(await alone.directory().inspect(account)).toMatchObject({ ok: true });
  });

  it('because it is busy, and so are all, is a time and no failure', async () => {
    await using busy = await startWindows({ modify: () => ({ code: 51 }) });
    expect(await busy.directory().reset(account, order)).toMatchObject({
      ok: false,
      failure: { kind: 'rate-limited', retry: 'later', retryAfterMs: 5_000 },
    });
  });
});

describe.skipIf(certificateMissing !== undefined)(
  titled('an empty password of the service account', certificateMissing),
  () => {
    it('is never sent, though Windows would say yes to it', async () => {
      await using windows = await startWindows();
      expect(await windows.directory({ password: '' }).inspect(account)).toMatchObject({ ok: false });
      expect(windows.binds()).toBe(0);
    });
  },
);
