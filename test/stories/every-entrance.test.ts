// The same stories at every entrance: a chat in Slack or Teams, the pages under /recover, and the REST flow.
import { describe, expect } from 'vitest';
import { eventually } from './chat.ts';
import { type Entrance, entrances, everyEntrance, type Visit } from './entrance.ts';
import {
  changesOf,
  checksOf,
  denies,
  isLocked,
  isSignedIn,
  liftsOf,
  newPassword,
  noCodeComes,
  nthCode,
  oldPassword,
  proves,
  tellsAt,
} from './entrance-story.ts';
import { janesAccount, janesPhone } from './people.ts';
import { slack, teams } from './platform.ts';
import { approvals, denied, refused, wrongCode } from './said.ts';
import { type Scene, wrong } from './story.ts';

const here = 'setPasswordHere: [CorpUsers]\n';
const asksFor = (more: string): string => `rules: [{ reset: { ${more} }, unlock: { ${more} } }]\n`;

async function typesNone({ world }: Scene, jane: Visit): Promise<void> {
  for (const typed of ['12', 'not it']) {
    await jane.types(typed);
    await jane.sees('not-a-code');
    // It is no secret, and so short that it stands everywhere.
    world.planted.delete(typed);
  }
}

/** She has been signed in with the old password, and is not any more. */
async function isSignedOut({ auth0 }: Scene): Promise<void> {
  await eventually(
    () => (auth0.user(janesAccount).sessions === 0 ? true : undefined),
    () => 'still signed in',
  );
}

describe.concurrent.each(entrances)('$name somebody who has forgotten their password', (entrance) => {
  for (const [where, policy] of [
    ['on the page of Auth0', ''],
    ['here, where the policy says so', here],
  ] as const)
    tellsAt(
      entrance,
      `types the code and chooses a new one ${where}: it signs in, the old one does not, and sessions end`,
      async (scene, jane) => {
        expect(isSignedIn(scene, oldPassword)).toBe(true);
        await proves(scene, jane, 'reset');
        await jane.sees('password-asked');
        await jane.saves(newPassword);
        await jane.waits(20);
        await jane.sees('password-changed');
        await isSignedOut(scene);
        expect([isSignedIn(scene, oldPassword), isSignedIn(scene, newPassword)]).toEqual([false, true]);
        expect(changesOf(scene)).toBe(1);
      },
      { policy },
    );

  tellsAt(
    entrance,
    'reads which rule a new one does not keep, and chooses another',
    async (scene, jane) => {
      await proves(scene, jane, 'reset');
      await jane.sees('password-asked');
      await jane.saves('Kr4k-n!');
      await jane.sees(refused('too-short'));
      await jane.saves('Password2026!');
      await jane.sees(refused('common'));
      expect([changesOf(scene), isSignedIn(scene, oldPassword)]).toEqual([0, true]);
      await jane.saves(newPassword);
      await jane.sees('password-changed');
      expect([changesOf(scene), isSignedIn(scene, newPassword)]).toEqual([1, true]);
    },
    { policy: here },
  );

  tellsAt(entrance, 'and leaves the link unused finds it expired, and the old one still works', async (scene, jane) => {
    await proves(scene, jane, 'reset');
    await jane.sees('password-asked');
    await jane.waits(601);
    await jane.sees('link-expired');
    expect([changesOf(scene), isSignedIn(scene, oldPassword)]).toEqual([0, true]);
  });

  tellsAt(
    entrance,
    'gets no way to a new one before the helpdesk has approved, where the rule asks for that',
    async (scene, jane) => {
      await proves(scene, jane, 'reset');
      await jane.sees(approvals(0, 1));
      await scene.sam.seesCard('Password reset');
      await jane.hasNoWayToSave(newPassword);
      expect(changesOf(scene)).toBe(0);
      await scene.sam.presses('Approve');
      await jane.sees('password-asked');
      await jane.saves(newPassword);
      await jane.sees('password-changed');
      expect([changesOf(scene), isSignedIn(scene, newPassword)]).toEqual([1, true]);
    },
    { policy: `${here}${asksFor('approvals: 1')}` },
  );

  tellsAt(
    entrance,
    'reads that the helpdesk declined, and why, and keeps the old one',
    async (scene, jane) => {
      await proves(scene, jane, 'reset');
      await scene.sam.seesCard('Password reset');
      await denies(scene, 'Not sure');
      await jane.sees(denied('not-convinced'));
      await jane.hasNoWayToSave(newPassword);
      expect([changesOf(scene), isSignedIn(scene, oldPassword)]).toEqual([0, true]);
    },
    { policy: `${here}${asksFor('approvals: 1')}` },
  );

  tellsAt(
    entrance,
    'gives two proofs where the rule asks for them, and gets no way to a new one before',
    async (scene, jane) => {
      await proves(scene, jane, 'reset');
      await jane.sees('second-proof-asked');
      await jane.hasNoWayToSave(newPassword);
      await jane.asksForSecondCode();
      const code = await nthCode(scene, 2, janesPhone);
      await jane.sees('second-code-asked');
      await jane.types(wrong(code));
      await jane.sees(wrongCode(2));
      await jane.hasNoWayToSave(newPassword);
      expect(changesOf(scene)).toBe(0);
      await jane.types(code);
      await jane.sees('password-asked');
      await jane.saves(newPassword);
      await jane.sees('password-changed');
      expect(isSignedIn(scene, newPassword)).toBe(true);
    },
    { policy: `${here}${asksFor('approvals: 0, proofs: 2')}` },
  );
});

describe.concurrent.each(everyEntrance)('$name somebody who is locked out', (entrance) => {
  tellsAt(
    entrance,
    'types the code, waits for the helpdesk, and signs in with the password they know; no session ends',
    async (scene, jane) => {
      const { auth0, sam } = scene;
      isSignedIn(scene, oldPassword);
      auth0.lock(janesAccount);
      await proves(scene, jane, 'unlock');
      await jane.sees(approvals(0, 1));
      await sam.seesCard('Unlock');
      expect([isLocked(scene), liftsOf(scene)]).toEqual([true, 0]);
      await sam.presses('Approve');
      await jane.sees('unlocked');
      expect([auth0.user(janesAccount).sessions, isSignedIn(scene, oldPassword)]).toEqual([1, true]);
      expect([liftsOf(scene), changesOf(scene)]).toEqual([1, 0]);
    },
  );

  tellsAt(entrance, 'reads that the helpdesk declined, and why, and stays locked out', async (scene, jane) => {
    scene.auth0.lock(janesAccount);
    await proves(scene, jane, 'unlock');
    await scene.sam.seesCard('Unlock');
    await denies(scene, 'Looks like an attack');
    await jane.sees(denied('suspicious'));
    await scene.sam.seesCard('denied by');
    expect([isLocked(scene), liftsOf(scene)]).toEqual([true, 0]);
  });

  tellsAt(entrance, 'reads that nobody answered in time, and stays locked out', async (scene, jane) => {
    scene.auth0.lock(janesAccount);
    await proves(scene, jane, 'unlock');
    await jane.sees(approvals(0, 1));
    await scene.sam.seesCard('Unlock');
    await jane.waits(901);
    await jane.sees('unanswered');
    await scene.sam.seesCard('nobody answered in time');
    expect([isLocked(scene), liftsOf(scene)]).toEqual([true, 0]);
  });

  tellsAt(
    entrance,
    'reads how many have approved, and is unlocked by the second one only',
    async (scene, jane) => {
      const { sam, ada } = scene;
      scene.auth0.lock(janesAccount);
      await proves(scene, jane, 'unlock');
      await jane.sees(approvals(0, 2));
      await sam.seesCard('0 of 2 approvals');
      await sam.presses('Approve');
      await jane.sees(approvals(1, 2));
      expect(liftsOf(scene)).toBe(0);
      await ada.presses('Approve');
      await jane.sees('unlocked');
      expect([isLocked(scene), liftsOf(scene)]).toEqual([false, 1]);
    },
    { policy: asksFor('approvals: 2') },
  );
});

describe.concurrent.each(entrances)('$name somebody who thinks that they are locked out', (entrance) => {
  tellsAt(
    entrance,
    'and is not, reads that after the code, and nobody of the helpdesk is asked',
    async (scene, jane) => {
      await proves(scene, jane, 'unlock');
      await jane.sees('not-locked');
      expect([scene.sam.cards(), liftsOf(scene)]).toEqual([[], 0]);
    },
  );
});

describe.concurrent.each(entrances)('$name a code', (entrance) => {
  tellsAt(
    entrance,
    'that can be none costs no try, of the first proof and of the second',
    async (scene, jane) => {
      await jane.asks('reset');
      await jane.sees('code-asked');
      const code = await nthCode(scene, 1);
      await typesNone(scene, jane);
      await jane.types(wrong(code));
      await jane.sees(wrongCode(2));
      await jane.types(code);
      await jane.sees('second-proof-asked');
      await jane.asksForSecondCode();
      const second = await nthCode(scene, 2, janesPhone);
      await jane.sees('second-code-asked');
      await typesNone(scene, jane);
      await jane.types(second);
      await jane.sees('password-asked');
      expect(checksOf(scene)).toBe(3);
    },
    { policy: asksFor('approvals: 0, proofs: 2') },
  );

  tellsAt(entrance, 'that is wrong costs a try; the right one is taken after it', async (scene, jane) => {
    await jane.asks('reset');
    await jane.sees('code-asked');
    const code = await nthCode(scene, 1);
    await jane.types(wrong(code));
    await jane.sees(wrongCode(2));
    await jane.types(code);
    await jane.sees('password-asked');
    expect(checksOf(scene)).toBe(2);
  });

  tellsAt(
    entrance,
    'that is wrong three times is used up, also the right one, and Auth0 is asked no more; a new one is taken',
    async (scene, jane) => {
      await jane.asks('reset');
      const code = await nthCode(scene, 1);
      await jane.types(wrong(code));
      await jane.sees(wrongCode(2));
      await jane.types(wrong(code));
      await jane.sees(wrongCode(1));
      await jane.types(wrong(code));
      await jane.sees('code-used-up');
      await jane.insistsOn(code);
      expect([checksOf(scene), changesOf(scene), isSignedIn(scene, oldPassword)]).toEqual([3, 0, true]);
      await jane.waits(61);
      if (entrance.isVouched) await jane.sendsAgain();
      else await jane.asks('reset');
      await jane.sees('code-asked');
      await jane.types(await nthCode(scene, 2));
      await jane.sees('password-asked');
    },
  );

  tellsAt(
    entrance,
    'cannot be had twice within a minute; one that is too old is said to be so, and the next one is taken',
    async (scene, jane) => {
      await jane.asks('reset');
      await jane.sees('code-asked');
      const code = await nthCode(scene, 1);
      await jane.hasToWaitForAnotherCode();
      await noCodeComes(scene, 1);
      await jane.waits(181);
      await jane.typesLate(code);
      await jane.sees('code-expired');
      expect(checksOf(scene)).toBe(0);
      await jane.sendsAgain();
      const next = await nthCode(scene, 2);
      await jane.sees('code-asked');
      await jane.types(next);
      await jane.sees('password-asked');
      expect(checksOf(scene)).toBe(1);
    },
  );
});

describe.concurrent.each(entrances)('$name a request', (entrance) => {
  tellsAt(entrance, 'whose code is not typed in time is over, and takes none', async (scene, jane) => {
    await jane.asks('reset');
    await jane.sees('code-asked');
    const code = await nthCode(scene, 1);
    await jane.waits(901);
    await jane.sees('request-expired');
    await jane.insistsOn(code);
    expect(checksOf(scene)).toBe(0);
  });
});

describe.concurrent.each(entrances.filter(({ canCancel }) => canCancel))('$name a request', (entrance) => {
  tellsAt(entrance, 'is cancelled by its person while the helpdesk is asked, who read so', async (scene, jane) => {
    scene.auth0.lock(janesAccount);
    await proves(scene, jane, 'unlock');
    await jane.sees(approvals(0, 1));
    await scene.sam.seesCard('Unlock');
    await jane.cancels();
    await jane.sees('cancelled');
    await scene.sam.seesCard('cancelled by the requester');
    await scene.sam.isOffered();
    expect([isLocked(scene), liftsOf(scene)]).toEqual([true, 0]);
  });

  tellsAt(entrance, 'is cancelled by its person before the code, which is worth nothing then', async (scene, jane) => {
    await jane.asks('reset');
    await jane.sees('code-asked');
    const code = await nthCode(scene, 1);
    await jane.cancels();
    await jane.sees('cancelled');
    await jane.insistsOn(code);
    expect(checksOf(scene)).toBe(0);
    // Not only the browser has forgotten it.
    await isCountedAsCancelled(scene, 'reset');
  });
});

async function isCountedAsCancelled({ world }: Scene, kind: 'reset' | 'unlock'): Promise<void> {
  const line = `kind="${kind}",outcome="cancelled",because="person"} 1`;
  const metrics = async (): Promise<string> => (await fetch(`${world.url}/metrics`)).text();
  await eventually(
    async () => ((await metrics()).includes(line) ? true : undefined),
    () => `no ${line}`,
  );
}

/** By a request of another chat, of the other kind: of one kind it would take the place of the first. */
async function pausesElsewhere(scene: Scene, { platform, isVouched }: Entrance, what: 'reset-password' | 'unlock') {
  const other = (platform === slack && isVouched ? teams : slack).chat(scene.world, 'jane');
  await scene.getsCode(what, other);
  await other.types(await nthCode(scene, 2));
  await other.submits();
  await other.reads(what === 'unlock' ? 'The helpdesk has been asked' : 'Choose a new password');
  await other.pressesInMessage("It wasn't me");
  await other.reads("that this wasn't you");
}

describe.concurrent.each(entrances)('$name somebody whose account is paused', (entrance) => {
  tellsAt(
    entrance,
    'reads that of the request that was open, and can begin no other',
    async (scene, jane) => {
      scene.auth0.lock(janesAccount);
      await proves(scene, jane, 'unlock');
      await jane.sees(approvals(0, 1));
      await scene.sam.seesCard('Unlock');
      await pausesElsewhere(scene, entrance, 'reset-password');
      await jane.sees('paused');
      expect([isLocked(scene), liftsOf(scene)]).toEqual([true, 0]);
      await jane.waits(61);
      await jane.asks('reset');
      // Whoever only typed a name is told nothing of an account.
      await jane.sees(entrance.isVouched ? 'paused' : 'code-asked');
      await noCodeComes(scene, 2);
      expect([changesOf(scene), isSignedIn(scene, oldPassword)]).toEqual([0, false]);
    },
    { slack: true, teams: true },
  );
});

describe.concurrent.each(entrances)('$name somebody who has the page for a new password open', (entrance) => {
  for (const [whose, policy] of [
    ['Auth0’s', ''],
    ['ours', here],
  ] as const)
    tellsAt(
      entrance,
      `saves nothing there once it was said in another chat that it was not them: ${whose}`,
      async (scene, jane) => {
        await proves(scene, jane, 'reset');
        await jane.sees('password-asked');
        await jane.opensPage();
        scene.auth0.lock(janesAccount);
        await pausesElsewhere(scene, entrance, 'unlock');
        await jane.savesInVain(newPassword);
        await jane.sees('paused');
        expect([changesOf(scene), isSignedIn(scene, newPassword)]).toEqual([0, false]);
      },
      { policy, slack: true, teams: true },
    );
});

describe.concurrent.each(entrances)('$name a restart between any two steps', (entrance) => {
  tellsAt(entrance, 'of a reset changes nothing, and one password is set', async (scene, jane) => {
    const { world } = scene;
    await jane.asks('reset');
    await jane.sees('code-asked');
    const code = await nthCode(scene, 1);
    await world.restart();
    await jane.types(wrong(code));
    await jane.sees(wrongCode(2));
    await world.restart();
    await jane.types(code);
    await jane.sees('password-asked');
    await world.restart();
    await jane.saves(newPassword);
    await world.restart();
    await jane.waits(20);
    await jane.sees('password-changed');
    await world.restart();
    await jane.sees('password-changed');
    expect([changesOf(scene), isSignedIn(scene, newPassword)]).toEqual([1, true]);
  });

  tellsAt(
    entrance,
    'of an unlock changes nothing, whatever its rule asks for, and the lock is lifted once',
    async (scene, jane) => {
      const { world, sam, ada } = scene;
      scene.auth0.lock(janesAccount);
      await jane.asks('unlock');
      await jane.sees('code-asked');
      const code = await nthCode(scene, 1);
      await world.restart();
      await jane.types(code);
      await jane.sees('second-proof-asked');
      await world.restart();
      await jane.asksForSecondCode();
      await jane.sees('second-code-asked');
      const second = await nthCode(scene, 2, janesPhone);
      await world.restart();
      await jane.types(second);
      await jane.sees(approvals(0, 2));
      await sam.seesCard('0 of 2 approvals');
      await world.restart();
      await sam.presses('Approve');
      await jane.sees(approvals(1, 2));
      await world.restart();
      expect(liftsOf(scene)).toBe(0);
      await ada.presses('Approve');
      await jane.sees('unlocked');
      await world.restart();
      await jane.sees('unlocked');
      expect([liftsOf(scene), isSignedIn(scene, oldPassword)]).toEqual([1, true]);
    },
    { policy: asksFor('approvals: 2, proofs: 2') },
  );
});
