// `latchkey work list|retry|drop`: orders that were given up, are in doubt or wait; another try of one, or its end.
import type { Policy } from '../config/policy/policy-file.ts';
import { eventOnGivingUp } from '../engine/giving-up.ts';
import { decide } from '../flows/decide.ts';
import { linkId } from '../flows/ids.ts';
import type { Flow } from '../flows/state.ts';
import type { Transition } from '../flows/store.ts';
import type { RequestEntry } from '../store/operator/requests.ts';
import type { OrderEntry } from '../store/operator/work.ts';
import { type Arguments, readChoice, usageError } from './arguments.ts';
import {
  carryOut,
  clock,
  complain,
  confirm,
  limitOf,
  type Operator,
  print,
  printJson,
  table,
  time,
} from './operator.ts';
import { type OperatorAction, operatorCommand } from './operator-command.ts';
import { operatorDeliver, rulesOf } from './operator-events.ts';
import { adviceOnRetry, nameOf, orderShown } from './orders.ts';

const states = ['given-up', 'in-doubt', 'waiting', 'all'];

const oneOrder = [1, 'the id of one order, or its beginning; `work list` shows them'] as const;

export const work = operatorCommand('work', '`work list`, `work retry ID` or `work drop ID --because TEXT`', {
  list: {
    ...{ flags: ['json'], values: ['state', 'limit', 'after'] },
    ...{ words: [0, 'no more words, only options'], run: list },
  },
  retry: {
    ...{ flags: ['yes'], values: ['by', 'because'], words: oneOrder },
    run: withOne({ order: retry, request: retryDoubt }),
  },
  drop: {
    ...{ flags: ['yes'], values: ['by', 'because'], words: oneOrder },
    run: withOne({ order: drop, request: noDrop }),
  },
});

interface Runs {
  readonly order: (operator: Operator, args: Arguments, order: OrderEntry, policy: Policy) => Promise<number>;
  readonly request: (operator: Operator, args: Arguments, request: RequestEntry, policy: Policy) => Promise<number>;
}

/** 1 where none, or more than one, begins like the word. */
function withOne(runs: Runs): OperatorAction['run'] {
  return async (operator, args, { policy }) => {
    const found = await findOne(operator, args.words[0] ?? '');
    if (found === undefined) return 1;
    return found.is === 'request'
      ? runs.request(operator, args, found.request, policy)
      : runs.order(operator, args, found.order, policy);
  };
}

async function list({ store }: Operator, args: Arguments): Promise<number> {
  const limit = limitOf(args);
  const named = args.value('state');
  const state = named === undefined ? undefined : readChoice('state', named, states);
  const after = args.value('after');
  if (after !== undefined && (state === undefined || state === 'all' || state === 'in-doubt'))
    throw usageError('--after goes with --state given-up or --state waiting');
  const wants = (one: string): boolean =>
    state === one || state === 'all' || (state === undefined && one !== 'waiting');
  const given = wants('given-up') ? await store.work.givenUp(limit + 1, after) : [];
  const waiting = wants('waiting') ? await store.work.waiting(limit + 1, after) : [];
  const doubtful = wants('in-doubt') ? await store.requests.list({ state: 'in-doubt' }, limit) : [];
  const orders = [...given.slice(0, limit), ...waiting.slice(0, limit)];
  const next = (waiting.length > limit ? waiting : given.length > limit ? given : [])[limit - 1]?.key;
  if (args.has('json')) {
    const requests = doubtful.map(({ id, actor, startedAt }) => ({ id, actor, startedAt: time(startedAt) }));
    printJson({ orders: orders.map(orderShown), inDoubt: requests, ...(next === undefined ? {} : { next }) });
    return 0;
  }
  if (orders.length + doubtful.length === 0) print('There is none.');
  if (orders.length > 0) print(table(['id', 'order', 'state', 'ordered', 'tries', 'failure'], orders.map(row)));
  for (const { id, actor } of doubtful)
    print(`${id}  the unlock of ${actor} is in doubt: nobody knows whether it was carried out`);
  if (next !== undefined)
    print(`There are more: --state ${waiting.length > limit ? 'waiting' : 'given-up'} --after ${next}`);
  return 0;
}

const row = (order: OrderEntry): readonly string[] => [
  ...[order.key, nameOf(order.effect), order.state, time(order.orderedAt)],
  ...[`${order.tries}${order.isInDoubt ? ', one in doubt' : ''}`, order.failure ?? '–'],
];

type Found =
  | { readonly is: 'order'; readonly order: OrderEntry }
  | { readonly is: 'request'; readonly request: RequestEntry };

/** An order, or a request whose unlock is in doubt. */
async function findOne({ store }: Operator, prefix: string): Promise<Found | undefined> {
  const orders = await store.work.find(prefix);
  const requests = (await store.requests.find(prefix)).filter(({ at }) => at === 'in-doubt');
  const found: readonly Found[] = requests.some(({ id }) => id === prefix)
    ? requests.map((request) => ({ is: 'request', request }))
    : [
        ...orders.map((order): Found => ({ is: 'order', order })),
        ...requests.map((request): Found => ({ is: 'request', request })),
      ];
  const [one, ...more] = found;
  if (one === undefined) complain('there is no order with this id. `work list --state all` shows all that there are');
  else if (more.length > 0)
    complain(
      `several begin like this. Write more of the id: ${found
        .map((each) => (each.is === 'order' ? each.order.key : each.request.id))
        .join(', ')}`,
    );
  return more.length > 0 ? undefined : one;
}

const becauseOf = (args: Arguments) => {
  const because = args.value('because');
  return because === undefined ? {} : { because };
};

async function retryDoubt(operator: Operator, args: Arguments, request: RequestEntry, policy: Policy): Promise<number> {
  const question = `This lifts the lock of the account of ${request.actor} once more. They have proven who they are, and it was approved where the policy asks for that. If it was done already, nothing changes.`;
  if (!(await confirm(args, question))) return 1;
  return carryOut(operator, { did: 'work retry', about: request.id, ...becauseOf(args) }, async () => {
    const applied = await operatorDeliver(operator.store, policy)(request.id, { type: 'operator.retried' });
    if (applied.kind === 'moved') return { done: true, says: 'The unlock is ordered again.' };
    const isPaused = applied.kind === 'ignored' && applied.because === 'too-soon';
    return {
      done: false,
      says: isPaused
        ? 'the account is paused because somebody said "It wasn\'t me": see `latchkey pauses list`'
        : 'this request is not in doubt any more',
    };
  });
}

async function noDrop(): Promise<number> {
  complain('nobody knows whether this unlock was carried out. End its request: `latchkey requests end ID`');
  return 1;
}

async function retry(operator: Operator, args: Arguments, order: OrderEntry, policy: Policy): Promise<number> {
  const { store } = operator;
  if (order.state === 'running') return isRunning();
  const flow = await store.flows.read(order.flow).catch(() => undefined);
  const advice = adviceOnRetry(order, flow, policy.limits, clock.now());
  if (!advice.may) {
    complain(`this order is not tried again: ${advice.why}`);
    return 1;
  }
  if (!(await confirm(args, `${nameOf(order.effect)}: ${advice.means}`))) return 1;
  return carryOut(operator, { did: 'work retry', about: order.key, ...becauseOf(args) }, async () => {
    const now = clock.now();
    const done =
      order.state === 'given-up' ? await store.work.orderAgain(order.key, now) : await store.work.hurry(order.key, now);
    return done
      ? {
          done,
          says: 'It is tried within seconds, if a server runs. `latchkey work list --state all` shows it until it is done.',
        }
      : { done, says: 'it was carried out, or somebody else was faster' };
  });
}

function isRunning(): number {
  complain('a server is carrying it out at this moment. Try again in a minute');
  return 1;
}

async function drop(operator: Operator, args: Arguments, order: OrderEntry, policy: Policy): Promise<number> {
  const { store } = operator;
  if (order.state === 'running') return isRunning();
  const because = args.value('because');
  if (because === undefined) throw usageError('this needs --because TEXT: others must be able to read why');
  const safety = order.effect !== undefined && protects.has(order.effect.do);
  const question = `This forgets the order "${nameOf(order.effect)}" of ${order.flow} for good.${safety ? ' It protects the account: do by hand at Auth0 what it was to do.' : ''}${order.state === 'waiting' ? ' A request that waits for it is told that it failed.' : ''}`;
  if (!(await confirm(args, question))) return 1;
  const act = { did: 'work drop', about: order.key, because, ...(safety ? { isGrave: true as const } : {}) };
  return carryOut(operator, act, async () => {
    const now = clock.now();
    const done =
      order.state === 'given-up'
        ? await store.work.forget(order.key)
        : await store.work.giveUp(order.key, now, await toldOf(operator, order, policy));
    return done
      ? { done, says: 'It is dropped.' }
      : { done, says: 'it is being carried out, was done, or somebody else was faster' };
  });
}

/** Somebody's safety depends on these. */
const protects: ReadonlySet<string> = new Set([
  ...(['void-tickets', 'end-sessions', 'unlink-contact', 'discard-contact', 'announce'] as const),
]);

/** What its request is told; undefined where nothing waits for it, or nothing can be read. */
async function toldOf(
  { store }: Operator,
  { flow: id, effect, isInDoubt, tries }: OrderEntry,
  policy: Policy,
): Promise<Omit<Transition, 'settles'> | undefined> {
  const flow: Flow | undefined = await store.flows.read(id).catch(() => undefined);
  if (flow === undefined || effect === undefined) return undefined;
  const now = clock.now();
  // A failed try may have been carried out: what each failure said is not kept.
  const cause = { kind: 'unreachable', retry: 'later', mayHaveHappened: tries > 0, cause: 'dropped' } as const;
  const event = await eventOnGivingUp({ effect, flow, isInDoubt }, cause, store.surfaces, now);
  if (event === undefined) return undefined;
  const rules = rulesOf(policy);
  return {
    ...{ flow: id, event, now },
    decide: (subject, happened, known) =>
      decide(subject, subject.state, happened, { now, policy: rules, freshLink: linkId('none'), ...known }),
  };
}
