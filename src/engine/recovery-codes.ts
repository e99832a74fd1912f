// Makes recovery codes and looks at one that was typed. A code exists only in the call that shows it or carries it: what is stored is a
// keyed hash, of account and code together.
import type { Logger } from 'pino';
import type { AccountId, Instant } from '../flows/ids.ts';
import type { Clock } from '../flows/ports.ts';
import { recoveryCodesFrom } from '../flows/second-proof.ts';
import type { Flow } from '../flows/state.ts';
import { isStoreUnavailable, type RecoveryCodes } from '../flows/store.ts';
import { readRecoveryCode, writeRecoveryCode } from '../text/recovery-code.ts';
import type { Deliver } from './deliver.ts';

/** Signs with the first key; a code that was hashed with an earlier one is still found. */
export interface RecoveryCodeKeys {
  sign(purpose: 'recovery-code', text: string): string;
  signAll(purpose: 'recovery-code', text: string): readonly string[];
}

export interface RecoveryCodeParts {
  readonly codes: RecoveryCodes;
  readonly keys: RecoveryCodeKeys;
  /** How long new codes cannot be used. */
  readonly coolOffHours: number;
  /** Cryptographically random. */
  readonly random: (bytes: number) => Uint8Array;
}

/** As many as other products give: they last for years, and fit on a card. */
const codesInSet = 10;
const bytesInCode = 8;

export interface MadeRecoveryCodes {
  readonly codes: readonly string[];
  /** They cannot be used before; absent: at once. */
  readonly usableFrom?: Instant;
}

/** Secrets: they are shown once, and kept nowhere. The account's earlier codes are void. */
export async function makeRecoveryCodes(
  account: AccountId,
  now: Instant,
  { codes, keys, random, coolOffHours }: RecoveryCodeParts,
): Promise<MadeRecoveryCodes | 'frozen'> {
  const made = Array.from({ length: codesInSet }, () => writeRecoveryCode(random(bytesInCode)));
  const hashes = made.map((code) => keys.sign('recovery-code', hashedText(account, readRecoveryCode(code) ?? '')));
  if ((await codes.make(account, hashes, now)) === 'frozen') return 'frozen';
  const from = recoveryCodesFrom(now, coolOffHours);
  return { codes: made, ...(from > now ? { usableFrom: from } : {}) };
}

const hashedText = (account: AccountId, code: string): string => `${account} ${code}`;

/**
 * Looks at a code whose attempt is already counted, and uses it up. If the process dies before the flow has learned that it was right,
 * the flow goes back to the input at its own deadline: that code is lost, and the person takes another one.
 */
export async function checkRecoveryCode(
  flow: Flow,
  account: AccountId,
  code: string,
  parts: Omit<RecoveryCodeParts, 'random'> & {
    readonly clock: Clock;
    readonly deliver: Deliver;
    readonly log: Logger;
  },
): Promise<void> {
  const { codes, keys, coolOffHours, clock, deliver, log } = parts;
  // `asOf`: another instance may have taken over and returned the flow to the input, where another code may be under way.
  const asOf = { asOf: flow.version };
  try {
    const candidates = keys.signAll('recovery-code', hashedText(account, code));
    const now = clock.now();
    // Asked again here: a newer set may have taken the place of the one that the request knows of.
    const used = await codes.use(account, candidates, now, recoveryCodesFrom(now, -coolOffHours));
    if (used.is === 'unknown') await deliver(flow.id, { type: 'recovery-code.rejected' }, asOf);
    else await deliver(flow.id, { type: 'recovery-code.accepted', left: used.left }, asOf);
  } catch (error) {
    log.error({ flow: flow.id, err: error }, 'a recovery code could not be looked at');
    // Where the database takes this no more either, the flow's own deadline returns it to the input. The attempt stays counted.
    if (isStoreUnavailable(error)) await returnToInput(flow, parts);
  }
}

async function returnToInput(
  flow: Flow,
  { deliver, log }: { readonly deliver: Deliver; readonly log: Logger },
): Promise<void> {
  try {
    await deliver(flow.id, { type: 'recovery-code.unchecked' }, { asOf: flow.version });
  } catch (error) {
    log.warn(
      { flow: flow.id, err: error },
      'a request waits for its deadline, because a recovery code could not be looked at',
    );
  }
}
