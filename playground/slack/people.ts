// The people of the workspace, and the user record that Slack returns for them.
import type { Json } from '../json.ts';
import type { Settings } from './settings.ts';

type PersonFlag = 'deleted' | 'is_bot' | 'is_restricted' | 'is_ultra_restricted' | 'is_stranger' | 'is_invited_user';

export type NewPerson = { readonly [flag in PersonFlag]?: boolean } & {
  readonly id: string;
  readonly name: string;
  readonly realName?: string;
  readonly email?: string;
  readonly isEmailConfirmed?: boolean;
  readonly teamId?: string;
  readonly enterpriseId?: string;
  /** Merged over the record that `users.info` returns; a value of undefined removes a field. */
  readonly record?: Json;
};

export type Person = NewPerson & { readonly realName: string; readonly teamId: string };

export function personOf(person: NewPerson, settings: Settings): Person {
  return { ...person, realName: person.realName ?? person.name, teamId: person.teamId ?? settings.teamId };
}

/** The object of `users.info`. It has the email only if the token's scopes allow it. */
export function userRecord(person: Person, settings: Settings, mayReadEmail: boolean): Json {
  const enterpriseId = person.enterpriseId ?? settings.enterpriseId;
  return {
    id: person.id,
    team_id: person.teamId,
    name: person.name,
    deleted: person.deleted ?? false,
    real_name: person.realName,
    tz: 'Europe/Berlin',
    tz_label: 'Central European Time',
    tz_offset: 3600,
    profile: profileOf(person, mayReadEmail),
    is_admin: false,
    is_owner: false,
    is_primary_owner: false,
    is_restricted: person.is_restricted ?? false,
    is_ultra_restricted: person.is_ultra_restricted ?? false,
    is_bot: person.is_bot ?? false,
    is_app_user: false,
    updated: Math.floor(settings.now() / 1000),
    is_email_confirmed: person.isEmailConfirmed ?? true,
    ...(person.is_stranger === undefined ? {} : { is_stranger: person.is_stranger }),
    ...(person.is_invited_user === undefined ? {} : { is_invited_user: person.is_invited_user }),
    ...(enterpriseId === undefined
      ? {}
      : { enterprise_user: { id: person.id, enterprise_id: enterpriseId, teams: [person.teamId] } }),
    ...person.record,
  };
}

function profileOf(person: Person, mayReadEmail: boolean): Json {
  return {
    real_name: person.realName,
    real_name_normalized: person.realName,
    display_name: person.name,
    display_name_normalized: person.name,
    team: person.teamId,
    ...(mayReadEmail && person.email !== undefined ? { email: person.email } : {}),
  };
}
