// The passwordless users that hold an address before it is linked, and after it was unlinked. They are found by an address,
// but linked and deleted only by id, and only after a read by id has said that nobody has them.
import type { NewAddress } from '../flows/enrolment-ports.ts';
import { type AccountId, accountId, type ContactRef, contactRef } from '../flows/ids.ts';
import { foldCase } from '../text/case-folding.ts';
import { type Account, readAccount } from './account.ts';
import { endpoints } from './endpoints.ts';
import { type CallResult, malformed } from './errors.ts';
import type { Management } from './management.ts';
import { createdAnswer, createRequest, linkRequest, nothing } from './schemas.ts';

export interface PasswordlessUsers {
  /** `taken`: it is an account with other identities. `gone`: deleted, or linked to some account. */
  read(
    ref: ContactRef,
  ): Promise<CallResult<{ readonly is: 'loose'; readonly user: Account } | { readonly is: 'taken' | 'gone' }>>;
  /** `exists`: some user has the address, alone or linked. */
  create(to: NewAddress, isVerified: boolean): Promise<CallResult<ContactRef | 'exists'>>;
  link(account: AccountId, ref: ContactRef): Promise<CallResult<void>>;
  unlink(account: AccountId, ref: ContactRef): Promise<CallResult<void>>;
  /** Deletes it if it is loose and `may` agrees. */
  remove(ref: ContactRef, may: (user: Account) => boolean): Promise<CallResult<void>>;
}

export const refOf = (channel: NewAddress['channel'], identityId: string): ContactRef =>
  contactRef(`${channel}|${identityId}`);

/** The provider and the id at it. Undefined for the id of anything else. */
export function partsOf(ref: ContactRef): { readonly provider: 'email' | 'sms'; readonly id: string } | undefined {
  const parsed = linkRequest.safeParse({
    provider: ref.slice(0, Math.max(ref.indexOf('|'), 0)),
    user_id: ref.slice(ref.indexOf('|') + 1),
  });
  return parsed.success ? { provider: parsed.data.provider, id: parsed.data.user_id } : undefined;
}

export const isLinked = ({ linked }: Account, ref: ContactRef): boolean =>
  linked.some(({ provider, user_id: id }) => `${provider}|${id}` === ref);

/** Auth0 stores the addresses of passwordless users in lower case. */
export const isSameAddress = ({ channel, address }: NewAddress, other: string | undefined): boolean =>
  other !== undefined && (channel === 'email' ? foldCase(other) === foldCase(address) : other === address);

export const hasLinkedAddress = (linked: Account['linked'], to: NewAddress): boolean =>
  linked.some(
    ({ provider, profileData }) =>
      provider === to.channel &&
      isSameAddress(to, to.channel === 'email' ? profileData?.email : profileData?.phone_number),
  );

export const addressOf = (user: Account): string | undefined =>
  user.provider === 'email' ? user.email : user.phoneNumber;

export function createPasswordlessUsers(management: Management): PasswordlessUsers {
  const read: PasswordlessUsers['read'] = async (ref) => {
    const parts = partsOf(ref);
    if (parts === undefined) return malformed(endpoints.readUser, 'not the id of a contact');
    const reply = await readAccount(management, accountId(ref));
    if (!reply.ok) return reply.failure.kind === 'absent' ? { ok: true, value: { is: 'gone' } } : reply;
    const user = reply.value;
    const isAlone = user.linked.length === 0 && !user.hasUnreadIdentity && user.provider === parts.provider;
    return { ok: true, value: isAlone ? { is: 'loose', user } : { is: 'taken' } };
  };

  return {
    read,
    create: async ({ channel, address }, isVerified) => {
      const request = createRequest.parse(
        channel === 'email'
          ? { connection: 'email', email: address, email_verified: isVerified, verify_email: false }
          : { connection: 'sms', phone_number: address, phone_verified: isVerified },
      );
      const reply = await management.ask(endpoints.createUser, createdAnswer, (client, options) =>
        client.users.create(request, options),
      );
      if (!reply.ok) return reply.status === 409 ? { ok: true, value: 'exists' } : reply;
      const ref = contactRef(reply.value.user_id);
      const isOurs = partsOf(ref)?.provider === channel;
      return isOurs ? { ok: true, value: ref } : malformed(endpoints.createUser, 'another kind of user');
    },
    link: async (account, ref) => {
      const request = linkRequest.parse({ provider: partsOf(ref)?.provider, user_id: partsOf(ref)?.id });
      return management.ask(endpoints.linkIdentity, nothing, (client, options) =>
        client.users.identities.link(account, request, options),
      );
    },
    unlink: async (account, ref) => {
      const { provider, user_id: id } = linkRequest.parse({
        provider: partsOf(ref)?.provider,
        user_id: partsOf(ref)?.id,
      });
      return management.ask(endpoints.unlinkIdentity, nothing, (client, options) =>
        client.users.identities.delete(account, provider, id, options),
      );
    },
    remove: async (ref, may) => {
      const found = await read(ref);
      if (!found.ok) return found;
      if (found.value.is !== 'loose' || !may(found.value.user)) return { ok: true, value: undefined };
      const reply = await management.ask(endpoints.deleteUser, nothing, (client, options) =>
        client.users.delete(ref, options),
      );
      return !reply.ok && reply.failure.kind === 'absent' ? { ok: true, value: undefined } : reply;
    },
  };
}
