// What an account's record says of its contacts and of the chat people who are bound to it.
import type { Logger } from 'pino';
import type { Enrolments } from '../flows/enrolment-ports.ts';
import type { AccountId } from '../flows/ids.ts';
import type { Clock } from '../flows/ports.ts';
import { foldAddress, foldsToAscii } from '../text/case-folding.ts';
import { domainOf } from '../text/mail-domain.ts';
import { type Account, readAccount } from './account.ts';
import type { AccountRecords } from './account-records.ts';
import { everyEnrolled, warnOfRecord } from './directory.ts';
import { type EmployeeRules, hasWorkEmail, isBelieved, isEmployee } from './employees.ts';
import {
  bindingOf,
  boundPeople,
  isReadable,
  mustRest,
  newBindingOf,
  type RecordChange,
  withActor,
  withoutActor,
} from './enrolment-record.ts';
import type { Management } from './management.ts';

export interface EnrolmentsParts extends EmployeeRules {
  readonly management: Management;
  readonly records: AccountRecords;
  readonly clock: Clock;
  readonly log: Logger;
  /** In ASCII: no contact is used at these or below them. */
  readonly ownDomains: readonly string[];
  readonly coolOffMs: number;
}

export function createEnrolments(parts: EnrolmentsParts): Enrolments {
  const { management, records, clock, log, ownDomains, coolOffMs } = parts;
  const change = (id: AccountId, changed: (account: Account) => RecordChange) =>
    records.inTurn(id, () => records.change(id, changed));

  return {
    contacts: async (id) => {
      const reply = await readAccount(management, id);
      if (!reply.ok) return reply;
      if (!isReadable(reply.value.enrolment)) warnOfRecord(log, id);
      return { ok: true, value: everyEnrolled(reply.value, ownDomains, clock.now()) };
    },
    isOwn: async (id, actor, workEmail) => {
      const reply = await readAccount(management, id);
      if (!reply.ok) return reply.failure.kind === 'absent' ? { ok: true, value: false } : reply;
      const account = reply.value;
      if (!isEmployee(account, parts) || account.isDisabled) return { ok: true, value: false };
      const isBound = bindingOf(account.enrolment, actor) === 'bound';
      return { ok: true, value: isBound || isNamed(account, workEmail, parts) };
    },
    bind: async (id, actor, request, at) => {
      const reply = await change(id, (account) => {
        const rests = mustRest(account.enrolment, hasAnybody(account), at, coolOffMs);
        return withActor(account.enrolment, { actor, request, at, rests });
      });
      return reply.ok ? { ok: true, value: newBindingOf(reply.value.enrolment, actor, request) } : reply;
    },
    unbind: async (id, actor, request) => {
      let isOurs = false;
      const reply = await change(id, ({ enrolment }) => {
        const next = withoutActor(enrolment, actor, request);
        isOurs ||= next.is === 'change';
        return next;
      });
      // Deleted meanwhile: its record went with it.
      if (!reply.ok && reply.failure.kind !== 'absent') return reply;
      return { ok: true, value: isOurs ? 'unbound' : 'not-ours' };
    },
    boundPeople: async (id, at) => {
      const reply = await readAccount(management, id);
      if (!reply.ok) return reply;
      const people = boundPeople(reply.value.enrolment, coolOffMs, at);
      if (people === undefined) warnOfRecord(log, id);
      return { ok: true, value: people ?? [] };
    },
    workDomain: async (id) => {
      const reply = await readAccount(management, id);
      if (!reply.ok) return reply;
      return { ok: true, value: domainOf(reply.value.email ?? '') };
    },
  };
}

/** Somebody whom a new chat person could take something away from. An identity that cannot be read may be a contact. */
const hasAnybody = ({ enrolment, hasUnreadIdentity, linked }: Account): boolean =>
  enrolment.actors === undefined ||
  enrolment.actors.length > 0 ||
  hasUnreadIdentity ||
  linked.some(({ provider }) => provider === 'email' || provider === 'sms');

/** An address that is not believed leads to no account either when the person asks for a recovery. */
const isNamed = (account: Account, workEmail: string, rules: EmployeeRules): boolean =>
  !foldsToAscii(workEmail) && hasWorkEmail(account, foldAddress(workEmail)) && isBelieved(account, rules);
