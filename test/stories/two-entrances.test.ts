// One person who comes by two entrances: they share what an account may use up, and one request gives way to the other. Told for every
// pair, in a company that has Slack and Teams. What holds is decided in docs/decisions/0078-a-typed-name.md.
import { describe, expect } from 'vitest';
import { type Entrance, entrances, type Visit } from './entrance.ts';
import {
  checksOf,
  isLocked,
  isSignedIn,
  liftsOf,
  noCodeComes,
  nthCode,
  oldPassword,
  openStory,
  proves,
} from './entrance-story.ts';
import { janesAccount } from './people.ts';
import { slack } from './platform.ts';
import { approvals, wrongCode } from './said.ts';
import { type Scene, wrong } from './story.ts';

interface Pair {
  readonly first: Entrance;
  readonly second: Entrance;
}

const pairs: readonly Pair[] = entrances.flatMap((first) => entrances.map((second) => ({ first, second })));
/** In one chat whoever asks again goes on with the same request. */
const rivals = pairs.filter(({ first, second }) => first !== second || !first.isVouched);

/** `$from` and `$to` in titles. */
const named = (list: readonly Pair[]) =>
  list.map(({ first, second }) => ({ first, second, from: first.short, to: second.short }));

const tells = (title: string, tell: (scene: Scene) => Promise<void>, policy = ''): void =>
  openStory(slack, title, tell, { slack: true, teams: true, helpdesk: slack.helpdesk({}), policy });

/** Of three codes an hour a third is left to people in chat. */
const codesOf = ({ isVouched }: Entrance): number => (isVouched ? 3 : 2);
/** And of four wrong tries a day. */
const triesOf = ({ isVouched }: Entrance): number => (isVouched ? 4 : 3);
const fourTries = 'limits: { codeFailuresPerDay: 4, codesPerHour: 9 }\n';

/** Asks for so many codes, and gets them. `sent`: before. */
async function getsCodes(scene: Scene, jane: Visit, count: number, sent = 0): Promise<void> {
  await jane.asks('reset');
  for (let nth = 1; nth <= count; nth += 1) {
    if (nth > 1) await jane.sendsAgain();
    await nthCode(scene, sent + nth);
    await jane.sees('code-asked');
    await jane.waits(61);
  }
}

/** The hour has no more for whoever comes this way. */
async function getsNoMoreCodes(scene: Scene, jane: Visit, sent: number): Promise<void> {
  await jane.asksForMoreThanTheHourHas();
  // It is sent in the background where it was only promised.
  await scene.world.restart();
  await noCodeComes(scene, sent);
}

describe.concurrent.each(named(pairs))('What an account may use up, used up $from and then wanted $to:', (pair) => {
  const { first, second } = pair;
  const isMoreLeft = second.isVouched && !first.isVouched;

  tells(`${isMoreLeft ? 'one code' : 'no code'} of the hour is left`, async (scene) => {
    const [one, other] = [first.visit(scene), second.visit(scene)];
    const used = codesOf(first);
    await getsCodes(scene, one, used);
    await getsNoMoreCodes(scene, one, used);
    if (first.canCancel) {
      await one.cancels();
      await one.sees('cancelled');
    }
    if (isMoreLeft) {
      await getsCodes(scene, other, 1, used);
      return getsNoMoreCodes(scene, other, used + 1);
    }
    await other.asks('reset');
    await other.sees(second.isVouched ? 'no-more-codes' : 'code-asked');
    await noCodeComes(scene, used);
  });

  tells(
    `${isMoreLeft ? 'one wrong try' : 'no wrong try'} of the day is left`,
    async (scene) => {
      const [one, other] = [first.visit(scene), second.visit(scene)];
      const code = await usesUpTries(scene, first, one);
      expect(checksOf(scene)).toBe(triesOf(first));
      await other.waits(61);
      await other.asks('reset');
      if (isMoreLeft) {
        await other.sees('code-asked');
        await other.types(wrong(await nthCode(scene, code + 1)));
      } else await noCodeComes(scene, code);
      if (second.isVouched) await other.sees('tries-spent');
      else {
        await other.sees('code-asked');
        await other.types('123456');
        await other.sees(wrongCode(2));
      }
      expect(checksOf(scene)).toBe(Math.max(triesOf(first), triesOf(second)));
    },
    fourTries,
  );

  tells(
    'no unlock of the day is left, and whoever has typed the code is told',
    async (scene) => {
      const [one, other] = [first.visit(scene), second.visit(scene)];
      scene.auth0.lock(janesAccount);
      await proves(scene, one, 'unlock');
      await one.sees('unlocked');
      scene.auth0.lock(janesAccount);
      await other.waits(61);
      await proves(scene, other, 'unlock', 2);
      await other.sees('unlocks-spent');
      expect([isLocked(scene), liftsOf(scene)]).toEqual([true, 1]);
    },
    'rules: [{ unlock: { approvals: 0 } }]\nlimits: { unlocksPerDay: 1 }\n',
  );
});

/** Types wrong codes as long as they are looked at. Returns how many codes were sent for that. */
async function usesUpTries(scene: Scene, entrance: Entrance, jane: Visit): Promise<number> {
  await jane.asks('reset');
  await jane.sees('code-asked');
  const code = wrong(await nthCode(scene, 1));
  for (const left of [2, 1]) {
    await jane.types(code);
    await jane.sees(wrongCode(left));
  }
  await jane.types(code);
  await jane.sees('code-used-up');
  if (!entrance.isVouched) return 1;
  await jane.sendsAgain();
  const next = wrong(await nthCode(scene, 2));
  await jane.sees('code-asked');
  await jane.types(next);
  await jane.sees('tries-spent');
  return 2;
}

describe.concurrent.each(named(rivals))('Of two unlocks, begun $from and then $to,', ({ first, second }) => {
  const yields = second.isVouched || !first.isVouched ? 'first' : 'second';

  tells(`the ${yields} one gives way while no code was typed: its code is worth nothing`, async (scene) => {
    const [one, other] = [first.visit(scene), second.visit(scene)];
    scene.auth0.lock(janesAccount);
    await one.asks('unlock');
    await one.sees('code-asked');
    const code = await nthCode(scene, 1);
    await one.waits(61);
    await other.asks('unlock');
    if (yields === 'second') {
      await other.sees('code-asked');
      await noCodeComes(scene, 1);
      await one.types(code);
    } else {
      await other.sees('code-asked');
      const next = await nthCode(scene, 2);
      if (first.isVouched) await one.sees('superseded');
      else {
        await one.types(code);
        await one.sees(wrongCode(2));
      }
      expect(checksOf(scene)).toBe(0);
      await other.types(next);
    }
    await (yields === 'second' ? one : other).sees(approvals(0, 1));
    await scene.sam.seesCard('Unlock');
    expect(scene.sam.cards()).toHaveLength(1);
  });

  tells(
    `the ${second.isVouched ? 'first' : 'second'} one gives way while the helpdesk is asked for the first`,
    async (scene) => {
      const { sam } = scene;
      const [one, other] = [first.visit(scene), second.visit(scene)];
      scene.auth0.lock(janesAccount);
      await proves(scene, one, 'unlock');
      await one.sees(approvals(0, 1));
      await sam.seesCard('Unlock');
      await one.waits(61);
      await other.asks('unlock');
      await other.sees('code-asked');
      if (second.isVouched) {
        const code = await nthCode(scene, 2);
        await one.sees('superseded');
        await sam.isOffered();
        await other.types(code);
        await other.sees(approvals(0, 1));
      } else await noCodeComes(scene, 1);
      await sam.presses('Approve');
      await (second.isVouched ? other : one).sees('unlocked');
      expect([liftsOf(scene), isSignedIn(scene, oldPassword)]).toEqual([1, true]);
    },
  );
});
