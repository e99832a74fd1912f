// What each side sees. The walk shows that every state can be shown; this file checks what is shown.
import { describe, expect, it } from 'vitest';
import { isStillWanted } from '../../src/flows/begin.ts';
import { decide } from '../../src/flows/decide.ts';
import { close, giveUp } from '../../src/flows/decision.ts';
import type { Ending } from '../../src/flows/ending.ts';
import { accountId, actorId, type Instant, later, typedPlatform } from '../../src/flows/ids.ts';
import { disownSeconds } from '../../src/flows/limits.ts';
import { freshProof, showHelpdesk, showPerson } from '../../src/flows/show.ts';
import type { AwaitingApproval, Challenged, Flow, FlowState, Open, Opening } from '../../src/flows/state.ts';
import { unreachable } from '../../src/flows/unreachable.ts';
import { account, email, foreignContact, freshLink, gateless, jane, kim, noon, sam, subjectOf, text } from './cast.ts';

const until = later(noon, 900);
const flowAt = (state: FlowState): Flow => ({ ...subjectOf('unlock'), state, version: 3 });
const proof = { channel: 'email' as const, at: noon };
const challenged: Challenged = {
  ...{ at: 'challenged', account, contacts: [email, text], contact: email.ref, attemptsLeft: 2, after: 'sent' },
  ...{ resendFrom: later(noon, 60), codeUntil: later(noon, 180), until },
};
const awaiting: AwaitingApproval = {
  ...{ at: 'awaiting-approval', account, proof, needed: 2, approvals: [{ by: sam, at: noon }] },
  ...{ askedAt: noon, earlierUnlocks: 1, until },
};
const closedWith = (ending: Ending, from: Open = awaiting): Flow => flowAt(close(from, ending, noon, 'tell').state);
const again = { again: until };

describe('the person', () => {
  it('reads after a wrong code how many tries are left', () => {
    const screen = showPerson(flowAt({ ...challenged, after: 'wrong', attemptsLeft: 1 }), noon);
    expect(screen).toMatchObject({ shows: 'enter-code', after: 'wrong', attemptsLeft: 1, contact: email });
  });

  it('is offered another contact only where there is one', () => {
    expect(showPerson(flowAt(challenged), noon)).toMatchObject({ hasOtherContacts: true });
    expect(showPerson(flowAt({ ...challenged, contacts: [email] }), noon)).toMatchObject({ hasOtherContacts: false });
  });

  it('is not offered a new code that could only come after the request has ended', () => {
    expect(showPerson(flowAt(challenged), noon)).toMatchObject({ canResend: true });
    expect(showPerson(flowAt({ ...challenged, resendFrom: until }), noon)).toMatchObject({ canResend: false });
  });

  it.each(['used-up', 'expired', 'too-old'] as const)(
    'reads of a code that is %s, without an input for it',
    (after) => {
      const screen = showPerson(flowAt({ ...challenged, after }), noon);
      expect(screen).toMatchObject({ shows: 'code-dead', why: after });
      expect(screen).not.toHaveProperty('attemptsLeft');
    },
  );

  it('reads how long an approval usually takes, where that is known', () => {
    expect(showPerson(flowAt({ ...awaiting, usualSeconds: 240 }), noon)).toHaveProperty('usualSeconds', 240);
    expect(showPerson(flowAt(awaiting), noon)).not.toHaveProperty('usualSeconds');
  });

  it('sees no contact by more than its mask, even one that is not known any more', () => {
    const screen = showPerson(flowAt({ ...challenged, contact: foreignContact }), noon);
    expect(screen).toMatchObject({ contact: { ref: foreignContact, masked: '•••' } });
  });

  it('reads to save the new password before the ticket ends, not only before nobody waits for it any more', () => {
    const minted = later(noon, -1);
    const state = { at: 'changing' as const, account, proof, approvals: [], openedAt: noon, until: later(noon, 630) };
    const screen = showPerson(flowAt(state), noon);
    expect(screen.shows === 'link-opened' && screen.until <= later(minted, 600)).toBe(true);
  });

  it('reads until when a page that is being opened again can be used: the first one as long as it was, a new one as the link', () => {
    const opening: Opening = {
      ...{ at: 'opening', account, proof, approvals: [], link: freshLink, until: later(noon, 600) },
      openUntil: later(noon, 45),
    };
    expect(showPerson(flowAt(opening), noon)).toMatchObject({ shows: 'link-opened', until: later(noon, 600) });
    const before = { openedAt: noon, until: later(noon, 630), left: 2 };
    expect(showPerson(flowAt({ ...opening, before }), noon)).toMatchObject({ until: later(noon, 598) });
  });

  it('can say "it wasn\'t me" for a day after a proven request, and only until it is said', () => {
    const { state } = closedWith({ outcome: 'done', because: 'unlocked' });
    const canDisown = (of: FlowState, now: Instant) => {
      const screen = showPerson(flowAt(of), now);
      return screen.shows === 'ended' && screen.canDisown;
    };
    expect(canDisown(state, noon)).toBe(true);
    expect(canDisown(state, later(noon, disownSeconds - 0.001))).toBe(true);
    expect(canDisown(state, later(noon, disownSeconds))).toBe(false);
    expect(state.at === 'closed' && canDisown({ ...state, disownedAt: noon }, noon)).toBe(false);
    expect(canDisown(close(challenged, { outcome: 'expired', because: 'flow' }, noon).state, noon)).toBe(false);
  });
});

describe('a proof', () => {
  const denied: Ending = { outcome: 'refused', because: 'denied', by: kim, reason: 'suspicious' };

  it('says who is writing for an hour, whatever became of the request', () => {
    expect(freshProof(flowAt(awaiting), noon)).toEqual(proof);
    expect(freshProof(closedWith(denied), later(noon, 3599))).toEqual(proof);
    expect(freshProof(closedWith(denied), later(noon, 3600))).toBeUndefined();
  });

  it('is none before a code was accepted', () => {
    expect(freshProof(flowAt(challenged), noon)).toBeUndefined();
    expect(freshProof(closedWith({ outcome: 'expired', because: 'flow' }, challenged), noon)).toBeUndefined();
  });

  it('says nothing any more once somebody has said "it wasn\'t me", of this request or of another', () => {
    const { state } = closedWith(denied);
    expect(freshProof(flowAt({ ...state, disownedAt: noon } as FlowState), noon)).toBeUndefined();
    expect(freshProof(closedWith({ outcome: 'refused', because: 'frozen', ...again }), noon)).toBeUndefined();
  });
});

describe('the helpdesk', () => {
  it('sees nothing of a request before it is asked', () => {
    expect(showHelpdesk(flowAt(challenged))).toBeUndefined();
    expect(
      showHelpdesk(flowAt(close(challenged, { outcome: 'expired', because: 'flow' }, noon).state)),
    ).toBeUndefined();
  });

  it('sees who asks, how they proved themselves, and how far it is', () => {
    expect(showHelpdesk(flowAt(awaiting))).toMatchObject({
      ...{ shows: 'approval', person: jane, proof, needed: 2, approvals: [{ by: sam }], earlierUnlocks: 1 },
    });
  });

  it('sees who said no, and why', () => {
    const denied = closedWith({ outcome: 'refused', because: 'denied', by: kim, reason: 'suspicious' });
    expect(showHelpdesk(denied)).toMatchObject({ shows: 'denied', by: kim, reason: 'suspicious' });
  });

  const overs: readonly (readonly [Ending, string])[] = [
    [{ outcome: 'done', because: 'unlocked' }, 'done'],
    [{ outcome: 'expired', because: 'approval' }, 'expired'],
    [{ outcome: 'cancelled', because: 'person' }, 'cancelled'],
    [{ outcome: 'cancelled', because: 'operator' }, 'ended'],
    [{ outcome: 'refused', because: 'frozen', ...again }, 'frozen'],
    [{ outcome: 'refused', because: 'elsewhere' }, 'failed'],
    [{ outcome: 'failed', because: 'settled-by-helpdesk' }, 'settled'],
    [{ outcome: 'refused', because: 'deactivated' }, 'left'],
    [{ outcome: 'failed', because: 'helpdesk-unreachable' }, 'failed'],
    [{ outcome: 'failed', because: 'unconfirmed' }, 'unconfirmed'],
  ];

  it.each(overs)('sees what came of it: %j', (ending, outcome) => {
    expect(showHelpdesk(closedWith(ending))).toMatchObject({ shows: 'approved', outcome, approvals: [{ by: sam }] });
    const alone = closedWith(ending, { ...awaiting, approvals: [] });
    expect(showHelpdesk(alone)).toMatchObject({ shows: 'over', outcome });
  });

  const wanted: readonly (readonly [Ending, string])[] = [
    [{ outcome: 'refused', because: 'disabled' }, 'disabled'],
    [{ outcome: 'refused', because: 'unsupported' }, 'unsupported'],
    [{ outcome: 'refused', because: 'unlocks-spent', ...again }, 'unlocks-spent'],
    [{ outcome: 'refused', because: 'denied-by-provider' }, 'denied-by-provider'],
    [{ outcome: 'failed', because: 'unreachable' }, 'failed'],
    [{ outcome: 'failed', because: 'refused-by-provider' }, 'failed'],
    [{ outcome: 'failed', because: 'not-permitted' }, 'not-permitted'],
    [{ outcome: 'failed', because: 'limited', ...again }, 'limited'],
    [{ outcome: 'failed', because: 'codes-limited', ...again }, 'limited'],
  ];

  it.each(wanted)('is asked for help where only people can help: %j', (ending, because) => {
    expect(showHelpdesk(closedWith(ending))).toMatchObject({ shows: 'help-wanted', because, proof });
  });

  it('is not told about a code that could not be sent yet', () => {
    const { state } = giveUp({ ...sending, delayed: false }, { because: 'limited', again: later(noon, 3600) }, noon);
    expect(showHelpdesk(flowAt(state))).toBeUndefined();
  });

  it('is not told that somebody is proven who is not', () => {
    const unproven = closedWith({ outcome: 'refused', because: 'denied-by-provider' }, challenged);
    expect(showHelpdesk(unproven)).toMatchObject({ shows: 'help-wanted' });
    expect(showHelpdesk(unproven)).not.toHaveProperty('proof');
  });

  it('sees a token that was not for this account, and "it wasn\'t me" before anything else', () => {
    const mismatch = closedWith({ outcome: 'refused', because: 'proof-mismatch' }, challenged);
    expect(showHelpdesk(mismatch)).toMatchObject({ shows: 'mismatch' });
    const { state } = mismatch;
    if (state.at !== 'closed') throw new Error('open');
    expect(showHelpdesk(flowAt({ ...state, disownedAt: noon }))).toMatchObject({ shows: 'disowned', at: noon });
  });

  it('reads who let an unlock through that the person says was not theirs', () => {
    const approvals = [{ by: sam, at: noon }];
    const { state } = close(
      { at: 'fulfilling', account, proof, approvals, delayed: false, until: later(noon, 630) },
      { outcome: 'done', because: 'unlocked' },
      noon,
    );
    const disowned = showHelpdesk(flowAt({ ...state, disownedAt: noon, helpdeskKnows: true }));
    expect(disowned).toMatchObject({ shows: 'disowned', unlockedBy: approvals });
  });

  it('a password that was changed is told before whatever else has ended the request', () => {
    const { state } = close(
      { at: 'changing', account, proof, approvals: [], openedAt: noon, until: later(noon, 630) },
      { outcome: 'cancelled', because: 'person' },
      noon,
    );
    const lateChange = { changedAt: noon, sessions: 'ending' as const };
    const seen = flowAt({ ...state, lateChange });
    expect(showPerson(seen, noon)).toMatchObject({ ending: { because: 'password-changed', changedAt: noon } });
    const disowned = flowAt({ ...state, lateChange, disownedAt: noon, helpdeskKnows: true });
    expect(showHelpdesk(disowned)).toMatchObject({ shows: 'disowned', changedAt: noon });
  });

  it('is said to be in a directory where the account lives in one: other computers ask it too', () => {
    const ending = { outcome: 'done', because: 'password-changed', changedAt: noon, sessions: 'asked' } as const;
    const ended = { at: 'closed', ending, closedAt: noon, approvals: [], helpdeskKnows: false } as const;
    const shown = (one: string) => showPerson(flowAt({ ...ended, account: accountId(one) }), noon);
    expect(shown('ad|CorpAD|3b3bfcd0-036b-4413-aee9-204412b943ce')).toMatchObject({ isInDirectory: true });
    for (const screen of [shown('auth0|ad'), showPerson(flowAt(ended), noon)])
      expect(screen).not.toHaveProperty('isInDirectory');
  });
});

const sending = { at: 'sending', account, contacts: [email], contact: email.ref, until: later(noon, 900) } as const;

describe('a pause that the other side asked for', () => {
  const again = later(noon, 60);

  it('reaches the screen with its time, and leaves it when it is over', () => {
    expect(showPerson(flowAt({ ...sending, delayed: true, again }), noon)).toMatchObject({ delayed: true, again });
    expect(showPerson(flowAt({ ...sending, delayed: true }), noon)).not.toHaveProperty('again');
  });

  it('says from when a code that was not looked at may be entered', () => {
    const waits = { ...challenged, after: 'unchecked' as const, checkFrom: again };
    expect(showPerson(flowAt(waits), noon)).toMatchObject({ shows: 'enter-code', checkFrom: again });
    expect(showPerson(flowAt(challenged), noon)).not.toHaveProperty('checkFrom');
  });
});

describe('what a damaged row must not lead to', () => {
  it('a code that was accepted for a contact which is not offered proves nothing', () => {
    const { after: _after, ...challenge } = challenged;
    const checking = { ...challenge, at: 'checking' as const, contact: foreignContact, checkUntil: later(noon, 45) };
    const beside = { rival: 'none' as const, isSendingElsewhere: false };
    const moment = { now: noon, policy: gateless, budget: { counted: [] }, ...beside, freshLink };
    expect(decide(subjectOf('reset'), checking, { type: 'code.accepted' }, moment)).toMatchObject({ kind: 'ignored' });
  });
});

/** Bypasses the type checker, as a damaged row would. */
const damaged = (value: unknown): never => value as never;

describe('what cannot be is refused loudly, never guessed', () => {
  it('a place, an order or an outcome that does not exist', () => {
    const nowhere = damaged({ at: 'nowhere', until });
    const moment = damaged({ now: noon, budget: { counted: [] } });
    expect(() => decide(subjectOf('reset'), nowhere, { type: 'deadline' }, moment)).toThrow('unreachable');
    expect(() => showPerson(flowAt(nowhere), noon)).toThrow('unreachable');
    expect(() => isStillWanted(damaged({ do: 'dance' }), nowhere)).toThrow('unreachable');
    expect(() => showHelpdesk(closedWith(damaged({ outcome: 'odd', because: 'odd' })))).toThrow('unreachable');
    expect(() => unreachable(damaged({ secret: 'of jane' }))).toThrow(/^unreachable: object$/);
  });
});

describe('a pause that an administrator has lifted', () => {
  const disowned = {
    ...close(awaiting, { outcome: 'refused', because: 'disowned' }, noon, 'tell').state,
    disownedAt: noon,
  };

  it('is on the cards of both, and only then', () => {
    const lifted = flowAt({ ...disowned, helpdeskKnows: true, pauseLiftedAt: noon });
    expect(showHelpdesk(lifted)).toMatchObject({ shows: 'disowned', pauseLiftedAt: noon });
    expect(showPerson(lifted, noon)).toMatchObject({ pauseLiftedAt: noon });
    expect(showHelpdesk(flowAt({ ...disowned, helpdeskKnows: true }))).not.toHaveProperty('pauseLiftedAt');
  });
});

describe('the helpdesk’s card of a request that no chat vouches for', () => {
  const visitor = actorId({ platform: typedPlatform, tenant: 'typed', user: 'x7Kq' });
  const fromWeb = (state: FlowState): Flow => ({ ...flowAt(state), actor: visitor });

  it('says whose account it is, as long as it is known; one of a chat names its person alone', () => {
    expect(showHelpdesk(fromWeb(awaiting))).toMatchObject({ shows: 'approval', person: visitor, account });
    const { account: _account, ...unknown } = close(awaiting, { outcome: 'expired', because: 'approval' }, noon).state;
    expect(showHelpdesk(fromWeb(unknown))).toMatchObject({ person: visitor });
    expect(showHelpdesk(fromWeb(unknown))).not.toHaveProperty('account');
    expect(showHelpdesk(flowAt(awaiting))).not.toHaveProperty('account');
  });
});
