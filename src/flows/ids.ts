// Branded identifiers and the only casts that make them.
declare const brand: unique symbol;
type Branded<Name extends string, Base> = Base & { readonly [brand]: Name };

/** One run of one request, 128 random bits, base64url. Safe to show to a client: it grants nothing. */
export type FlowId = Branded<'FlowId', string>;
/** The primary user id at the identity provider, e.g. `auth0|65a…`. */
export type AccountId = Branded<'AccountId', string>;
/** `platform:tenant:user`, as the platform authenticated it, e.g. `slack:T024BE7LD:U023BECGF`. */
export type ActorId = Branded<'ActorId', string>;
/** An enrolled passwordless identity, `email|…` or `sms|…`; an id, never the address. */
export type ContactRef = Branded<'ContactRef', string>;
/** The id of one delivery by an outside system. A repeated delivery has the same id. */
export type DeliveryId = Branded<'DeliveryId', string>;
/** Identifies one link of one flow. The token in the link is derived from it and cannot be computed without a secret key. */
export type LinkId = Branded<'LinkId', string>;
/** Milliseconds since 1970, UTC. */
export type Instant = Branded<'Instant', number>;

export const flowId = (value: string): FlowId => value as FlowId;
export const accountId = (value: string): AccountId => value as AccountId;
export const contactRef = (value: string): ContactRef => value as ContactRef;
export const deliveryId = (value: string): DeliveryId => value as DeliveryId;
export const linkId = (value: string): LinkId => value as LinkId;
export const instant = (epochMs: number): Instant => epochMs as Instant;
export const later = (from: Instant, seconds: number): Instant => (from + seconds * 1000) as Instant;
export const earliest = (a: Instant, b: Instant): Instant => (a < b ? a : b);
export const latest = (a: Instant, b: Instant): Instant => (a > b ? a : b);

/** An account behind an Active Directory connection: `ad|<connection>|<objectGUID>` (auth0/ad-ldap-connector, lib/profileMapper.js). */
export const livesInDirectory = (account: AccountId | undefined): boolean => account?.startsWith('ad|') === true;

/** The platform of people who typed a name, on a page or in the REST flow, in place of a chat that vouches for them. */
export const typedPlatform = 'web';

export interface ActorParts {
  readonly platform: string;
  readonly tenant: string;
  readonly user: string;
}
export const actorId = (parts: ActorParts): ActorId => `${parts.platform}:${parts.tenant}:${parts.user}` as ActorId;
/** For an id that `actorId` made, read back from storage. */
export const knownActor = (value: string): ActorId => value as ActorId;
export function actorParts(actor: ActorId): ActorParts {
  const [platform = '', tenant = '', ...user] = actor.split(':');
  return { platform, tenant, user: user.join(':') };
}

/** Whether a platform has authenticated this person. Otherwise they typed a name, and only a proof says whose account it is. */
export const isVouched = (actor: ActorId): boolean => actorParts(actor).platform !== typedPlatform;
