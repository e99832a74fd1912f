// Started by a test as a process of one release: store and engine of the given source tree, with outside systems that
// accept everything. It does what the test tells it, while its own loop works on the database like that of any
// instance.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { pino } from 'pino';
import type { FlowEvent } from '../../src/flows/event.ts';
import {
  type AccountId,
  accountId,
  actorParts,
  contactRef,
  deliveryId,
  flowId,
  instant,
  knownActor,
} from '../../src/flows/ids.ts';
import { defaultLimits } from '../../src/flows/limits.ts';
import { failed, success } from '../../src/flows/outcome.ts';
import type { FlowKind } from '../../src/flows/state.ts';

export type Order =
  | { readonly do: 'begin'; readonly actor: string; readonly kind: FlowKind }
  | { readonly do: 'deliver'; readonly flow: string; readonly event: FlowEvent }
  | { readonly do: 'submit-code'; readonly flow: string; readonly by: string }
  | { readonly do: 'read'; readonly flow: string }
  /** The accounts whose locks were lifted here, each as often as that happened. */
  | { readonly do: 'lifted' }
  | { readonly do: 'stop' };

const [, , root = '', url = ''] = process.argv;
const inTree = (path: string): string => pathToFileURL(join(root, path)).href;
const { openStore }: typeof import('../../src/store/store.ts') = await import(inTree('src/store/store.ts'));
const { createEngine }: typeof import('../../src/engine/engine.ts') = await import(inTree('src/engine/engine.ts'));

const lifted: AccountId[] = [];
/** `resettable`: as releases before this one call it. */
const facts = {
  ...{ connection: 'CorpUsers', multifactor: false, disabled: false, locked: true, resettable: true },
  choosesPassword: 'at-provider' as const,
};
/** Nobody enrols here. */
const none = async () => failed({ kind: 'refused', retry: 'never', cause: 'not of this test' } as const);
const world = {
  people: {
    lookUp: async (actor: string) =>
      success({ is: 'employee' as const, workEmail: actorParts(knownActor(actor)).user }),
  },
  directory: {
    match: async (email: string) => {
      const contacts = [{ ref: contactRef('email|1'), channel: 'email' as const, masked: 'j•••@g•••.com' }];
      return success({
        is: 'account' as const,
        account: accountId(`auth0|${email}`),
        binding: 'free' as const,
        contacts,
      });
    },
    bound: async () => success({ is: 'none' as const, because: 'absent' as const }),
    inspect: async (account: string) => success({ ...facts, appMetadata: { careful: account.includes('careful') } }),
    givenName: async () => success(undefined),
    owner: async () => success({ people: [] }),
    hasAddress: async () => success(false),
  },
  codes: { send: async () => success('email' as const), check: async () => success('accepted' as const) },
  tickets: {
    mint: async () => success({ is: 'ticket' as const, url: 'https://tenant.example/ticket' }),
    mail: async () => success('asked' as const),
    voidAll: async () => success(undefined),
  },
  locks: {
    lift: async (account: AccountId) => {
      lifted.push(account);
      return success('lifted' as const);
    },
    /** Called by the first release only. */
    isLocked: async () => success(false),
  },
  sessions: { end: async () => success('asked' as const) },
  presenter: { show: async () => success(undefined) },
  enrolments: { contacts: none, isOwn: none, bind: none, unbind: none, boundPeople: none, workDomain: none },
  newContacts: { start: none, check: none, link: none, unlink: none, discard: none, confirm: none },
  notices: { contactChanged: none, beforeRemoval: async () => async () => undefined },
  chatNotices: { tell: none },
  log: pino({ level: 'silent' }),
  noticeUrl: () => '',
};
const nothing = async () => success([]);

const store = await openStore({ url });
const clock = { now: () => instant(Date.now()) };
const engine = createEngine({
  store,
  clock,
  policy: {
    rules: [{ when: { app_metadata: { careful: true } }, unlock: { approvals: 2 } }],
    binding: 'optional',
    contacts: { coolOffHours: 24, blockedDomains: [], unconfirmed: 'usable' },
    hasHelpdesk: true,
    limits: defaultLimits,
  },
  world: {
    ...world,
    passwords: { page: none, set: none, settled: none },
    knownPasswords: { change: none },
    ...{ clock, bindings: store.bindings, occasions: store.occasions },
  },
  passwordChanges: { since: nothing, recorded: nothing },
  links: { urlOf: () => undefined, tokenOf: () => undefined, claimedFlow: () => undefined, opens: () => undefined },
  enrolment: {
    signIns: { begin: none, finish: none, wayOf: none },
    publicUrl: 'https://latchkey.example',
    keys: { sign: () => '', verify: () => false },
    rules: { blockedDomains: [], phoneCountries: [] },
    noticeLinks: { noticeUrl: () => '', openNotice: () => undefined },
  },
  recoveryCodes: {
    codes: store.recoveryCodes,
    keys: { sign: () => '', signAll: () => [] },
    random: () => new Uint8Array(8),
    coolOffHours: 24,
  },
  log: pino({ level: 'silent' }),
  observe: () => undefined,
  observeUnmatched: () => undefined,
  occasions: store.occasions,
  observeOccasion: () => undefined,
  // The previous release takes it here, this one at the start.
  ...{ onResumed: async () => undefined },
});
engine.start(() => undefined);

let nth = 0;
const delivery = () => deliveryId(`${process.pid}-${nth++}`);

async function carryOut(order: Order): Promise<unknown> {
  switch (order.do) {
    case 'begin': {
      const intake = {
        actor: knownActor(order.actor),
        kind: order.kind,
        delivery: delivery(),
        at: instant(Date.now()),
      };
      await engine.accept(intake);
      return (await engine.begin(intake)).id;
    }
    case 'deliver':
      return (await engine.deliver(flowId(order.flow), order.event, delivery())).kind;
    case 'submit-code':
      return (await engine.submitCode(flowId(order.flow), knownActor(order.by), '123456', delivery())).kind;
    case 'read':
      return (await store.read(flowId(order.flow)))?.state;
    case 'lifted':
      return lifted;
    case 'stop':
      await engine.stop();
      return store.close();
  }
}

process.on('message', async ({ id, order }: { readonly id: number; readonly order: Order }) => {
  const answer = await carryOut(order).then(
    (value) => ({ value }),
    (error: unknown) => ({ error: String(error) }),
  );
  process.send?.({ id, ...answer });
  if (order.do === 'stop') process.disconnect?.();
});
process.send?.({ id: -1 });
