// All versions in which states and effects were ever stored, and how to convert each to the next one and back.
// A released version never changes: its rows and its shape are kept in test/store/released. See docs/decisions/0032.

/** A state or an effect as it is stored in JSON. */
export type Stored = Readonly<Record<string, unknown>>;

export interface VersionStep {
  /** From the version before to this one. */
  readonly upgrade: (older: Stored) => Stored;
  /** To the version before; undefined if that cannot express the value. The result, upgraded again, must equal the value. */
  readonly downgrade: (newer: Stored) => Stored | undefined;
}

/** Oldest first: the first one leads from version 1 to version 2. */
export type VersionSteps = readonly VersionStep[];

export const oldestVersion = 1;
export const newestOf = (steps: VersionSteps): number => oldestVersion + steps.length;

const isStored = (value: unknown): value is Stored =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export function upgraded(steps: VersionSteps, version: number, value: unknown): unknown {
  if (!isStored(value)) return value;
  return steps.slice(version - oldestVersion).reduce((older, step) => step.upgrade(older), value);
}

/** In the oldest version that can express all of it, so that a process of an earlier release can still read it. */
export function asOldAsPossible(
  steps: VersionSteps,
  newest: Stored,
): { readonly version: number; readonly value: Stored } {
  let oldest = { version: newestOf(steps), value: newest };
  for (const step of steps.toReversed()) {
    const older = step.downgrade(oldest.value);
    if (older === undefined) break;
    oldest = { version: oldest.version - 1, value: older };
  }
  return oldest;
}

/** Version 2: an approval may name the approver's account; a change no longer says whether the account was still locked. */
const stateVersion2: VersionStep = {
  upgrade: (state) => withChanges(state, ({ stillLocked: _stillLocked, ...change }) => change),
  downgrade: (state) =>
    namesApproversAccount(state) ? undefined : withChanges(state, (change) => ({ ...change, stillLocked: false })),
};

const namesApproversAccount = ({ approvals }: Stored): boolean =>
  Array.isArray(approvals) && approvals.some((approval) => isStored(approval) && 'account' in approval);

/** A password change is stored in the ending that it led to, or in `lateChange` beside another ending. */
function withChanges(state: Stored, convert: (change: Stored) => Stored): Stored {
  const { ending, lateChange } = state;
  return {
    ...state,
    ...(isStored(ending) && ending['because'] === 'password-changed' ? { ending: convert(ending) } : {}),
    ...(isStored(lateChange) ? { lateChange: convert(lateChange) } : {}),
  };
}

/**
 * Version 3: a code may have been taken for a proof that is too old; the page for a new password can be opened again; what waits for a
 * rate limit says until when, and an ending may be due to a limit or to missing rights.
 */
const stateVersion3: VersionStep = {
  upgrade: (state) => state,
  downgrade: (state) => (isOnlyInVersion3(state) ? undefined : state),
};

const addedInVersion3 = ['again', 'reopenedAt', 'before', 'checkFrom'];
const endingsOfVersion3: readonly unknown[] = ['not-permitted', 'limited', 'codes-limited'];

/** In a closed flow, `again` belongs to the ending, which is stored in an object of its own. */
const isOnlyInVersion3 = (state: Stored): boolean =>
  (state['at'] === 'challenged' && state['after'] === 'too-old') ||
  addedInVersion3.some((added) => Object.hasOwn(state, added)) ||
  (isStored(state['ending']) && endingsOfVersion3.includes(state['ending']['because']));

/**
 * Version 4: enrolment; a contact may be unconfirmed or too new; an account may need two proofs; an administrator may end a request, or
 * lift a pause; a request may only tell what was done without one, or asked for elsewhere; a directory may say why nothing is done, and
 * what is known of a lock and of failed sign-ins is kept; a password may be set from here; a known password may be changed; the provider
 * may mail its own link.
 */
const stateVersion4: VersionStep = {
  upgrade: (state) => state,
  downgrade: (state) => (isOnlyInVersion4(state) ? undefined : state),
};

const placesOfVersion4: readonly unknown[] = [
  'signing-in',
  'binding-actor',
  'managing',
  'sending-new',
  'challenged-new',
  'checking-new',
  'linking',
  'unlinking',
  'removing',
  'entering-recovery-code',
  'checking-recovery-code',
  'change-ready',
  'mailing',
  'choosing-password',
  'setting-password',
  'confirming-password',
];
const endingsOfVersion4: readonly unknown[] = [
  'enrolled',
  'contacts-resting',
  'contact-unconfirmed',
  'second-proof-impossible',
  'sign-in-needed',
  'operator',
  'changed-elsewhere',
  'requested-elsewhere',
  'contact-imported',
  'barred',
  'locked-again',
  'passwords-refused',
  'password-unconfirmed',
  'old-passwords-wrong',
  'password-blocked',
  'changed-too-soon',
];
const proofsOfVersion4: readonly unknown[] = ['sign-in', 'old-password'];
const addedInVersion4 = [
  ...['enrolment', 'undone', 'inPart', 'disconnects', 'first', 'remaining', 'removal', 'isHalfProven', 'pauseLiftedAt'],
  ...['lock', 'isHere', 'isKnown', 'byMail', 'mail'],
];

const isOnlyInVersion4 = (state: Stored): boolean =>
  placesOfVersion4.includes(state['at']) ||
  addedInVersion4.some((added) => Object.hasOwn(state, added)) ||
  (isStored(state['page']) && Object.hasOwn(state['page'], 'byMail')) ||
  (isStored(state['proof']) &&
    (Object.hasOwn(state['proof'], 'first') || proofsOfVersion4.includes(state['proof']['channel']))) ||
  (isStored(state['ending']) && endingsOfVersion4.includes(state['ending']['because'])) ||
  (Array.isArray(state['contacts']) &&
    state['contacts'].some((contact) => isStored(contact) && Object.hasOwn(contact, 'unconfirmed')));

/**
 * Version 2: the effects of enrolment, the check of a recovery code, a password that is set from here, a link that is mailed, and a
 * request that is announced.
 */
const effectVersion2: VersionStep = {
  upgrade: (effect) => effect,
  downgrade: (effect) => (effectsOfVersion2.includes(effect['do']) ? undefined : effect),
};

const effectsOfVersion2: readonly unknown[] = [
  'mail-link',
  'set-password',
  'change-password',
  'look-at-password',
  'check-recovery-code',
  'bind-actor',
  'unbind-actor',
  'send-new-code',
  'check-new-code',
  'link-contact',
  'unlink-contact',
  'confirm-contact',
  'discard-contact',
  'announce',
  'announce-request',
];

export const stateSteps: VersionSteps = [stateVersion2, stateVersion3, stateVersion4];
export const effectSteps: VersionSteps = [effectVersion2];
