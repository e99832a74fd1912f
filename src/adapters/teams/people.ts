// The connector's own member record → whether this is an employee, and the work address that Entra has. Missing fields fail.
import { z } from 'zod';
import type { ActorId } from '../../flows/ids.ts';
import { failed, type Outcome, success } from '../../flows/outcome.ts';
import type { People, Person } from '../../flows/ports.ts';
import type { RefusedPerson } from '../../flows/state.ts';
import { foldCase, foldsToAscii } from '../../text/case-folding.ts';
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
      if (objectIdOf(actor, tenantId) === undefined) return strangerTo(actor);
      const reference = await references.find(actor);
      if (reference === undefined) return failed({ kind: 'absent', retry: 'never', cause: 'never-met' });
      const found = await roster.ask(actor, reference);
      if (found.ok) return success(judge(found.value, tenantId));
      if (isFinal(found.failure.kind)) await references.forget(actor);
      return found;
    },
  };
}

/** Teams will not answer otherwise later: the person has to turn up again. */
export const isFinal = (kind: string): boolean => kind === 'absent' || kind === 'refused';

function strangerTo(actor: ActorId): Outcome<Person> {
  if (!actor.startsWith(`${platform}:`)) return failed({ kind: 'absent', retry: 'never', cause: 'not-a-teams-user' });
  return success({ is: 'refused', because: 'external' });
}

const address = z.email();

function judge(member: MemberRecord, tenantId: string): Person {
  if (member.tenantId == null || sameCase(member.tenantId) !== tenantId) return refused('external');
  // Anonymous people have no object id and come no further than the payload; whatever else Teams invents is no employee.
  if (member.userRole !== 'user' || isGuestName(member.userPrincipalName)) return refused('guest');
  const workEmail = address.safeParse(member.email || member.userPrincipalName);
  if (!workEmail.success || foldsToAscii(workEmail.data)) return refused('unconfirmed-email');
  return { is: 'employee', workEmail: workEmail.data };
}

const refused = (because: RefusedPerson): Person => ({ is: 'refused', because });

/** How Entra names an account that belongs to another company. */
const isGuestName = (userPrincipalName: string | null | undefined): boolean =>
  userPrincipalName != null && foldCase(userPrincipalName).includes('#ext#');
