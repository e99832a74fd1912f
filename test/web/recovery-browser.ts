// The pages under /recover with a stand-in behind them that knows one name and one code, and shows what a test wants.
import { freePort } from '../../playground/free-port.ts';
import { copy } from '../../src/bot/copy/language.ts';
import { createRecoveryView } from '../../src/bot/recovery-view.ts';
import { accountId, actorId, flowId, type Instant, instant } from '../../src/flows/ids.ts';
import type { ProvenAct, RecoveryAccess } from '../../src/flows/recovery-access.ts';
import type { Flow, FlowState } from '../../src/flows/state.ts';
import { createSigningKeys, deriveKeys } from '../../src/signing-keys.ts';
import type { ProofKeys } from '../../src/web/self-proof.ts';
import { keyOf } from './enrolment-stand-in.ts';
import { createStandIn, liveToken } from './stand-in.ts';

export const rightCode = '918273';
export const account = accountId('auth0|1');

export interface RecoveryMemory {
  state: FlowState;
  readonly names: string[];
  readonly lanes: string[];
  readonly acts: ProvenAct[];
  /** How long the next names have to wait, in milliseconds. */
  crowdedMs: number | undefined;
  left: number;
}

const now = (): Instant => instant(Date.now());
const proof = { channel: 'email' as const, at: now() };

export const proven: FlowState = { at: 'inspecting', account, proof, delayed: false, until: now() };

function createAccess(memory: RecoveryMemory): RecoveryAccess {
  let sessions = 0;
  return {
    begin(kind) {
      sessions += 1;
      return { id: `session-${sessions}`, kind };
    },
    async identify(_session, name, lane = 'usual') {
      if (memory.crowdedMs !== undefined) return { is: 'crowded', inMs: memory.crowdedMs };
      memory.names.push(name);
      memory.lanes.push(lane);
      return { is: 'asked' };
    },
    standing: async ({ claim }) => (claim === 'right' ? 'proven' : 'asked'),
    async check(_session, typed) {
      if (!/^\d{6}$/.test(typed)) return { is: 'not-a-code' };
      if (typed === rightCode) return { is: 'accepted', claim: 'right' };
      memory.left -= 1;
      return { is: 'wrong', claim: 'wrong', left: memory.left };
    },
    resend: async () => ({ is: 'sent' }),
    proven: async ({ claim, kind }) => (claim === 'right' ? flowIn(memory.state, kind) : undefined),
    end: async () => undefined,
    actorOf: ({ id }) => actorId({ platform: 'web', tenant: 'typed', user: id }),
    async act(_session, act) {
      memory.acts.push(act);
      return act.do === 'submit-code' && !/^\d{6}$/.test(act.typed) ? 'not-a-code' : 'done';
    },
    tokenOf: ({ state }) => (state.at === 'link-ready' || state.at === 'changing' ? liveToken : undefined),
  };
}

const flowIn = (state: FlowState, kind: 'reset' | 'unlock' = 'reset'): Flow => ({
  id: flowId('F'.repeat(22)),
  ...{ kind, state, version: 3, startedAt: now() },
  actor: actorId({ platform: 'web', tenant: 'typed', user: 'one' }),
});

export async function serveRecovery(contact?: string, proofKeys?: ProofKeys) {
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  const memory: RecoveryMemory = {
    ...{ state: proven, names: [], lanes: [], acts: [], crowdedMs: undefined, left: 3 },
  };
  const keys = [keyOf('a')];
  const { server, lines } = await createStandIn({
    publicUrl: origin,
    ...(proofKeys === undefined ? {} : { proofKeys }),
    recovery: {
      access: createAccess(memory),
      viewOf: createRecoveryView({ copy, clock: { now }, isHelpdeskTold: true }),
      clock: { now },
      cookieKeys: deriveKeys(keys, 'recovery-cookie'),
      formKeys: createSigningKeys(keys),
      proof: 'email',
      resendSeconds: 60,
      ...(contact === undefined ? {} : { contact }),
    },
  });
  await server.listen({ host: '127.0.0.1', port });
  return { origin, memory, lines, close: () => server.close() };
}
