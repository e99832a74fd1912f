// What every database must do for the flows: the specification of `FlowStore`, run on each database.
import { afterEach, beforeEach, describe } from 'vitest';
import type { FlowStore } from '../../src/flows/store.ts';
import { openStore } from '../../src/store/store.ts';
import { accountContract } from './account-contract.ts';
import { enrolmentContract } from './enrolment-contract.ts';
import { instancesContract } from './instances-contract.ts';
import { intakeContract } from './intake-contract.ts';
import { keepingContract } from './keeping-contract.ts';
import { maintenanceContract } from './maintenance-contract.ts';
import { migrationContract } from './migration-contract.ts';
import { newerContract } from './newer-contract.ts';
import { occasionsContract } from './occasions-contract.ts';
import { operatorContract } from './operator-contract.ts';
import { outboxContract } from './outbox-contract.ts';
import { recoveryCodesContract } from './recovery-codes-contract.ts';
import { transitionContract } from './transition-contract.ts';
import { typedSessionsContract } from './typed-sessions-contract.ts';

/** An empty database for each test. */
export interface Harness {
  readonly url: () => string;
  readonly store: () => FlowStore;
  /** Opens another instance on the same database. */
  readonly another: () => Promise<FlowStore>;
  /** Ends every instance without completing anything, as a crash does, and starts a new one. */
  readonly restart: () => Promise<FlowStore>;
}

export function storeContract(name: string, emptyDatabase: () => Promise<string>): void {
  describe(`the store on ${name}`, () => {
    const open: FlowStore[] = [];
    let url = '';
    let store: FlowStore;

    const another = async () => {
      const opened = await openStore({ url });
      open.push(opened);
      return opened;
    };
    const closeAll = () => Promise.all(open.splice(0).map((opened) => opened.close()));
    const restart = async () => {
      await closeAll();
      store = await another();
      return store;
    };
    beforeEach(async () => {
      url = await emptyDatabase();
      store = await another();
    });
    afterEach(closeAll);

    const harness: Harness = { url: () => url, store: () => store, another, restart };
    describe('takes requests in', () => intakeContract(harness));
    describe('applies events', () => transitionContract(harness));
    describe('guards an account', () => accountContract(harness));
    describe('serves enrolment', () => enrolmentContract(harness));
    describe('keeps recovery codes', () => recoveryCodesContract(harness));
    describe('keeps sessions of people who typed a name', () => typedSessionsContract(harness));
    describe('hands out effects', () => outboxContract(harness));
    describe('keeps and forgets', () => keepingContract(harness));
    describe('notices who is gone', () => instancesContract(harness));
    describe('looks after itself', () => maintenanceContract(harness));
    describe('keeps what nobody asked for', () => occasionsContract(harness));
    describe('serves operators', () => operatorContract(harness));
    describe('migrates', () => migrationContract(harness));
    describe('works beside another release', () => newerContract(harness));
  });
}
