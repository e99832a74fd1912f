// Converts between database rows and the flows' values. Stored values carry a version: every released version can be read, and a
// value is written in the oldest version that can express it.
// Errors name the flow and the field, never the field's content.
import { z } from 'zod';
import type { Counted } from '../flows/budget.ts';
import { dueAt } from '../flows/due.ts';
import type { Effect } from '../flows/effect.ts';
import { contactRef, deliveryId, flowId, instant, knownActor } from '../flows/ids.ts';
import { isPageUnseen } from '../flows/reset.ts';
import { accountOf, type Flow, type FlowState, isOpen } from '../flows/state.ts';
import type { Intake, Surface } from '../flows/store.ts';
import { countSchema, effectSchema, kindSchema, stateSchema, viewerSchema } from './state-schema.ts';
import type { CountRow, FlowRow, IntakeRow, SurfaceRow } from './tables.ts';
import {
  asOldAsPossible,
  effectSteps,
  newestOf,
  oldestVersion,
  stateSteps,
  upgraded,
  type VersionSteps,
} from './versions.ts';

/** The newest versions that this release reads. */
export const stateVersion = newestOf(stateSteps);
export const effectVersion = newestOf(effectSteps);

interface Kind<T extends object> {
  readonly schema: z.ZodType<T>;
  readonly steps: VersionSteps;
}
const states: Kind<FlowState> = { schema: stateSchema, steps: stateSteps };
const effects: Kind<Effect> = { schema: effectSchema, steps: effectSteps };

export interface Encoded {
  readonly version: number;
  readonly text: string;
}

/** Also refuses to write what it could not read back, so that no stray field of a state ever reaches the disk. */
function encode<T extends object>({ schema, steps }: Kind<T>, value: T, what: string): Encoded {
  const checked = schema.safeParse(value);
  if (!checked.success) throw new Error(`${what} does not fit its own type at ${fieldOf(checked.error)}`);
  const stored = asOldAsPossible(steps, Object.fromEntries(Object.entries(checked.data)));
  return { version: stored.version, text: JSON.stringify({ v: stored.version, value: stored.value }) };
}

const envelope = z.strictObject({ v: z.number().int().min(oldestVersion), value: z.unknown() });

function decode<T extends object>({ schema, steps }: Kind<T>, text: string, what: string): T {
  const outer = envelope.safeParse(parseJson(text));
  if (!outer.success) throw new Error(`${what} in the database is malformed`);
  const { v: version, value } = outer.data;
  if (version > newestOf(steps)) {
    throw new Error(`${what} in the database has version ${version}; this release knows up to ${newestOf(steps)}`);
  }
  const inner = schema.safeParse(upgraded(steps, version, value));
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

export const encodeState = (flow: string, state: FlowState): Encoded =>
  encode(states, state, `the state of flow ${flow}`);
export const decodeState = (flow: string, text: string): FlowState => decode(states, text, `the state of flow ${flow}`);
export const encodeEffect = (flow: string, effect: Effect): Encoded =>
  encode(effects, effect, `an effect of flow ${flow}`);
export const decodeEffect = (flow: string, text: string): Effect => decode(effects, text, `an effect of flow ${flow}`);

/** The columns that change with the state. */
export function stateColumns(flow: string, state: FlowState) {
  const encoded = encodeState(flow, state);
  return {
    place: state.at,
    account: accountOf(state) ?? null,
    is_open: isOpen(state) ? 1 : 0,
    due_at: dueAt(state) ?? null,
    closed_at: state.at === 'closed' ? state.closedAt : null,
    page_closed_at: state.at === 'closed' && state.page !== undefined ? state.closedAt : null,
    shown_closed_at: state.at === 'closed' ? state.closedAt : null,
    page_unseen_at: state.at === 'closed' && isPageUnseen(state) ? state.closedAt : null,
    state: encoded.text,
    state_version: encoded.version,
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
    ...newsOf(row),
  };
}

function newsOf({ person_news: person, helpdesk_news: helpdesk }: FlowRow): Pick<Flow, 'news'> {
  if (person === null && helpdesk === null) return {};
  return { news: { ...(person === null ? {} : { person }), ...(helpdesk === null ? {} : { helpdesk }) } };
}

/** Leaves out rows that this release cannot read, so that one of them does not hold up the others. */
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
    ...(row.posted_version === null ? {} : { postedVersion: row.posted_version }),
  };
}

function decodeKind(kind: string, what: string) {
  const known = kindSchema.safeParse(kind);
  if (!known.success) throw new Error(`${what} in the database is of a kind that this release does not know`);
  return known.data;
}
