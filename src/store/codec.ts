// Rows ↔ the flows' values. What is stored carries a version, so that a later release can read what an earlier one wrote.
// An error here names the flow and the field, never what stands in it.
import { z } from 'zod';
import type { Counted } from '../flows/budget.ts';
import type { Effect } from '../flows/effect.ts';
import { contactRef, deliveryId, flowId, instant, knownActor } from '../flows/ids.ts';
import { isPageUnseen } from '../flows/reset.ts';
import { accountOf, dueAt, type Flow, type FlowState, isOpen } from '../flows/state.ts';
import type { Intake, Surface } from '../flows/store.ts';
import { countSchema, effectSchema, kindSchema, stateSchema, viewerSchema } from './state-schema.ts';
import type { CountRow, FlowRow, IntakeRow, SurfaceRow } from './tables.ts';

const version = 1;

/** Also refuses to write what it could not read back, so that no stray field of a state ever reaches the disk. */
function encode<T>(schema: z.ZodType<T>, value: T, what: string): string {
  const checked = schema.safeParse(value);
  if (!checked.success) throw new Error(`${what} does not fit its own type at ${fieldOf(checked.error)}`);
  return JSON.stringify({ v: version, value: checked.data });
}

const envelope = z.strictObject({ v: z.number(), value: z.unknown() });

function decode<T>(schema: z.ZodType<T>, text: string, what: string): T {
  const outer = envelope.safeParse(parseJson(text));
  if (!outer.success) throw new Error(`${what} in the database is malformed`);
  if (outer.data.v !== version) {
    throw new Error(`${what} in the database has version ${outer.data.v}; this release knows version ${version}`);
  }
  const inner = schema.safeParse(outer.data.value);
  if (!inner.success) throw new Error(`${what} in the database is malformed at ${fieldOf(inner.error)}`);
  return inner.data;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const fieldOf = (error: z.ZodError): string => error.issues[0]?.path.join('.') || 'its top';

export const encodeState = (flow: string, state: FlowState): string =>
  encode(stateSchema, state, `the state of flow ${flow}`);
export const decodeState = (flow: string, text: string): FlowState =>
  decode(stateSchema, text, `the state of flow ${flow}`);
export const encodeEffect = (flow: string, effect: Effect): string =>
  encode(effectSchema, effect, `an effect of flow ${flow}`);
export const decodeEffect = (flow: string, text: string): Effect =>
  decode(effectSchema, text, `an effect of flow ${flow}`);

/** The columns that change with the state. */
export function stateColumns(flow: string, state: FlowState) {
  return {
    place: state.at,
    account: accountOf(state) ?? null,
    is_open: isOpen(state) ? 1 : 0,
    due_at: dueAt(state) ?? null,
    closed_at: state.at === 'closed' ? state.closedAt : null,
    page_closed_at: state.at === 'closed' && state.page !== undefined ? state.closedAt : null,
    shown_closed_at: state.at === 'closed' ? state.closedAt : null,
    page_unseen_at: state.at === 'closed' && isPageUnseen(state) ? state.closedAt : null,
    state: encodeState(flow, state),
  };
}

export function decodeFlow(row: FlowRow): Flow {
  return {
    id: flowId(row.id),
    kind: decodeKind(row.kind, `flow ${row.id}`),
    actor: knownActor(row.actor),
    startedAt: instant(row.started_at),
    version: row.version,
    state: decodeState(row.id, row.state),
  };
}

/** Without those that this release cannot read: one of them must not keep the others from their turn. */
export const decodeEach = <Row, Value>(rows: readonly Row[], decode: (row: Row) => Value): readonly Value[] =>
  rows.flatMap((row) => {
    try {
      return [decode(row)];
    } catch {
      return [];
    }
  });

export function decodeIntake(row: IntakeRow): Intake {
  return {
    delivery: deliveryId(row.delivery),
    actor: knownActor(row.actor),
    kind: decodeKind(row.kind, 'a request taken in'),
    at: instant(row.at),
  };
}

export function decodeCount(row: Pick<CountRow, 'what' | 'flow' | 'at' | 'contact'>): Counted {
  const what = countSchema.safeParse(row.what);
  if (!what.success) throw new Error(`a count of flow ${row.flow} in the database is malformed`);
  const contact = row.contact === null ? {} : { contact: contactRef(row.contact) };
  return { what: what.data, flow: flowId(row.flow), at: instant(row.at), ...contact };
}

export function decodeSurface(row: SurfaceRow): Surface {
  const viewer = viewerSchema.safeParse(row.viewer);
  if (!viewer.success) throw new Error(`a surface of flow ${row.flow} in the database is malformed`);
  return {
    flow: flowId(row.flow),
    viewer: viewer.data,
    platform: row.platform,
    target: row.target,
    place: row.place,
    isWindow: row.is_window === 1,
    drawnVersion: row.drawn_version,
  };
}

function decodeKind(kind: string, what: string) {
  const known = kindSchema.safeParse(kind);
  if (!known.success) throw new Error(`${what} in the database is of a kind that this release does not know`);
  return known.data;
}
