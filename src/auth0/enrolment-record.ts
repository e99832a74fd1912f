// What enrolment keeps in an account's record, `app_metadata.latchkey`: who is bound to it and since when, and since when a contact
// is linked.
// Reads what others may have written there, and keeps what it does not know. What cannot be read never makes anything easier.
import { z } from 'zod';
import type { Binding, BoundPerson, EnrolledContact, NewBinding } from '../flows/enrolment-ports.ts';
import { type ActorId, type ContactRef, type FlowId, type Instant, instant, knownActor } from '../flows/ids.ts';
import type { AccountFacts } from '../flows/policy.ts';
import type { MaskedContact } from '../flows/state.ts';

/** Chat people of one account; a person has one or two. */
const actorsAtMost = 20;
/** Contacts of one account that have a note. */
const notesAtMost = 50;
/** A platform's ids have at most 128 characters each. */
const actorCharsAtMost = 300;
/** An ISO time with offset and fractions has fewer. */
const timeCharsAtMost = 40;
/** A note whose contact was never linked is dropped after this time: no link is still under way then. */
const strayNoteMs = 24 * 3_600_000;

type JsonObject = AccountFacts['appMetadata'];

/** `unclear`: there is a note, but not one that we could have written. Also the note of a contact that is being removed. */
type Note =
  | { readonly is: 'clear'; readonly since: Instant; readonly rests: boolean; readonly unconfirmed: boolean }
  | { readonly is: 'unclear' };

/** Of somebody who is bound. Without one they were bound before there were such notes. `unclear`: not one that we could have written. */
type ActorNote =
  | { readonly is: 'clear'; readonly since: Instant; readonly rests: boolean; readonly request: string }
  | { readonly is: 'unclear' };

export interface EnrolmentRecord {
  /** As stored; undefined where something stands there that is not a record, so that it cannot be changed either. */
  readonly stored: JsonObject | undefined;
  /** Undefined: cannot be read. */
  readonly actors: readonly string[] | undefined;
  /** About those of `actors` who were bound by a request that is known. Undefined: cannot be read. */
  readonly actorNotes: ReadonlyMap<string, ActorNote> | undefined;
  /** Undefined: cannot be read. */
  readonly notes: ReadonlyMap<string, Note> | undefined;
  /** When a contact was last removed here. */
  readonly removedAt: Instant | 'unclear' | undefined;
}

/** What is to be stored. `refused`: cannot be stored. */
export type RecordChange =
  | { readonly is: 'change'; readonly stored: JsonObject }
  | { readonly is: 'nothing' }
  | { readonly is: 'refused'; readonly because: string };

const time = z
  .string()
  .max(timeCharsAtMost)
  .pipe(z.iso.datetime({ offset: true }))
  .transform((text) => instant(Date.parse(text)));
const object = z.record(z.string(), z.json());
const actorList = z.array(z.string().min(1).max(actorCharsAtMost)).max(actorsAtMost);
const noteTable = object.refine((table) => Object.keys(table).length <= notesAtMost);
const actorNote = z.object({ since: time, rests: z.boolean().default(false), request: z.string().min(1).max(64) });
const note = z.object({
  since: time,
  rests: z.boolean().default(false),
  unconfirmed: z.boolean().default(false),
  removing: z.literal(false).optional(),
});

export function readRecord(appMetadata: JsonObject): EnrolmentRecord {
  const field = Object.hasOwn(appMetadata, 'latchkey') ? appMetadata['latchkey'] : undefined;
  const stored = object.safeParse(field ?? {}).data;
  if (stored === undefined)
    return { stored, actors: undefined, actorNotes: undefined, notes: undefined, removedAt: 'unclear' };
  const table = noteTable.safeParse(stored['contacts'] ?? {}).data;
  const notes = table && new Map(Object.entries(table).map(([ref, value]) => [ref, readNote(value)]));
  const removed = stored['removedAt'] ?? undefined;
  return {
    stored,
    actors: actorList.safeParse(stored['actors'] ?? []).data,
    actorNotes: readActorNotes(stored),
    notes,
    removedAt: removed === undefined ? undefined : (time.safeParse(removed).data ?? 'unclear'),
  };
}

function readActorNotes(stored: JsonObject): EnrolmentRecord['actorNotes'] {
  const table = object.safeParse(stored['bindings'] ?? {}).data;
  return table && new Map(Object.entries(table).map(([actor, value]) => [actor, readActorNote(value)]));
}

function readActorNote(value: unknown): ActorNote {
  const { data } = actorNote.safeParse(value);
  return data === undefined ? { is: 'unclear' } : { is: 'clear', ...data };
}

function readNote(value: unknown): Note {
  const { data } = note.safeParse(value);
  if (data === undefined) return { is: 'unclear' };
  return { is: 'clear', since: data.since, rests: data.rests, unconfirmed: data.unconfirmed };
}

/** Whether all of it can be read; if not, the operator should look at it. */
export const isReadable = ({ stored, actors, actorNotes, notes, removedAt }: EnrolmentRecord): boolean =>
  [stored, actors, actorNotes, notes].every((part) => part !== undefined) && removedAt !== 'unclear';

/** A list that cannot be read may name somebody else. */
export function bindingOf({ actors }: EnrolmentRecord, actor: ActorId): Binding {
  if (actors === undefined) return 'others';
  if (actors.includes(actor)) return 'bound';
  return actors.length === 0 ? 'free' : 'others';
}

/**
 * A contact whose note cannot be read rests, and as long as that is so: it counts as linked at this very moment. One without a
 * note was linked by an administrator.
 */
export function enrolledContact(contact: MaskedContact, { notes }: EnrolmentRecord, now: Instant): EnrolledContact {
  const found = notes === undefined ? ({ is: 'unclear' } as const) : notes.get(contact.ref);
  if (found === undefined) return contact;
  if (found.is === 'unclear') return { ...contact, since: now, rests: true };
  return {
    ...contact,
    since: found.since,
    ...(found.rests ? { rests: true } : {}),
    ...(found.unconfirmed ? { unconfirmed: true } : {}),
  };
}

/** Those of an administrator first, then in the order in which they were linked. */
export const oldestFirst = (contacts: readonly EnrolledContact[]): readonly EnrolledContact[] =>
  contacts.toSorted((a, b) => (a.since ?? 0) - (b.since ?? 0));

/**
 * Whether a contact that is linked at `at` rests: unless it is the first. `hasOthers`: the account has another contact. That
 * the last one was taken out a moment ago makes no first one.
 */
export function mustRest(record: EnrolmentRecord, hasOthers: boolean, at: Instant, coolOffMs: number): boolean {
  if (hasOthers || record.notes === undefined || record.removedAt === 'unclear') return true;
  return record.removedAt !== undefined && record.removedAt + coolOffMs > at;
}

const unreadable = { is: 'refused', because: 'app_metadata.latchkey of the account cannot be read' } as const;

/** The request that binds somebody, and whether they are as new as a contact that rests. */
export interface NewActor {
  readonly actor: ActorId;
  readonly request: FlowId;
  readonly at: Instant;
  readonly rests: boolean;
}

export function withActor(
  { stored, actors, actorNotes }: EnrolmentRecord,
  { actor, request, at, rests }: NewActor,
): RecordChange {
  if (stored === undefined || actors === undefined || actorNotes === undefined) return unreadable;
  if (actors.includes(actor)) return { is: 'nothing' };
  if (actors.length >= actorsAtMost || actor.length > actorCharsAtMost) {
    return { is: 'refused', because: 'too many chat people are bound to the account' };
  }
  const noted = { since: new Date(at).toISOString(), request, ...(rests ? { rests } : {}) };
  const bindings = Object.fromEntries([...actorTable(stored, actors), [actor, noted]]);
  return { is: 'change', stored: { ...stored, actors: [...actors, actor], bindings } };
}

/** Only the request that bound somebody can take them out: they may have been bound again since. */
export function withoutActor(record: EnrolmentRecord, actor: ActorId, request: FlowId): RecordChange {
  const { stored, actors } = record;
  if (stored === undefined || actors === undefined) return unreadable;
  if (newBindingOf(record, actor, request) === 'before') return { is: 'nothing' };
  const kept = actors.filter((each) => each !== actor);
  return {
    is: 'change',
    stored: { ...stored, actors: kept, bindings: Object.fromEntries(actorTable(stored, kept)) },
  };
}

/** What this request came to for somebody who is bound. */
export function newBindingOf({ actors, actorNotes }: EnrolmentRecord, actor: ActorId, request: FlowId): NewBinding {
  const found = actors?.includes(actor) === true ? actorNotes?.get(actor) : undefined;
  if (found?.is !== 'clear' || found.request !== request) return 'before';
  return found.rests ? 'another' : 'first';
}

/** Undefined: cannot be read. */
export const boundPeople = (
  { actors, actorNotes }: EnrolmentRecord,
  coolOffMs: number,
  at: Instant,
): readonly BoundPerson[] | undefined =>
  actors?.map((actor) => {
    const found = actorNotes === undefined ? ({ is: 'unclear' } as const) : actorNotes.get(actor);
    const isNew = found?.is === 'unclear' || (found?.rests === true && found.since + coolOffMs > at);
    return { actor: knownActor(actor), mayDisown: !isNew };
  });

/** Of these people only. */
const actorTable = (stored: JsonObject, actors: readonly string[]) =>
  Object.entries(object.safeParse(stored['bindings'] ?? {}).data ?? {}).filter(([actor]) => actors.includes(actor));

export interface NewNote {
  readonly at: Instant;
  readonly rests: boolean;
  readonly unconfirmed: boolean;
}

/** Replaces an earlier note: it is from an attempt that linked nothing. `linked`: contacts whose notes are kept however old. */
export function withNote(
  record: EnrolmentRecord,
  ref: ContactRef,
  { at, rests, unconfirmed }: NewNote,
  linked: ReadonlySet<string>,
): RecordChange {
  const { stored, notes } = record;
  if (stored === undefined || notes === undefined) return unreadable;
  const present = notes.get(ref);
  if (present?.is === 'clear' && present.since === at && present.rests === rests && present.unconfirmed === unconfirmed)
    return { is: 'nothing' };
  const kept = Object.entries(tableOf(stored)).filter(
    ([each]) => each !== ref && (linked.has(each) || !isStray(notes.get(each), at)),
  );
  if (kept.length >= notesAtMost) return { is: 'refused', because: 'the account has too many contacts' };
  const written = {
    since: new Date(at).toISOString(),
    ...(rests ? { rests } : {}),
    ...(unconfirmed ? { unconfirmed } : {}),
  };
  return { is: 'change', stored: { ...stored, contacts: Object.fromEntries([...kept, [ref, written]]) } };
}

const isStray = (found: Note | undefined, at: Instant): boolean =>
  found?.is === 'clear' && found.since + strayNoteMs < at;

/** Before a contact is unlinked: it rests from now on, and whatever is linked next is no first one. */
export function withRemoval({ stored, notes, removedAt }: EnrolmentRecord, ref: ContactRef, at: Instant): RecordChange {
  if (stored === undefined || notes === undefined) return unreadable;
  const isMarked = notes.get(ref)?.is === 'unclear' && isRemoving(tableOf(stored)[ref]);
  if (isMarked && typeof removedAt === 'number' && removedAt >= at) return { is: 'nothing' };
  const last = typeof removedAt === 'number' && removedAt > at ? removedAt : at;
  return {
    is: 'change',
    stored: {
      ...stored,
      contacts: { ...tableOf(stored), [ref]: { ...object.safeParse(tableOf(stored)[ref]).data, removing: true } },
      removedAt: new Date(last).toISOString(),
    },
  };
}

/** Its removal began: it was linked to this account then. */
export const isBeingRemoved = ({ stored }: EnrolmentRecord, ref: ContactRef): boolean =>
  stored !== undefined && isRemoving(tableOf(stored)[ref]);

/** As it was before the removal of this contact began. Only for telling its owner: for everything else it rests already. */
export function withoutRemovalOf(record: EnrolmentRecord, ref: ContactRef): EnrolmentRecord {
  const { stored, notes } = record;
  const written = stored === undefined ? undefined : tableOf(stored)[ref];
  if (notes === undefined || !isRemoving(written)) return record;
  const { removing: _, ...before } = object.safeParse(written).data ?? {};
  const others = [...notes].filter(([each]) => each !== ref);
  const isNoted = Object.keys(before).length > 0;
  return { ...record, notes: new Map(isNoted ? [...others, [ref, readNote(before)]] : others) };
}

export function withoutNote({ stored, notes }: EnrolmentRecord, ref: ContactRef): RecordChange {
  if (stored === undefined || notes === undefined) return unreadable;
  if (!notes.has(ref)) return { is: 'nothing' };
  const kept = Object.entries(tableOf(stored)).filter(([each]) => each !== ref);
  return { is: 'change', stored: { ...stored, contacts: Object.fromEntries(kept) } };
}

export function withConfirmation({ stored, notes }: EnrolmentRecord, ref: ContactRef): RecordChange {
  if (stored === undefined || notes === undefined) return unreadable;
  const found = notes.get(ref);
  if (found?.is !== 'clear' || !found.unconfirmed) return { is: 'nothing' };
  const kept = Object.entries(object.safeParse(tableOf(stored)[ref]).data ?? {}).filter(
    ([key]) => key !== 'unconfirmed',
  );
  return {
    is: 'change',
    stored: { ...stored, contacts: { ...tableOf(stored), [ref]: Object.fromEntries(kept) } },
  };
}

const tableOf = (stored: JsonObject): JsonObject => object.safeParse(stored['contacts'] ?? {}).data ?? {};
const isRemoving = (value: unknown): boolean => z.object({ removing: z.literal(true) }).safeParse(value).success;
