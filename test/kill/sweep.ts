// Every point of a story at which the process can die. The story is run a few times and its operations are recorded;
// then it is run with a new person for each operation, and the process is killed there.
import { isSampled, sample } from '../sampling.ts';
import { createEnrolmentStory, type EnrolmentWish } from './enrolling-person.ts';
import { brokenEnrolment, brokenRemoval } from './enrolment-invariants.ts';
import { broken, comesToRest } from './invariants.ts';
import { goesOn, isRequest, lives, type Wish } from './person.ts';
import {
  type Newcomer,
  type ProcessHarness,
  type ProcessHarnessOptions,
  startProcessHarness,
} from './process-harness.ts';
import { createRemovalStory, keptMailbox } from './removing-person.ts';
import { brokenRest, reachedByStrangers, readRest } from './rest-invariants.ts';
import { createRestStory, isRestWish, type RestWish } from './rest-person.ts';
import type { Aim } from './stopwatch.ts';

export type AnyWish = Wish | EnrolmentWish | RestWish | 'remove-by-code';
/** Only where some account may need two proofs are recovery codes offered. */
const twoProofs: ReadonlySet<AnyWish> = new Set(['reset-by-two-proofs', 'recovery-codes']);

export interface Sweep {
  readonly wish: AnyWish;
  /** Where the points start: at the command, or when the code is typed, of two the second; in an enrolment at the sign-in, in a removal when it is confirmed, with recovery codes when they are made, and where it was not them when they say so. */
  readonly from: 'command' | 'code';
  readonly when: Aim['when'];
  /** Whether the process is killed at an operation of this name; without it, at every one. */
  readonly isMeant?: (operation: string) => boolean;
}

export interface Swept {
  readonly points: readonly string[];
  /** Where the process was killed. */
  readonly deaths: readonly string[];
  /** Points at which it should have been killed but which never came. */
  readonly unmet: readonly string[];
  readonly diagnose: readonly string[];
}

/**
 * Runs of one story differ a little: two concurrent things share a commit or do not, a drawing is overtaken by the next
 * or is not. An operation that came in every rehearsal comes again, if not in the next run then in one of a few.
 */
interface Point extends Aim {
  readonly name: string;
  readonly isSure: boolean;
}
const rehearsals = 2;
const runs = 5;

/**
 * Dying before an operation equals dying after the one before it, and a read changes nothing; an unlock equals a reset
 * up to the proof. `KILL_POINTS=all` kills at those points as well, which takes five times as long.
 */
export const isThorough = process.env['KILL_POINTS'] === 'all';
export const whens: readonly Aim['when'][] = isThorough ? ['after', 'before'] : ['after'];
export const harnessOptions: ProcessHarnessOptions = {
  haste: Number(process.env['HASTE'] ?? 10),
  readings: isThorough,
};

/** On a developer's machine every so many-th point is tested. */
const everyNth = isThorough ? 1 : 9;

/** Harnesses that run in parallel: one works while another one starts. For a few points one is enough. */
const lanes = isSampled && !isThorough ? 1 : 2;

/** The sleeps are not shortened: how long a person waits after a kill is measured. */
export const optionsFor = (wish: AnyWish): ProcessHarnessOptions => ({
  ...harnessOptions,
  haste: 1,
  needsTwoProofs: twoProofs.has(wish),
  setsPasswords: wish === 'reset-here' || isRestWish(wish),
  offersRest: isRestWish(wish),
  mailsLinks: wish === 'reset-by-mail',
});

export async function sweep({ wish, from, when, isMeant = () => true }: Sweep): Promise<Swept> {
  const deaths: string[] = [];
  const unmet: string[] = [];
  const diagnose: string[] = [];
  const harnesses = await Promise.all(Array.from({ length: lanes }, () => startProcessHarness(optionsFor(wish))));
  const lane = async (harness: ProcessHarness): Promise<void> => {
    await harness.up();
    for (let point = waiting.shift(); point !== undefined; point = waiting.shift()) {
      const place = await dies(harness, point);
      if (place !== undefined) deaths.push(place);
      else if (point.isSure) unmet.push(named(point));
    }
  };
  const dies = async (harness: ProcessHarness, point: Point): Promise<string | undefined> => {
    for (let run = 0; run < (point.isSure ? runs : 1); run += 1) {
      const before = harness.deaths.length;
      const wrong = await runStory(harness, stranger(harness, wish), wish, from, () => harness.aim(point));
      // Otherwise a kill that came too late for this person would strike at the next one, who has not asked for anything yet.
      if (harness.deaths.length === before) await harness.withdrawAim();
      const place = harness.deaths[before];
      diagnose.push(...wrong.map((one) => `killed ${place ?? `nowhere, aimed at ${named(point)}`}: ${one}`));
      if (place !== undefined) return place;
    }
    return undefined;
  };
  const waiting: Point[] = [];
  try {
    const heard = (await Promise.all(harnesses.map((harness) => rehearsed(harness, wish, from)))).flat();
    const points = pointsOf(heard, when).filter(({ name }) => isThorough || isMeant(name));
    waiting.push(...sample(points, everyNth));
    if (waiting.length < points.length)
      console.info(`killed at every ninth of ${points.length} points; at every one with CI=true`);
    await Promise.all(harnesses.map(lane));
    return { points: points.map(named), deaths, unmet, diagnose };
  } finally {
    await Promise.all(harnesses.map((harness) => harness.end()));
  }
}

const named = ({ when, name, nth }: Aim): string => `${when} ${name} ${nth}`;

/** The names of the operations in undisturbed runs, one list for each rehearsal. */
async function rehearsed(
  harness: ProcessHarness,
  wish: AnyWish,
  from: Sweep['from'],
): Promise<readonly (readonly string[])[]> {
  await harness.up();
  harness.keepCompiled();
  // The very first run also fetches what the process caches from then on.
  await runStory(harness, stranger(harness, wish), wish);
  const heard: (readonly string[])[] = [];
  for (let nth = 0; nth < rehearsals; nth += 1) {
    let operations: readonly string[] = [];
    const wrong = await runStory(harness, stranger(harness, wish), wish, from, () => {
      operations = harness.watch();
    });
    if (wrong.length > 0) throw new Error(`nobody was killed, and yet:\n${wrong.join('\n')}`);
    heard.push([...operations]);
  }
  return heard;
}

/** Each operation by its name and its how-many-th occurrence, in the order of the run that had the most. */
function pointsOf(heard: readonly (readonly string[])[], when: Aim['when']): readonly Point[] {
  const longest = heard.reduce((most, one) => (one.length > most.length ? one : most), []);
  return longest.map((name, index) => {
    const nth = longest.slice(0, index + 1).filter((one) => one === name).length;
    const isSure = heard.every((one) => one.filter((other) => other === name).length >= nth);
    return { when, name, nth, isSure };
  });
}

function stranger(harness: ProcessHarness, wish: AnyWish): Newcomer {
  if (wish === 'enroll' || wish === 'disowned-during' || wish === 'disowned-after') return harness.newcomer(() => []);
  // The other one stays, and is told.
  if (wish === 'remove-contact' || wish === 'remove-by-code')
    return harness.newcomer((mailbox) => [mailbox, keptMailbox(mailbox)]);
  const person = harness.newcomer();
  if (wish === 'reset-by-two-proofs') return { ...person, recoveryCodes: harness.recoveryCodesFor(person.account) };
  if (wish === 'unlock' || wish === 'rest-unlock') harness.auth0.control.lock(person.account);
  return person;
}

/**
 * Runs one person's whole story until everything is done; returns the rules that are broken afterwards. `onFrom` is
 * called at the point that `from` names.
 */
export async function runStory(
  harness: ProcessHarness,
  person: Newcomer,
  wish: AnyWish,
  from: Sweep['from'] = 'command',
  onFrom: () => void = () => undefined,
): Promise<readonly string[]> {
  const before = harness.deaths.length;
  try {
    if (from === 'command') onFrom();
    const { diary, diagnose, openElsewhere } = await live(harness, person, wish, from === 'code' ? onFrom : undefined);
    await comesToRest(harness, person, openElsewhere);
    const wrong = await settled(() => diagnose(harness.deaths.length - before));
    return wrong.map((one) => `${one}\n${diary.join('\n')}`);
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  }
}

interface Told {
  readonly diary: readonly string[];
  readonly openElsewhere?: () => number;
  readonly diagnose: (kills: number) => readonly string[];
}

async function live(harness: ProcessHarness, person: Newcomer, wish: AnyWish, onDeed?: () => void): Promise<Told> {
  if (wish === 'remove-by-code') {
    const course = await lives(harness, createRemovalStory(harness, person, onDeed));
    return { diary: course.diary, diagnose: (kills) => brokenRemoval(harness, person, course, kills) };
  }
  if (isRestWish(wish)) {
    const course = await lives(harness, createRestStory(harness, person, wish));
    const reached = await reachedByStrangers(harness, course);
    return {
      diary: course.diary,
      openElsewhere: () => readRest(harness, person, course).open,
      diagnose: (kills) => [...reached, ...brokenRest(harness, person, wish, course, kills)],
    };
  }
  if (isRequest(wish)) {
    const course = await goesOn(harness, person, wish, onDeed);
    return { diary: course.diary, diagnose: (kills) => broken(harness, person, wish, course, kills) };
  }
  const course = await lives(harness, createEnrolmentStory(harness, person, wish, onDeed));
  return { diary: course.diary, diagnose: (kills) => brokenEnrolment(harness, person, wish, course, kills) };
}

/** The last drawing may still be under way when the store has no work left. */
async function settled(look: () => readonly string[]): Promise<readonly string[]> {
  const end = Date.now() + 20_000;
  for (;;) {
    const diagnose = look();
    if (diagnose.length === 0 || Date.now() > end) return diagnose;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
