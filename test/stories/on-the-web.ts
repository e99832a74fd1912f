// Somebody who cannot reach chat, or says so: they typed a name, and the right code of a contact. The request is begun in the database, as
// the pages and the REST flow begin it, and from there on the product does the rest.
import { randomBytes } from 'node:crypto';
import { expect } from 'vitest';
import { decide } from '../../src/flows/decide.ts';
import {
  accountId,
  actorId,
  contactRef,
  deliveryId,
  type FlowId,
  flowId,
  instant,
  later,
  linkId,
  typedPlatform,
} from '../../src/flows/ids.ts';
import { defaultLimits } from '../../src/flows/limits.ts';
import { defaultContactRules, type GatedKind, type PolicyRules } from '../../src/flows/policy.ts';
import type { Checking, FlowState } from '../../src/flows/state.ts';
import { isStoreUnavailable } from '../../src/flows/store.ts';
import { openStore } from '../../src/store/store.ts';
import { eventually } from './chat.ts';
import { janesAccount } from './people.ts';
import type { Scene } from './story.ts';
import { operatorEnv } from './world.ts';

const policy: PolicyRules = {
  ...{ rules: [], binding: 'optional', hasHelpdesk: true, limits: defaultLimits, contacts: defaultContactRules },
  announcesRequests: true,
};

/** Auth0 sends a code to the contact, and accepts it. */
async function typesRightCode({ world, code }: Scene, address: string): Promise<void> {
  const client = {
    client_id: operatorEnv(world).AUTH0_CLIENT_ID,
    client_secret: operatorEnv(world).AUTH0_CLIENT_SECRET,
  };
  const start = { ...client, connection: 'email', email: address, send: 'code' };
  const json = { 'content-type': 'application/json' };
  const asked = { method: 'POST', headers: json, body: JSON.stringify(start) };
  expect((await fetch(`${world.auth0.url}/passwordless/start`, asked)).status).toBe(200);
  const grant = 'http://auth0.com/oauth/grant-type/passwordless/otp';
  const right = {
    ...client,
    grant_type: grant,
    realm: 'email',
    username: address,
    otp: code(address),
    scope: 'openid',
  };
  const typed = { method: 'POST', body: new URLSearchParams(right) };
  expect((await fetch(`${world.auth0.url}/oauth/token`, typed)).status).toBe(200);
}

/** The product works on the same database: whoever loses ten races against it tries again. */
const insisting = <T>(work: () => Promise<T>): Promise<{ readonly value: T }> =>
  eventually(
    () =>
      work().then(
        (value) => ({ value }),
        (error: unknown) => (isStoreUnavailable(error) ? undefined : Promise.reject(error)),
      ),
    () => 'the database stays locked',
  );

/** The last step of the proof: the code is right. `opensPage`: and everything until the page for a new password is open. */
export async function provesOnWeb(
  scene: Scene,
  kind: GatedKind,
  { account = janesAccount, opensPage = false }: { readonly account?: string; readonly opensPage?: boolean } = {},
): Promise<FlowId> {
  const { world, auth0 } = scene;
  const [contact] = auth0.user(account).contacts;
  await typesRightCode(scene, contact?.address ?? 'no address');
  const { value: store } = await insisting(() => openStore({ url: `sqlite:${world.databaseFile}` }));
  try {
    const now = instant(world.now());
    const visitor = actorId({ platform: typedPlatform, tenant: 'typed', user: randomBytes(16).toString('base64url') });
    const delivery = deliveryId(randomBytes(8).toString('hex'));
    const ref = contactRef(`email|${contact?.userId ?? 'none'}`);
    const checking: Checking = {
      ...{ at: 'checking', account: accountId(account), contact: ref, attemptsLeft: 2 },
      contacts: [{ ref, channel: 'email', masked: 'j•••@h•••.net' }],
      ...{ resendFrom: later(now, 60), codeUntil: later(now, 180), until: later(now, 900), checkUntil: later(now, 20) },
    };
    const intake = { delivery, actor: visitor, kind, at: now };
    const id = flowId(randomBytes(16).toString('base64url'));
    await insisting(() => store.begin({ intake, id, state: checking, effects: [], now }));
    const { value: applied } = await insisting(() =>
      store.apply({
        ...{ flow: id, event: { type: 'code.accepted' }, now },
        decide: (flow, event, known) => {
          const decision = decide(flow, flow.state, event, { ...known, now, policy, freshLink: linkId('unused') });
          if (!opensPage || decision.kind !== 'moved' || !('proof' in decision.state)) return decision;
          const { proof } = decision.state;
          const page: FlowState = {
            ...{ at: 'changing', account: checking.account, approvals: [], openedAt: now, until: later(now, 630) },
            ...(proof === undefined ? { proof: { channel: 'email', at: now } } : { proof }),
          };
          const effects = decision.effects.filter((effect) => effect.do !== 'inspect-account');
          return { ...decision, state: page, effects };
        },
      }),
    );
    expect(applied.kind).toBe('moved');
    return id;
  } finally {
    await store.close();
    world.pass(1);
  }
}

/** Where the request stands now. */
export async function standing(scene: Scene, id: FlowId, at: FlowState['at'], because?: string): Promise<void> {
  const { value: store } = await insisting(() => openStore({ url: `sqlite:${scene.world.databaseFile}` }));
  let last = '';
  try {
    await eventually(
      async () => {
        const { value: flow } = await insisting(() => store.read(id));
        const state = flow?.state;
        last = JSON.stringify(state);
        const isThere =
          state?.at === at && (state.at !== 'closed' || because === undefined || state.ending.because === because);
        return isThere ? true : undefined;
      },
      () => last,
    );
  } finally {
    await store.close();
  }
}
