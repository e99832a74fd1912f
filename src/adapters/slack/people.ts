// Slack's own user record → whether this is an employee, and the work email that Slack confirmed. A missing field is a reason to
// refuse, but for the flags of guests: Slack sets them where somebody is one. A flag in an odd form makes the whole record unreadable.
import { z } from 'zod';
import type { Called, NameOf } from '../../bot/display-names.ts';
import type { RefusedPerson } from '../../flows/ending.ts';
import { actorParts } from '../../flows/ids.ts';
import { failed, type Outcome, success } from '../../flows/outcome.ts';
import type { People, Person } from '../../flows/ports.ts';
import { bareAddress } from '../../text/case-folding.ts';
import { isMailAddress } from '../../text/mail-address.ts';
import { slackUser } from './actor.ts';
import type { SlackApi } from './client.ts';
import { type Installation, type Installed, isOwnTenant } from './installation.ts';
import { words } from './words.ts';

const flag = z.boolean().nullish();
const record = z.object({
  user: z.object({
    id: z.string(),
    team_id: z.string().nullish(),
    deleted: flag,
    is_bot: flag,
    is_restricted: flag,
    is_ultra_restricted: flag,
    is_stranger: flag,
    is_invited_user: flag,
    is_email_confirmed: flag,
    enterprise_user: z.object({ enterprise_id: z.string().nullish() }).nullish(),
    /** Both are only shown, so that an odd one refuses nobody. */
    name: z.string().nullish().catch(undefined),
    real_name: z.string().nullish().catch(undefined),
    profile: z.object({ email: z.string().nullish() }).nullish(),
  }),
});
type User = z.infer<typeof record>['user'];

export interface SlackPeople extends People {
  /** For cards on other platforms. Undefined if Slack does not know the person. */
  readonly nameOf: NameOf;
}

export function createPeople(api: SlackApi, installed: Installed): SlackPeople {
  const read = (user: string) =>
    api.call({ method: 'users.info', args: { user }, answer: record, lane: 'interactive', repeatable: true });
  return {
    async nameOf(actor) {
      const user = slackUser(actor);
      const found = user === undefined ? undefined : await read(user);
      return found?.ok === true ? calledIn(found.value.user) : undefined;
    },
    async lookUp(actor): Promise<Outcome<Person>> {
      const user = slackUser(actor);
      if (user === undefined) return failed({ kind: 'absent', retry: 'never', cause: 'not-a-slack-user' });
      const installation = await installed.read();
      if (!installation.ok) return installation;
      if (!isOwnTenant(installation.value, actorParts(actor).tenant)) return refused('external');
      const found = await read(user);
      if (!found.ok) return found;
      return judge(found.value.user, user, installation.value);
    },
  };
}

/** Slack gives every user a name that nobody else in the workspace has. Without one, the id tells people apart. */
export function calledIn({ id, name, real_name }: Pick<User, 'id' | 'name' | 'real_name'>): Called | undefined {
  if (!real_name) return undefined;
  const handle = name && /^[\w.-]{1,80}$/.test(name) ? `@${name}` : id;
  return { name: real_name, handle: words.handle(handle) };
}

const refused = (because: RefusedPerson): Outcome<Person> => success({ is: 'refused', because });

/** No single field of Slack proves that somebody is external, so everybody who is not provably of this company counts as external. */
function judge(user: User, asked: string, installation: Installation): Outcome<Person> {
  if (user.id !== asked) return failed({ kind: 'malformed', retry: 'never', cause: 'another-user' });
  if (user.is_bot !== false || user.id === 'USLACKBOT') return refused('bot');
  if (user.deleted !== false) return refused('deactivated');
  if (user.is_stranger === true || !isInternal(user, installation)) return refused('external');
  if (user.is_invited_user === true) return refused('invited');
  if (user.is_restricted === true || user.is_ultra_restricted === true) return refused('guest');
  const workEmail = bareAddress(user.profile?.email ?? '');
  // Slack may have confirmed an address that another system would read as somebody else's.
  if (user.is_email_confirmed !== true || !isMailAddress(workEmail)) return refused('unconfirmed-email');
  return success({ is: 'employee', workEmail });
}

function isInternal(user: User, { teamId, enterpriseId }: Installation): boolean {
  if (user.team_id === teamId) return true;
  return enterpriseId !== undefined && user.enterprise_user?.enterprise_id === enterpriseId;
}
