// Every point of a story: it is told once and its operations written down; then somebody new lives through it for each of
// them, and the process is killed there.
import { type House, type HouseOptions, type Newcomer, openHouse } from './house.ts';
import { goesOn, type Wish } from './person.ts';
import type { Aim } from './stopwatch.ts';
import { broken, comesToRest } from './upheld.ts';

export interface Sweep {
  readonly wish: Wish;
  /** Where the points begin: at the command, or when the code is typed. */
  readonly from: 'command' | 'code';
  readonly when: Aim['when'];
}

export interface Swept {
  /** Where it was to be killed, and where it was: two tellings of one story differ a little in what happens at once. */
  readonly points: readonly string[];
  /** Those of them at which somebody was to die. */
  readonly aimed: readonly string[];
  readonly deaths: readonly string[];
  readonly complaints: readonly string[];
}

/**
 * Dying before an operation is dying after the one before it, and a reading changes nothing; an unlock is a reset up to
 * the proof. `KILL_POINTS=all` dies there as well, which takes five times as long.
 */
export const isThorough = process.env['KILL_POINTS'] === 'all';
export const whens: readonly Aim['when'][] = isThorough ? ['after', 'before'] : ['after'];
export const houseOptions: HouseOptions = { haste: 10, readings: isThorough };

/** On a developer's machine every third point, in turn from one day to the next; in CI every one. */
const isSampled = !isThorough && process.env['CI'] === undefined;
const everyNth = isSampled ? 3 : 1;

/** Houses that live side by side: one works while another one starts. */
const lanes = 2;

export async function sweep({ wish, from, when }: Sweep): Promise<Swept> {
  const deaths: string[] = [];
  const complaints: string[] = [];
  const [first, ...others] = await Promise.all(Array.from({ length: lanes }, () => openHouse(houseOptions)));
  if (first === undefined) throw new Error('no lanes');
  const points = (await rehearsed(first, wish, from)).map((aim) => ({ ...aim, when }));
  if (isSampled) console.info(`killed at every third of ${points.length} points; at every one with CI=true`);
  const today = Math.floor(Date.now() / 86_400_000);
  const aims = points.filter((_, index) => (index + today) % everyNth === 0);
  const waiting = [...aims];
  const lane = async (house: House): Promise<void> => {
    await house.up();
    for (let aim = waiting.shift(); aim !== undefined; aim = waiting.shift()) {
      const at = aim;
      const before = house.deaths.length;
      const wrong = await told(house, stranger(house, wish), wish, from, () => house.aim(at));
      const place = house.deaths[before];
      if (place !== undefined) deaths.push(place);
      complaints.push(...wrong.map((one) => `killed ${place ?? `nowhere, aimed at ${named(at)}`}: ${one}`));
    }
  };
  const houses = [first, ...others];
  await Promise.all(houses.map(lane)).finally(() => Promise.all(houses.map((house) => house.end())));
  return { points: points.map(named), aimed: aims.map(named), deaths, complaints };
}

const named = ({ when, name, nth }: Aim): string => `${when} ${name} ${nth}`;

/** Each operation of the undisturbed story by its name and how often that came before. */
async function rehearsed(house: House, wish: Wish, from: Sweep['from']): Promise<readonly Omit<Aim, 'when'>[]> {
  await house.up();
  house.keepCompiled();
  // The very first story also fetches what the process keeps from then on.
  await told(house, stranger(house, wish), wish);
  let operations: readonly string[] = [];
  const wrong = await told(house, stranger(house, wish), wish, from, () => {
    operations = house.watch();
  });
  if (wrong.length > 0) throw new Error(`nobody was killed, and yet:\n${wrong.join('\n')}`);
  return operations.map((name, index) => ({
    name,
    nth: operations.slice(0, index + 1).filter((one) => one === name).length,
  }));
}

function stranger(house: House, wish: Wish): Newcomer {
  const person = house.newcomer();
  if (wish === 'unlock') house.auth0.control.lock(person.account);
  return person;
}

/** Her whole story, to the end and to rest; what does not hold afterwards. `onFrom` is called where `from` says. */
export async function told(
  house: House,
  person: Newcomer,
  wish: Wish,
  from: Sweep['from'] = 'command',
  onFrom: () => void = () => undefined,
): Promise<readonly string[]> {
  const before = house.deaths.length;
  try {
    if (from === 'command') onFrom();
    const course = await goesOn(house, person, wish, from === 'code' ? onFrom : undefined);
    await comesToRest(house, person);
    const complaints = await settled(() => broken(house, person, wish, course, house.deaths.length - before));
    return complaints.map((one) => `${one}\n${course.diary.join('\n')}`);
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  }
}

/** The last drawing may still be on its way when the store is at rest. */
async function settled(look: () => readonly string[]): Promise<readonly string[]> {
  const end = Date.now() + 3_000;
  for (;;) {
    const complaints = look();
    if (complaints.length === 0 || Date.now() > end) return complaints;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
