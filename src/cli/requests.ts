// `latchkey requests list|show|end`: what people have asked for, where each request stands, and the end of one.
import type { Policy } from '../config/policy/policy-file.ts';
import { flowId, later } from '../flows/ids.ts';
import { flowKinds } from '../flows/policy.ts';
import { type Flow, places, proofOf } from '../flows/state.ts';
import type { RequestEntry } from '../store/operator/requests.ts';
import { type Arguments, readChoice, readDuration } from './arguments.ts';
import {
  carryOut,
  clock,
  complain,
  confirm,
  type LeverResult,
  limitOf,
  type Operator,
  print,
  printJson,
  table,
  time,
  timeOrNone,
} from './operator.ts';
import { type OperatorAction, operatorCommand } from './operator-command.ts';
import { operatorDeliver } from './operator-events.ts';
import { orderRow, orderShown } from './orders.ts';

const platforms = ['slack', 'teams'];
const states = ['open', 'all', ...places];

const oneRequest = [1, 'the id of one request, or its beginning'] as const;

export const requests = operatorCommand('requests', '`requests list`, `requests show ID` or `requests end ID`', {
  list: {
    ...{ flags: ['json'], values: ['state', 'kind', 'platform', 'older', 'limit', 'after'] },
    ...{ words: [0, 'no more words, only options'], run: list },
  },
  show: { ...{ flags: ['json'], values: [], words: oneRequest }, run: withOne(show) },
  end: { ...{ flags: ['yes'], values: ['by', 'because'], words: oneRequest }, run: withOne(end) },
});

/** 1 where none, or more than one, begins like the word. */
function withOne(
  run: (operator: Operator, args: Arguments, found: RequestEntry, policy: Policy) => Promise<number>,
): OperatorAction['run'] {
  return async (operator, args, { policy }) => {
    const found = await findOne(operator, args.words[0] ?? '');
    return found === undefined ? 1 : run(operator, args, found, policy);
  };
}

async function list({ store }: Operator, args: Arguments): Promise<number> {
  const limit = limitOf(args);
  const [kind, platform, older, after] = ['kind', 'platform', 'older', 'after'].map(args.value);
  const entries = await store.requests.list(
    {
      state: readChoice('state', args.value('state') ?? 'open', states),
      ...(kind === undefined ? {} : { kind: readChoice('kind', kind, flowKinds) }),
      ...(platform === undefined ? {} : { platform: readChoice('platform', platform, platforms) }),
      ...(older === undefined ? {} : { startedBefore: later(clock.now(), -readDuration('older', older)) }),
      ...(after === undefined ? {} : { after: flowId(after) }),
    },
    limit + 1,
  );
  const page = entries.slice(0, limit);
  const next = entries.length > limit ? page.at(-1)?.id : undefined;
  if (args.has('json')) {
    printJson({ requests: page.map(shown), ...(next === undefined ? {} : { next }) });
    return 0;
  }
  if (page.length === 0) print('There is none.');
  else
    print(
      table(
        ['id', 'kind', 'stands at', 'person', 'since', 'moves by itself'],
        page.map((each) => [each.id, kindOf(each), each.at, each.actor, time(each.startedAt), timeOrNone(each.dueAt)]),
      ),
    );
  if (next !== undefined) print(`There are more: --after ${next}`);
  return 0;
}

/** What nobody asked for is not to be taken for a request of theirs. */
const kindOf = ({ kind, isNotice }: RequestEntry): string => (isNotice === true ? `${kind} (notice)` : kind);

const shown = ({ startedAt, dueAt, closedAt, ...entry }: RequestEntry) => ({
  ...entry,
  startedAt: time(startedAt),
  ...(dueAt === undefined ? {} : { dueAt: time(dueAt) }),
  ...(closedAt === undefined ? {} : { closedAt: time(closedAt) }),
});

async function findOne({ store }: Operator, prefix: string): Promise<RequestEntry | undefined> {
  const found = await store.requests.find(prefix);
  const [one, ...more] = found;
  if (one === undefined)
    complain(
      'there is no request with this id. Requests are removed thirty days after their end, or after two days where somebody typed a name and came to no account',
    );
  else if (more.length > 0)
    complain(`several requests begin like this. Write more of the id: ${found.map(({ id }) => id).join(', ')}`);
  return more.length > 0 ? undefined : one;
}

async function show({ store }: Operator, args: Arguments, entry: RequestEntry): Promise<number> {
  const flow = await store.flows.read(entry.id).catch(() => undefined);
  const orders = await store.work.ofRequest(entry.id);
  const acts = await store.acts.list(20, { about: entry.id });
  if (args.has('json')) {
    const more = flow === undefined ? {} : detailsOf(flow);
    printJson({ ...shown(entry), ...more, orders: orders.map(orderShown), acts });
    return 0;
  }
  const facts = {
    ...shown(entry),
    ...(flow === undefined ? { state: 'only a newer release can read it' } : detailsOf(flow)),
  };
  print(
    table(
      ['', ''],
      Object.entries(facts).map(([name, value]) => [name, textOf(value)]),
    ).trim(),
  );
  if (orders.length > 0) print(`\nOrders:\n${orders.map(orderRow).join('\n')}`);
  for (const act of acts) print(`\n${time(act.at)} ${act.who}: ${act.did} (${act.result ?? 'begun'})`);
  return 0;
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** What may be shown of a state: no contact, not even masked, and no link. */
function detailsOf({ state }: Flow) {
  const proof = proofOf(state);
  return {
    ...(proof === undefined ? {} : { proven: `${proof.channel} at ${time(proof.at)}` }),
    ...('needed' in state ? { approvalsNeeded: state.needed } : {}),
    ...('approvals' in state && state.approvals.length > 0
      ? { approvals: state.approvals.map(({ by, at }) => `${by} at ${time(at)}`) }
      : {}),
    ...('delayed' in state && state.delayed ? { delayed: true } : {}),
    ...(state.at === 'closed' ? { ended: `${state.ending.outcome}: ${state.ending.because}` } : {}),
    ...(state.at === 'closed' && state.disownedAt !== undefined ? { disownedAt: time(state.disownedAt) } : {}),
    ...(state.at === 'closed' && state.pauseLiftedAt !== undefined ? { pauseLiftedAt: time(state.pauseLiftedAt) } : {}),
  };
}

async function end(
  operator: Operator,
  args: Arguments,
  { id, kind, at, actor }: RequestEntry,
  policy: Policy,
): Promise<number> {
  if (at === 'closed') {
    complain('this request has ended already');
    return 1;
  }
  const question = `This ends the ${kind} request ${id} of ${actor}, which stands at ${at}. The person reads that an administrator ended it; a card in the helpdesk's channel is closed.`;
  if (!(await confirm(args, question))) return 1;
  const because = args.value('because');
  const act = { did: 'requests end', about: id, ...(because === undefined ? {} : { because }) };
  return carryOut(operator, act, async (): Promise<LeverResult> => {
    const applied = await operatorDeliver(operator.store, policy)(id, { type: 'operator.ended' });
    if (applied.kind === 'moved') return { done: true, says: `The request ${id} is ended.` };
    const isBusy = applied.kind === 'ignored' && applied.because === 'too-soon';
    return {
      done: false,
      says: isBusy
        ? 'Auth0 may be carrying out an act of this request at this moment, so it cannot be ended now. Try again in a minute'
        : 'this request has ended meanwhile',
    };
  });
}
