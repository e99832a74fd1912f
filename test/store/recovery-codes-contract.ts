// Recovery codes: a set is replaced as a whole, each code is used once, and "it wasn't me" voids all of them.
import { expect, test } from 'vitest';
import { type AccountId, knownActor } from '../../src/flows/ids.ts';
import { after, beginFlow, movedBy, provenFlow, report, someAccount, start } from './contract-moment.ts';
import type { Harness } from './store-contract.ts';

const ten = (set: string): readonly string[] => Array.from({ length: 10 }, (_, index) => `${set}-${index}`);

export function recoveryCodesContract({ store, another, restart }: Harness): void {
  const codes = () => store().recoveryCodes;
  const leftOf = async (account: AccountId) => (await codes().find(account))?.left;

  test('an account has none until some are made', async () => {
    const account = someAccount();
    expect(await leftOf(account)).toBeUndefined();
    expect(await codes().use(account, ten('never'), start, start)).toEqual({ is: 'unknown' });
    expect(await codes().make(account, ten('a'), start)).toBe('made');
    expect(await leftOf(account)).toBe(10);
  });

  test('a code is used once, and the others stay', async () => {
    const account = someAccount();
    await codes().make(account, ten('a'), start);
    expect(await codes().use(account, ['of another key', 'a-3'], start, start)).toEqual({ is: 'used', left: 9 });
    expect(await codes().use(account, ['a-3'], start, start)).toEqual({ is: 'unknown' });
    expect(await codes().use(account, ['a-4'], start, start)).toEqual({ is: 'used', left: 8 });
    expect(await leftOf(account)).toBe(8);
  });

  test('a code that was made too lately is not used, and not used up', async () => {
    const account = someAccount();
    await codes().make(account, ten('a'), after(10));
    expect(await codes().find(account)).toEqual({ left: 10, madeAt: after(10) });
    expect(await codes().use(account, ['a-0'], after(20), after(9))).toEqual({ is: 'unknown' });
    expect(await codes().use(account, ['a-0'], after(20), after(10))).toEqual({ is: 'used', left: 9 });
  });

  test('that all are used differs from that none were made', async () => {
    const account = someAccount();
    await codes().make(account, ['only'], start);
    expect(await codes().use(account, ['only'], start, start)).toEqual({ is: 'used', left: 0 });
    expect(await leftOf(account)).toBe(0);
  });

  test('of fifty at the same time, over two instances, one uses a code', async () => {
    const account = someAccount();
    await codes().make(account, ten('a'), start);
    const instances = [store(), await another()] as const;
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        (instances[index % 2] ?? store()).recoveryCodes.use(account, ['a-0'], start, start),
      ),
    );
    expect(answers.filter(({ is }) => is === 'used')).toEqual([{ is: 'used', left: 9 }]);
  });

  test('a new set voids the older one at once', async () => {
    const account = someAccount();
    await codes().make(account, ten('a'), start);
    await codes().use(account, ['a-0'], start, start);
    await codes().make(account, ten('b'), after(1));
    expect(await leftOf(account)).toBe(10);
    expect(await codes().use(account, ['a-1'], after(1), after(1))).toEqual({ is: 'unknown' });
    expect(await codes().use(account, ['b-1'], after(1), after(1))).toEqual({ is: 'used', left: 9 });
  });

  test('of two sets that are made at the same time, one counts', async () => {
    const account = someAccount();
    const instances = [store(), await another()] as const;
    await Promise.all(
      ['a', 'b', 'c', 'd'].map((set, index) =>
        (instances[index % 2] ?? store()).recoveryCodes.make(account, ten(set), start),
      ),
    );
    expect(await leftOf(account)).toBe(10);
  });

  test('a code counts for its own account only', async () => {
    const [account, other] = [someAccount(), someAccount()];
    await codes().make(account, ten('a'), start);
    await codes().make(other, ten('b'), start);
    expect(await codes().use(other, ['a-0'], start, start)).toEqual({ is: 'unknown' });
    expect(await leftOf(account)).toBe(10);
  });

  test('they outlive a restart', async () => {
    const account = someAccount();
    await codes().make(account, ten('a'), start);
    await codes().use(account, ['a-0'], start, start);
    await restart();
    expect(await leftOf(account)).toBe(9);
    expect(await codes().use(account, ['a-0'], after(60), after(60))).toEqual({ is: 'unknown' });
  });

  test('whoever says that it was not them voids all of them, and none are made until the account is free again', async () => {
    const account = someAccount();
    const other = someAccount();
    await codes().make(account, ten('a'), start);
    await codes().make(other, ten('b'), start);
    const { id, actor } = await provenFlow(store(), { account });
    await movedBy(store(), id, { type: 'disowned', by: actor }, after(1));
    expect(await leftOf(account)).toBeUndefined();
    expect(await codes().use(account, ['a-0'], after(1), after(1))).toEqual({ is: 'unknown' });
    expect(await codes().make(account, ten('c'), after(2))).toBe('frozen');
    expect(await leftOf(account)).toBeUndefined();
    expect(await leftOf(other)).toBe(10);
    expect(await codes().make(account, ten('d'), after(24 * 3600 + 1))).toBe('made');
  });

  test('a decision that may ask for a second proof knows how many are left, and no other one reads them', async () => {
    const account = someAccount();
    await codes().make(account, ten('a'), start);
    const seen: (readonly [string, number | undefined])[] = [];
    const { id, actor } = await beginFlow(store());
    const tell = async (event: Parameters<typeof report>[2]) => {
      await report(store(), id, event, start, {
        decide: (_flow, { type }, known) => {
          seen.push([type, known.recoveryCodes?.left]);
          return { kind: 'ignored', because: 'stale' };
        },
      });
    };
    await tell({ type: 'person.identified', account, contacts: [] });
    await tell({ type: 'cancelled', by: knownActor(actor) });
    const proven = await provenFlow(store(), { account });
    await report(store(), proven.id, { type: 'account.inspected', facts: factsOfSome }, start, {
      decide: (_flow, { type }, known) => {
        seen.push([type, known.recoveryCodes?.left]);
        return { kind: 'ignored', because: 'stale' };
      },
    });
    expect(seen).toEqual([
      ['person.identified', 10],
      ['cancelled', undefined],
      ['account.inspected', 10],
    ]);
  });
}

const factsOfSome = {
  connection: 'CorpUsers',
  appMetadata: {},
  multifactor: false,
  disabled: false,
  choosesPassword: 'at-provider' as const,
};
