// No dead end: from every screen a button leads on, unless the person has what they wanted or it continues by itself.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Act, Card } from '../../src/bot/cards/card.ts';
import { personCard } from '../../src/bot/cards/person-card.ts';
import { drawApology } from '../../src/bot/cards/plain-card.ts';
import type { HelpdeskWays } from '../../src/bot/cards/ways-on.ts';
import { en } from '../../src/bot/copy/en/en.ts';
import type { RefusedPerson } from '../../src/flows/ending.ts';
import { actorId, type Instant, instant, later } from '../../src/flows/ids.ts';
import type { PersonScreen } from '../../src/flows/screen.ts';
import { showPerson } from '../../src/flows/show.ts';
import type { FlowState } from '../../src/flows/state.ts';
import { exampleLink, personScreens } from '../adapters/every-screen.ts';
import { sam, subjectOf } from '../flows/cast.ts';
import { statesByPlace } from '../store/state-arbitrary.ts';

const now = instant(Date.parse('2026-03-02T10:45:00Z'));
const ada = actorId({ platform: 'teams', tenant: 'X1', user: 'ADA' });
const screens = personScreens({ person: subjectOf('reset').actor, agents: [sam, ada] });

const inChat: HelpdeskWays = { hasChannel: true };
const byPhone: HelpdeskWays = { hasChannel: false, contact: 'call 4711' };

const drawn = (screen: PersonScreen, helpdesk: HelpdeskWays, at: Instant = now, isRedrawnInTime = false): Card =>
  personCard(screen, { copy: en, now: at, linkUrl: exampleLink, isRedrawnInTime, helpdesk });

/** To cancel or to disown is no way on. */
const leadingOn: ReadonlySet<Act> = new Set([
  ...(['send-code', 'submit-code', 'resend-code', 'other-contact', 'restart'] as const),
  ...(['use-recovery-code', 'submit-recovery-code', 'resend-mail'] as const),
  ...(['start-reset', 'start-enrolment', 'ask-helpdesk', 'follow-link'] as const),
]);
const leadsOn = ({ actions, submit }: Card): boolean =>
  (submit !== undefined && leadingOn.has(submit.act)) || actions.some(({ act }) => leadingOn.has(act));

/** The helpdesk is not asked for people who are not employees; the sentence on the card says whom to ask. */
const strangers: readonly RefusedPerson[] = ['bot', 'guest', 'external', 'deactivated'];

/** Where nothing is to be pressed, and why. */
function whyNone(screen: PersonScreen): 'it has worked' | 'it continues by itself' | 'not an employee' | undefined {
  switch (screen.shows) {
    // A call is under way that takes seconds, and its own deadline ends it.
    case 'checking-code':
    case 'checking-recovery-code':
      return 'it continues by itself';
    // The same; where it takes longer, the screen says so, and then a button is there.
    case 'looking-you-up':
    case 'sending-code':
    case 'verified':
    case 'unlocking':
    case 'mailing-link':
    case 'removing':
      return screen.delayed ? undefined : 'it continues by itself';
    // The contacts are being changed; the person waits for it in their browser.
    case 'contacts':
      return screen.isBusy && !screen.delayed ? 'it continues by itself' : undefined;
    // The helpdesk has been asked; when nobody answers in time, the next card has the way on.
    case 'waiting-for-helpdesk':
      return 'it continues by itself';
    case 'ended': {
      if (screen.disownedAt !== undefined) return undefined;
      const { because } = screen.ending;
      if (because === 'unlocked' || because === 'password-changed' || because === 'enrolled') return 'it has worked';
      return strangers.some((one) => one === screen.ending.because) ? 'not an employee' : undefined;
    }
    default:
      return undefined;
  }
}

const toldAt = (screen: PersonScreen): string =>
  screen.shows === 'ended' ? `ended: ${screen.ending.because}` : screen.shows;

describe('where the helpdesk has a channel', () => {
  it.each([...new Set(screens.map(toldAt))])('a button leads on, or there is a reason why none does: %s', (told) => {
    for (const screen of screens.filter((one) => toldAt(one) === told)) {
      for (const isRedrawnInTime of [true, false]) {
        const card = drawn(screen, inChat, now, isRedrawnInTime);
        expect(leadsOn(card) || whyNone(screen) !== undefined, JSON.stringify(card)).toBe(true);
      }
    }
  });

  it('a button leads on wherever a flow can stand', () => {
    const states = fc.oneof(...Object.values<fc.Arbitrary<FlowState>>(statesByPlace));
    fc.assert(
      fc.property(states, fc.constantFrom('reset' as const, 'unlock' as const), fc.integer(), (state, kind, ms) => {
        const at = later(now, ms % 1_000_000);
        const screen = showPerson({ ...subjectOf(kind), state, version: 3 }, at);
        return leadsOn(drawn(screen, inChat, at)) || whyNone(screen) !== undefined;
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ...(['denied', 'frozen', 'attempts-spent', 'sends-spent', 'unlocks-spent', 'helpdesk-unreachable'] as const),
    ...(['approval', 'no-contact', 'link', 'disabled', 'unsupported', 'proof-mismatch', 'unreachable'] as const),
    ...(['denied-by-provider', 'refused-by-provider', 'unconfirmed', 'settled-by-helpdesk', 'disowned'] as const),
    ...(['second-proof-impossible', 'contact-unconfirmed'] as const),
  ])('the helpdesk can be asked where it may be the only way: %s', (because) => {
    const ends = screens.filter((one) => one.shows === 'ended' && one.ending.because === because);
    expect(ends.length).toBeGreaterThan(0);
    for (const screen of ends) expect(drawn(screen, inChat).actions.map(({ act }) => act)).toContain('ask-helpdesk');
  });

  it('an apology has the helpdesk as the way on', () => {
    expect(drawApology(inChat, en).actions.map(({ act }) => act)).toEqual(['ask-helpdesk']);
  });
});

/** That it was told, or will be. It cannot be true without a channel. */
const toldThem = /have been told|has been told|is told|has been asked/;
const saidOn = ({ lines, actions, summary }: Card): string =>
  [
    summary,
    ...lines.map(({ text }) => text),
    ...actions.map((action) => [action.kind === 'press' ? (action.confirm?.text ?? '') : '']),
  ]
    .map((text) => text.join(''))
    .join('\n');

describe('where the helpdesk has no channel', () => {
  it('nobody reads that it has been told, or that it will be', () => {
    const waiting = screens.filter(({ shows }) => shows !== 'waiting-for-helpdesk');
    expect(waiting.filter((screen) => toldThem.test(saidOn(drawn(screen, byPhone)))).map(toldAt)).toEqual([]);
    // The search finds what is said where there is a channel.
    const said = new Set(waiting.filter((screen) => toldThem.test(saidOn(drawn(screen, inChat)))).map(toldAt));
    expect(said.size).toBeGreaterThan(10);
  });

  it('its contact stands wherever its button would, and the button nowhere', () => {
    const contact = 'Helpdesk: call 4711';
    for (const screen of screens) {
      const asks = drawn(screen, inChat).actions.some(({ act }) => act === 'ask-helpdesk');
      const card = drawn(screen, byPhone);
      expect(card.actions.map(({ act }) => act)).not.toContain('ask-helpdesk');
      const says = card.lines.some(({ text }) => text.join('') === contact);
      if (asks) expect(says, toldAt(screen)).toBe(true);
    }
    const apology = drawApology(byPhone, en);
    expect(apology.actions).toEqual([]);
    expect(apology.lines.at(-1)?.text.join('')).toBe(contact);
  });

  it('nothing stands in its place where the operator names no contact', () => {
    for (const screen of screens) {
      const texts = drawn(screen, { hasChannel: false }).lines.map(({ text }) => text.join(''));
      expect(texts.filter((text) => text.startsWith('Helpdesk:'))).toEqual([]);
    }
  });

  it('the notification says that the helpdesk was told only where it has a channel, like the card', () => {
    const told = /(helpdesk has been|They have been)/;
    const says = (helpdesk: HelpdeskWays): number =>
      screens.filter((screen) => told.test(String(drawn(screen, helpdesk).summary.join('')))).length;
    expect(says({ hasChannel: false })).toBe(screens.filter(({ shows }) => shows === 'waiting-for-helpdesk').length);
    expect(says(inChat)).toBeGreaterThan(says({ hasChannel: false }));
  });
});

describe('the sign-in page’s own “Forgot password?”', () => {
  const withLink: HelpdeskWays = { ...inChat, hasForgotLink: () => true };
  const sentence = /"Forgot password\?"|you can also use that/;
  const naming = (helpdesk: HelpdeskWays): ReadonlySet<string> =>
    new Set(
      screens
        .filter((screen) => sentence.test(JSON.stringify(drawn(screen, helpdesk).lines)))
        .map((screen) => `${screen.kind} ${toldAt(screen)}`),
    );

  it('is named where no contact can be used, and nowhere else: never after a limit, a pause, a block or a proof', () => {
    const where = new Set([...naming(withLink)].map((one) => one.replace(/^\w+ /, '')));
    expect([...where].sort()).toEqual(['ended: contact-unconfirmed', 'ended: contacts-resting', 'ended: no-contact']);
  });

  it('is named nowhere where not everybody has it, or that is not known', () => {
    expect(naming({ ...inChat, hasForgotLink: () => false })).toEqual(new Set());
    expect(naming(inChat)).toEqual(new Set());
  });
});
