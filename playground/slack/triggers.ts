// Trigger ids: each opens one modal, once, within three seconds.
import { randomBytes } from 'node:crypto';

const LIFE_MS = 3000;
const MAX_REMEMBERED = 20_000;

type Trigger = {
  readonly userId: string;
  readonly viewId: string | undefined;
  readonly issuedAt: number;
  readonly realAt: number;
  isUsed: boolean;
};
type Redeemed =
  | { readonly ok: true; readonly userId: string; readonly viewId: string | undefined }
  | { readonly ok: false; readonly error: string };

export type Triggers = {
  /** `viewId` is the modal in which the person acted, if it was one: only then may another modal be pushed onto it. */
  issue(userId: string, viewId?: string): string;
  redeem(id: string): Redeemed;
};

export function createTriggers(now: () => number): Triggers {
  const triggers = new Map<string, Trigger>();
  return {
    issue(userId, viewId) {
      const id = `${randomBytes(6).readUIntBE(0, 6)}.${randomBytes(5).readUIntBE(0, 5)}.${randomBytes(16).toString('hex')}`;
      triggers.set(id, { userId, viewId, issuedAt: now(), realAt: performance.now(), isUsed: false });
      forgetOldest(triggers);
      return id;
    },
    redeem(id) {
      const trigger = triggers.get(id);
      if (trigger === undefined) return { ok: false, error: 'invalid_trigger_id' };
      if (trigger.isUsed) return { ok: false, error: 'exchanged_trigger_id' };
      // It expires by either clock: the real one for a slow product, the injected one for a test that moves time.
      if (now() - trigger.issuedAt > LIFE_MS || performance.now() - trigger.realAt > LIFE_MS)
        return { ok: false, error: 'expired_trigger_id' };
      trigger.isUsed = true;
      return { ok: true, userId: trigger.userId, viewId: trigger.viewId };
    },
  };
}

function forgetOldest(triggers: Map<string, Trigger>): void {
  if (triggers.size <= MAX_REMEMBERED) return;
  for (const id of triggers.keys()) return void triggers.delete(id);
}
