// What an account's record says of its contacts and of the chat people who are bound to it.
import type { Logger } from 'pino';
import type { Enrolments } from '../flows/enrolment-ports.ts';
import type { AccountId } from '../flows/ids.ts';
import type { Outcome } from '../flows/outcome.ts';
import type { Clock } from '../flows/ports.ts';
import { foldAddress, foldsToAscii } from '../text/case-folding.ts';
import { type Account, readAccount } from './account.ts';
import type { AccountRecords } from './account-records.ts';
import { everyContact } from './contacts.ts';
import { warnOfRecord } from './directory.ts';
import { type EmployeeRules, hasWorkEmail, isBelieved, isEmployee } from './employees.ts';
import {
  bindingOf,
  enrolledContact,
  isReadable,
  oldestFirst,
  type RecordChange,
  withActor,
} from './enrolment-record.ts';
import type { Management } from './management.ts';

export interface EnrolmentsParts extends EmployeeRules {
  readonly management: Management;
  readonly records: AccountRecords;
  readonly clock: Clock;
  readonly log: Logger;
}

export function createEnrolments(parts: EnrolmentsParts): Enrolments {
  const { management, records, clock, log } = parts;

  async function change(id: AccountId, changed: (account: Account) => RecordChange): Promise<Outcome<void>> {
    const reply = await records.inTurn(id, () => records.change(id, changed));
    return reply.ok ? { ok: true, value: undefined } : reply;
  }

  return {
    contacts: async (id) => {
      const reply = await readAccount(management, id);
      if (!reply.ok) return reply;
      const { linked, enrolment } = reply.value;
      if (!isReadable(enrolment)) warnOfRecord(log, id);
      const contacts = everyContact(linked).map((each) => enrolledContact(each, enrolment, clock.now()));
      return { ok: true, value: oldestFirst(contacts) };
    },
    isOwn: async (id, actor, workEmail) => {
      const reply = await readAccount(management, id);
      if (!reply.ok) return reply.failure.kind === 'absent' ? { ok: true, value: false } : reply;
      const account = reply.value;
      if (!isEmployee(account, parts) || account.isDisabled) return { ok: true, value: false };
      const isBound = bindingOf(account.enrolment, actor) === 'bound';
      return { ok: true, value: isBound || isNamed(account, workEmail, parts) };
    },
    bind: (id, actor) => change(id, ({ enrolment }) => withActor(enrolment, actor)),
  };
}

/** An address that is not believed leads to no account either when the person asks for a recovery. */
const isNamed = (account: Account, workEmail: string, rules: EmployeeRules): boolean =>
  !foldsToAscii(workEmail) && hasWorkEmail(account, foldAddress(workEmail)) && isBelieved(account, rules);
