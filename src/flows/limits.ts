// Every number with its reason. The policy may change those of `Limits`; the constants below are the product's own.

/** Durations in seconds, the rest are counts. Names and defaults are public: the policy file uses them. */
export interface Limits {
  /** Per code. The provider itself voids a code after three attempts, so a higher number has no effect. */
  readonly codeAttempts: number;
  /** Per account over all flows and platforms: guessing codes of one account for a day succeeds with a chance of at most 10 in 10⁶. */
  readonly codeFailuresPerDay: number;
  readonly resendSeconds: number;
  /** Per account over all flows: keeps a mailbox from being flooded and a phone bill from being run up. */
  readonly codesPerHour: number;
  readonly linkSeconds: number;
  readonly flowSeconds: number;
  readonly approvalSeconds: number;
  readonly unlocksPerDay: number;
}

export const defaultLimits: Limits = {
  codeAttempts: 3,
  codeFailuresPerDay: 10,
  resendSeconds: 60,
  codesPerHour: 3,
  linkSeconds: 600,
  flowSeconds: 900,
  approvalSeconds: 900,
  unlocksPerDay: 3,
};

/** A code lives 180 s at the provider by default (its connection option `totp.time_step`). */
export const codeSeconds = 180;
/** Longer than all timeouts of the check together, so that it passes only when a process was lost. */
export const checkSeconds = 45;
/** The same for sending a code to a new address, while its page waits. */
export const sendSeconds = 45;
/** The same for minting a ticket. */
export const openSeconds = 45;
/** The same for setting a password, while its page waits. */
export const setSeconds = 45;
/** How many passwords of one link reach the provider: its rules are told before and after each, so few people need more than two. */
export const passwordTries = 5;
/** How many old passwords of one request may be wrong. */
export const oldPasswordTries = 3;
/**
 * How long another request waits where nobody knows whether a code will still arrive. Longer than one try to send a code can
 * take, on our side (the lease on it) and inside the provider.
 */
export const adriftSeconds = 60;
/**
 * How often the page for a new password can be opened again after it was left. Each time costs a ticket, and the provider gives
 * few of them a minute to all people together.
 */
export const reopensAtMost = 3;
/**
 * How long a link that the provider mails may be used: then it is voided. Mail may be late, and somebody without their password may have
 * to find a device that still reads it. The provider's own limit is days, which is too long for a link that leads into an account.
 */
export const mailedSeconds = 3600;
/** How often a person may ask for the mail again in one request: each voids the one before. */
export const mailsAgainAtMost = 3;
/** The provider sends one mail a minute to an address after a burst (rate-limit configurations: `/dbconnections/change_password`). */
export const mailAgainSeconds = 60;
/** How long an account stays frozen after somebody said "it wasn't me". */
export const freezeSeconds = 24 * 3600;
/** How long after a proof the helpdesk is told that the person is verified, when they ask for help. */
export const proofSeconds = 3600;
/** Each set is announced to every older contact: without a limit one browser could fill their mailboxes. */
export const recoveryCodeSetsPerHour = 3;
/** How long after the end of a flow the person may still say "it wasn't me". */
export const disownSeconds = 24 * 3600;
/** How long an older contact may say "it wasn't me" about a change of the contacts: mail may be read a week later. */
export const noticeSeconds = 7 * 24 * 3600;
/** How long a flow in doubt waits for somebody of the helpdesk to look at it. */
export const doubtSeconds = 24 * 3600;
export const hourSeconds = 3600;
export const daySeconds = 24 * 3600;
export const monthSeconds = 30 * 24 * 3600;
/** How long after the end of a request a password change that is detected late is still reported to the person. */
export const lateNewsSeconds = 24 * 3600;
/** Two reports of a changed password that are closer than this are about one change. */
export const sameChangeSeconds = 60;
/** A report of a password that was changed without a request here is news for so long. An older one only repeats what is past. */
export const freshChangeSeconds = 900;
/** Tolerance between the provider's clock and ours. Nobody chooses a password within two seconds of opening the page. */
export const skewSeconds = 2;
/** The provider's log is a few seconds late. With this margin a change at the last moment is still detected. */
export const seenSeconds = 30;
