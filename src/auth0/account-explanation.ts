// Why an address leads to an account or not, and which of its contacts can be used, for the operator. Reads only. No address leaves it.

import type { Channel, EnrolledContact } from '../flows/contact.ts';
import { type AccountId, type ActorId, knownActor } from '../flows/ids.ts';
import type { Outcome } from '../flows/outcome.ts';
import type { Clock, NoContact } from '../flows/ports.ts';
import { foldCase } from '../text/case-folding.ts';
import { accountFrom, readAccount } from './account.ts';
import { contactsOf, examinedContacts, maskedContact } from './contacts.ts';
import { usersWith } from './directory.ts';
import { type EmployeeRules, hasWorkEmail, isBelieved, isEmployee } from './employees.ts';
import { enrolledContact, oldestFirst } from './enrolment-record.ts';
import type { Management } from './management.ts';

/** A user with this address. `counts`: it may be the account; of several that count, none is chosen. */
export interface Candidate {
  readonly account: AccountId;
  readonly connection: string;
  readonly verdict: 'counts' | 'other-connection' | 'unverified';
}

export interface ExplainedAccount {
  readonly connection: string;
  readonly contacts: readonly EnrolledContact[];
  /** Linked to the account, but never offered. */
  readonly unusable: readonly {
    readonly channel: Channel;
    readonly masked: string;
    readonly because: Exclude<NoContact, 'no-contact'>;
  }[];
  /** The chat people who are bound to it; undefined: the record cannot be read, and counts as naming others. */
  readonly bound: readonly ActorId[] | undefined;
}

export interface Explanations {
  candidates(workEmail: string): Promise<Outcome<readonly Candidate[]>>;
  account(account: AccountId): Promise<Outcome<ExplainedAccount>>;
}

export interface ExplanationParts extends EmployeeRules {
  readonly management: Management;
  readonly ownDomains: readonly string[];
  readonly clock: Clock;
}

export function createExplanations(parts: ExplanationParts): Explanations {
  const { management, ownDomains, clock } = parts;
  return {
    async candidates(workEmail) {
      const found = await usersWith(management, workEmail);
      if (!found.ok) return found;
      const accounts = found.value.flatMap((each) => (each.is === 'user' ? [accountFrom(each.user)] : []));
      const named = [...new Map(accounts.map((account) => [account.id, account])).values()].filter((account) =>
        hasWorkEmail(account, foldCase(workEmail)),
      );
      const verdictOn = (account: (typeof named)[number]): Candidate['verdict'] => {
        if (!isEmployee(account, parts)) return 'other-connection';
        return isBelieved(account, parts) ? 'counts' : 'unverified';
      };
      const value = named.map((account) => ({
        ...{ account: account.id, connection: account.connection, verdict: verdictOn(account) },
      }));
      return { ok: true, value };
    },
    async account(id) {
      const reply = await readAccount(management, id);
      if (!reply.ok) return reply;
      const { linked, email, enrolment, connection } = reply.value;
      const contacts = oldestFirst(
        contactsOf(linked, email, ownDomains).map((each) =>
          enrolledContact(maskedContact(each), enrolment, clock.now()),
        ),
      );
      const unusable = examinedContacts(linked, email, ownDomains);
      return { ok: true, value: { connection, contacts, unusable, bound: enrolment.actors?.map(knownActor) } };
    },
  };
}
