// Decides from the connector's member record whether a person is an employee, and reads their work address. What is said and odd
// refuses. Where nothing is said of role or tenant, the rest decides: who is asked for was confirmed as a user of this tenant.

import type { RefusedPerson } from '../../flows/ending.ts';
import type { ActorId } from '../../flows/ids.ts';
import { failed, isFinal, type Outcome, success } from '../../flows/outcome.ts';
import type { People, Person } from '../../flows/ports.ts';
import { bareAddress, foldCase } from '../../text/case-folding.ts';
import { isMailAddress } from '../../text/mail-address.ts';
import { objectIdOf, platform, sameCase } from './actor.ts';
import type { MemberRecord } from './payload.ts';
import type { TeamsReferences } from './references.ts';
import type { Roster } from './roster.ts';

export function createPeople(options: {
  readonly references: TeamsReferences;
  readonly roster: Roster;
  readonly tenantId: string;
}): People {
  const { references, roster, tenantId } = options;
  return {
    async lookUp(actor): Promise<Outcome<Person>> {
      if (objectIdOf(actor, tenantId) === undefined) return foreignActor(actor);
      const reference = await references.find(actor);
      if (reference === undefined) return failed({ kind: 'absent', retry: 'never', cause: 'never-met' });
      const found = await roster.ask(actor, reference);
      if (found.ok) return success(judge(found.value, tenantId));
      // The person has to write to the bot again first.
      if (isFinal(found.failure.kind)) await references.forget(actor);
      return found;
    },
  };
}

function foreignActor(actor: ActorId): Outcome<Person> {
  if (!actor.startsWith(`${platform}:`)) return failed({ kind: 'absent', retry: 'never', cause: 'not-a-teams-user' });
  return success({ is: 'refused', because: 'external' });
}

function judge({ tenantId: home, userRole, email, userPrincipalName }: MemberRecord, tenantId: string): Person {
  if (home != null && sameCase(home) !== tenantId) return refused('external');
  // Anonymous users have no object id, so they were refused before. Any other role that Teams may add later is not an employee.
  if ((userRole != null && userRole !== 'user') || isGuestName(userPrincipalName)) return refused('guest');
  const workEmail = bareAddress(email || userPrincipalName || '');
  return isMailAddress(workEmail) ? { is: 'employee', workEmail } : refused('unconfirmed-email');
}

const refused = (because: RefusedPerson): Person => ({ is: 'refused', because });

/** Entra puts `#EXT#` into the name of an account that belongs to another company. */
const isGuestName = (userPrincipalName: string | null | undefined): boolean =>
  userPrincipalName != null && foldCase(userPrincipalName).includes('#ext#');
