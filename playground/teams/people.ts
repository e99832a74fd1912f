// The people of the emulated Entra tenants, and how the connector describes a member.

import type { Json } from '../json.ts';
import { personIdOf } from './identifiers.ts';
import type { Settings } from './settings.ts';

export type UserRole = 'user' | 'guest' | 'anonymous';

export type NewPerson = {
  /** The person's id here, also where Teams would not reveal it, as for anonymous people. */
  readonly aadObjectId: string;
  readonly name: string;
  readonly email?: string;
  /** Default: the e-mail address. */
  readonly upn?: string;
  /** Default `user`. */
  readonly userRole?: UserRole;
  /** The person's home tenant. Default: the bot's. */
  readonly tenantId?: string;
  readonly locale?: string;
  /** Whether the app is installed in the person's personal scope. Default true. */
  readonly isInstalled?: boolean;
  /** Merged over the member record that the connector returns; a value of undefined removes a field. */
  readonly record?: Json;
};

export type Person = {
  readonly aadObjectId: string;
  readonly teamsId: string;
  readonly name: string;
  readonly email: string | undefined;
  readonly upn: string | undefined;
  readonly userRole: UserRole;
  readonly tenantId: string;
  readonly locale: string;
  readonly record: Json;
  isInstalled: boolean;
  hasBlocked: boolean;
};

export function personOf(person: NewPerson, settings: Settings): Person {
  return {
    aadObjectId: person.aadObjectId,
    teamsId: personIdOf(settings.appId, person.aadObjectId),
    name: person.name,
    email: person.email,
    upn: person.upn ?? person.email,
    userRole: person.userRole ?? 'user',
    tenantId: person.tenantId ?? settings.tenantId,
    locale: person.locale ?? 'en-US',
    record: person.record ?? {},
    isInstalled: person.isInstalled ?? true,
    hasBlocked: false,
  };
}

/** An anonymous person has no object id and no addresses. Source: MicrosoftDocs/msteams-docs, get-teams-context. */
export function memberRecord(person: Person): Json {
  const { teamsId: id, name, tenantId, userRole } = person;
  if (userRole === 'anonymous') return { id, name, tenantId, userRole };
  const [givenName = name, ...rest] = name.split(' ');
  return {
    id,
    name,
    objectId: person.aadObjectId,
    aadObjectId: person.aadObjectId,
    givenName,
    surname: rest.join(' '),
    email: person.email,
    userPrincipalName: person.upn,
    tenantId,
    userRole,
    ...person.record,
  };
}

/** The tenant of the chat with this person: the bot's tenant for guests, otherwise the person's own. */
export function chatTenantOf(person: Person, settings: Settings): string {
  return person.userRole === 'user' ? person.tenantId : settings.tenantId;
}
