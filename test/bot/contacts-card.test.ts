// What a person sees of their recovery contacts, in every state.
import { describe, expect, it } from 'vitest';
import { type Card, cardLimits, type Text } from '../../src/bot/cards/card.ts';
import { helpdeskCard } from '../../src/bot/cards/helpdesk-card.ts';
import { personCard } from '../../src/bot/cards/person-card.ts';
import { drawHome, drawWelcome } from '../../src/bot/cards/plain-card.ts';
import type { HelpdeskWays } from '../../src/bot/cards/ways-on.ts';
import { en } from '../../src/bot/copy/en/en.ts';
import type { ListedContact } from '../../src/flows/contact.ts';
import type { Ending } from '../../src/flows/ending.ts';
import type { MadeChange, Undone } from '../../src/flows/enrolment-state.ts';
import { actorId, flowId, instant, later } from '../../src/flows/ids.ts';
import type { PersonScreen } from '../../src/flows/screen.ts';
import { exampleContacts, exampleLists } from '../adapters/example-contacts.ts';

const now = instant(Date.parse('2026-03-02T10:45:00Z'));
const soon = later(now, 600);
const url = 'https://latchkey.test/enrol/token';
const common = { flow: flowId('flow-0000000000000001'), kind: 'enroll', version: 3 } as const;
const all = exampleContacts(now);
const [mail, phone, resting] = all as [ListedContact, ListedContact, ListedContact];
const added: MadeChange = { what: 'added', contact: resting, at: now, usableFrom: soon };
const removed: MadeChange = { what: 'removed', contact: mail, at: now };

type Contacts = Extract<PersonScreen, { shows: 'contacts' }>;
const screenOf = (more: Partial<Contacts> = {}): Contacts => ({
  ...common,
  ...{ shows: 'contacts', step: 'sign-in', contacts: [], changes: [], isBusy: false, delayed: false, until: soon },
  ...more,
});
const endedWith = (
  ending: Ending,
  enrolment?: { readonly changes: readonly MadeChange[]; readonly contacts: readonly ListedContact[] },
  more: Partial<Extract<PersonScreen, { shows: 'ended' }>> = {},
): PersonScreen => ({
  ...common,
  ...{ shows: 'ended', ending, closedAt: now, approvals: [], wasAtPage: false, canDisown: false },
  ...(enrolment === undefined ? {} : { enrolment }),
  ...more,
});
const draw = (screen: PersonScreen, helpdesk: HelpdeskWays = { hasChannel: true }): Card =>
  personCard(screen, { copy: en, now, linkUrl: url, isRedrawnInTime: true, helpdesk });
const plain = (text: Text): string =>
  text
    .map((span) => {
      if (typeof span === 'string') return span;
      if ('strong' in span) return span.strong;
      return 'time' in span ? new Date(span.time).toISOString().slice(0, 16) : 'somebody';
    })
    .join('');
const read = ({ lines }: Pick<Card, 'lines'>): string => lines.map(({ text }) => plain(text)).join('\n');
const labels = ({ actions }: Card): readonly string[] => actions.map(({ label }) => label);
const enrolled: Ending = { outcome: 'done', because: 'enrolled' };

describe('the list', () => {
  it('says that none can be used, where there are some all the same', () => {
    const contacts = all.slice(0, 1).map((each) => ({ ...each, unusable: 'own-domain' as const }));
    const text = read(draw(screenOf({ contacts })));
    expect(text).toContain('You have no recovery contact that can be used.');
    expect(text).toContain("Email j•••@g•••.com · added by your administrator · can't be used: it's a work address");
  });

  it.each<[string, Partial<ListedContact>, string]>([
    ['nothing else', {}, ''],
    ['it rests', { usableFrom: soon }, ' · can be used from 2026-03-02T10:55'],
    ['it is not confirmed', { unconfirmed: true }, ' · not yet confirmed'],
    [
      'it rests and is not confirmed',
      { usableFrom: soon, unconfirmed: true },
      ' · can be used from 2026-03-02T10:55 · not yet confirmed',
    ],
    ['it is never usable', { unusable: 'unverified' }, " · can't be used: it isn't verified"],
    [
      'it is never usable, however new',
      { unusable: 'unverified', usableFrom: soon, unconfirmed: true },
      " · can't be used: it isn't verified",
    ],
  ])('says since when a contact is there, whatever else it says: %s', (_what, more, remarks) => {
    const { ref, channel, masked } = mail;
    const lineOf = (contact: ListedContact): string =>
      read(draw(screenOf({ contacts: [contact] })))
        .split('\n')
        .find((line) => line.startsWith('Email')) ?? '';
    expect(lineOf({ ref, channel, masked, since: now, ...more })).toBe(
      `Email ${masked} · since 2026-03-02T10:45${remarks}`,
    );
    expect(lineOf({ ref, channel, masked, ...more })).toBe(`Email ${masked} · added by your administrator${remarks}`);
  });

  it('says of each contact since when it is there, from when it can be used, or that nobody has confirmed it', () => {
    const text = read(draw(screenOf({ contacts: all })));
    expect(text).toContain('Email j•••@g•••.com · added by your administrator');
    expect(text).toContain('Text •••12 · since 2026-03-01T10:45');
    expect(text).toContain('Email j•••@w•••.org · since 2026-03-02T10:45 · can be used from 2026-03-03T10:45');
    expect(text).toContain('Text •••34 · added by your administrator · not yet confirmed');
  });

  it.each([
    ['email', 'Add email', `${url}/email`],
    ['phone', 'Add phone', `${url}/phone`],
  ])('leads to the browser for each wish: %s', (_, label, to) => {
    const card = draw(screenOf({ contacts: [mail] }));
    expect(card.actions).toContainEqual(expect.objectContaining({ kind: 'link', label, url: to }));
  });

  it('does not say of the buttons that remove a contact that they open the browser', () => {
    const card = draw(screenOf({ contacts: [mail, phone] }));
    expect(card.lines.filter(({ button }) => button !== undefined)).toHaveLength(2);
    expect(read(card)).toContain('Adding one opens your browser');
    expect(read(card)).not.toContain('These buttons');
  });

  it('has the kind that is missing first, as the main button until there are two contacts', () => {
    const mainOf = (contacts: readonly ListedContact[]): readonly string[] =>
      draw(screenOf({ contacts })).actions.flatMap((action) =>
        action.kind === 'link' && action.isSecondary !== true ? [action.label] : [],
      );
    expect([mainOf([]), mainOf([mail]), mainOf([phone]), mainOf([mail, phone])]).toEqual([
      ['Add email'],
      ['Add phone'],
      ['Add email'],
      [],
    ]);
    expect(labels(draw(screenOf({ contacts: [mail] })))).toEqual(['Add phone', 'Add email']);
  });

  it('has a button beside each contact, which says aloud which one it removes', () => {
    const card = draw(screenOf({ contacts: [mail, phone] }));
    expect(card.lines.flatMap(({ button }) => button ?? [])).toMatchObject([
      { act: 'remove-contact', label: 'Remove', contact: mail.ref, spoken: `Remove Email ${mail.masked}` },
      { act: 'remove-contact', label: 'Remove', contact: phone.ref, spoken: `Remove Text ${phone.masked}` },
    ]);
    const inBrowser = draw(screenOf({ contacts: [mail, phone], step: 'in-browser' }));
    expect(inBrowser.lines.flatMap(({ button }) => button ?? [])).toEqual([]);
  });

  it('advises to have two, and only whoever has one', () => {
    const advice = plain(en.haveTwo);
    for (const contacts of [[], [mail], [mail, phone], all]) {
      expect(read(draw(screenOf({ contacts }))).includes(advice)).toBe(contacts.length === 1);
    }
  });

  it('offers nothing to remove where there is nothing', () => {
    expect(labels(draw(screenOf()))).toEqual(['Add email', 'Add phone', 'Ask the helpdesk']);
  });

  it('leads on whoever cannot sign in: by a contact, else by the helpdesk', () => {
    expect(read(draw(screenOf({ contacts: [mail] })))).toContain('Send me reset-password or unlock');
    for (const contacts of [[], [resting]]) {
      expect(read(draw(screenOf({ contacts })))).toContain("Can't sign in? Ask the helpdesk.");
      expect(labels(draw(screenOf({ contacts })))).toContain('Ask the helpdesk');
      const byPhone = draw(screenOf({ contacts }), { hasChannel: false, contact: 'call 4711' });
      expect(read(byPhone)).toContain('Helpdesk: call 4711');
    }
  });

  it('fits into a message, however many contacts and changes there are', () => {
    const contacts = Array.from({ length: 30 }, () => mail);
    const changes = Array.from({ length: 30 }, () => added);
    for (const step of ['sign-in', 'in-browser'] as const) {
      const card = draw(screenOf({ step, contacts, changes }));
      expect(card.lines.length).toBeLessThanOrEqual(cardLimits.lines);
      expect(card.actions.length).toBeLessThanOrEqual(cardLimits.actions);
      expect(read(card)).toContain('And 22 more.');
    }
  });
});

describe('after the sign-in', () => {
  it('the person is sent on to their browser, and reads when something is being changed', () => {
    expect(read(draw(screenOf({ step: 'in-browser' })))).toContain(
      'Continue in your browser. This list updates by itself. Closed the page? Start again.',
    );
    expect(read(draw(screenOf({ step: 'in-browser', isBusy: true })))).toContain('Your contacts are being changed');
  });

  it('each change is told with "It wasn\'t me", which also stands in the window', () => {
    const card = draw(screenOf({ step: 'in-browser', contacts: [mail, resting], changes: [added] }));
    expect(read(card)).toContain('Added: email j•••@w•••.org. It can be used from 2026-03-02T10:55.');
    const [disown] = card.actions.filter(({ act }) => act === 'disown');
    expect(disown).toMatchObject({ label: "It wasn't me", apart: en.notMeQuestion });
    expect(disown).not.toHaveProperty('isKeptFromWindows');
    expect(JSON.stringify(disown)).toContain('remove what was added');
    // From the sign-in on: somebody else may have the password, and be typing the code of their own address.
    expect(labels(draw(screenOf({ step: 'in-browser', contacts: [mail] })))).toEqual(['Start again', "It wasn't me"]);
    expect(labels(draw(screenOf({ step: 'in-browser', contacts: [mail], isBusy: true })))).toEqual(["It wasn't me"]);
  });

  it('the notification of a change names no contact', () => {
    for (const change of [added, removed]) {
      const { summary } = draw(screenOf({ step: 'in-browser', contacts: [mail], changes: [change] }));
      expect(plain(summary)).toBe(`A recovery contact was ${change.what}: if it wasn't you, tell us here`);
    }
  });

  it('whoever took the last one out reads what that means', () => {
    const gone = { step: 'in-browser', contacts: [], changes: [removed] } as const;
    expect(read(draw(screenOf(gone)))).toContain('only the helpdesk can help');
    expect(read(draw(screenOf({ ...gone, contacts: [phone] })))).not.toContain('only the helpdesk can help');
    const end = draw(endedWith(enrolled, { changes: [removed], contacts: [] }));
    expect(read(end)).toContain('only the helpdesk can help');
    expect(labels(end)).toEqual(['Add a recovery contact']);
  });
});

describe('the end', () => {
  it('says what was changed and what there is now', () => {
    const text = read(draw(endedWith(enrolled, { changes: [removed, added], contacts: [phone, resting] })));
    expect(text).toContain('Removed: email j•••@g•••.com.');
    expect(text).toContain('Added: email j•••@w•••.org.');
    expect(text).toContain('These are your recovery contacts now.');
    expect(text).toContain('Text •••12');
  });

  it('has the button for the second contact where it advises to have one', () => {
    const card = (contacts: ListedContact[]) => draw(endedWith(enrolled, { changes: [added], contacts }));
    expect(read(card([phone]))).toContain('Add a second one');
    expect(labels(card([phone]))).toContain('Add another contact');
    expect(read(card([phone, mail]))).not.toContain('Add a second one');
    expect(labels(card([phone, mail]))).not.toContain('Add another contact');
  });

  it('says so where nothing was changed', () => {
    expect(read(draw(endedWith(enrolled, { changes: [], contacts: [phone] })))).toContain('Done. Nothing was changed.');
  });

  it('leads on where the time was over before the sign-in', () => {
    const card = draw(endedWith({ outcome: 'expired', because: 'flow' }));
    expect(read(card)).toContain('This request has expired. Nothing was changed.');
    expect(labels(card)).toEqual(['Start again']);
  });

  it('speaks of contacts, not of passwords, where the account is paused', () => {
    const text = read(draw(endedWith({ outcome: 'refused', because: 'frozen', again: soon })));
    expect(text).toContain('Changes to your recovery contacts are paused until');
  });

  it('after "It wasn\'t me" says what happens to each change', () => {
    const card = draw(
      endedWith(
        { outcome: 'refused', because: 'disowned' },
        { changes: [removed, added], contacts: [] },
        {
          disownedAt: now,
        },
      ),
    );
    expect(read(card)).toContain("that you didn't make this change");
    expect(read(card)).toContain('j•••@w•••.org is being removed again…');
    expect(read(card)).toContain("j•••@g•••.com was removed and can't be put back by us.");
    expect(labels(card)).toEqual(['Ask the helpdesk']);
  });

  it('after "It wasn\'t me" about something else says what stays', () => {
    const changes: readonly MadeChange[] = [{ what: 'bound', at: now }, added];
    const takenBack: readonly Undone[] = [{ is: 'kept' }, { is: 'kept', contact: resting.ref }];
    const card = draw(
      endedWith({ outcome: 'done', because: 'enrolled' }, { changes, contacts: [] }, { disownedAt: now, takenBack }),
    );
    expect(read(card)).toContain('This chat stays connected to your work account.');
    expect(read(card)).toContain('j•••@w•••.org stays in your account.');
  });
});

describe('the helpdesk reads of a disowned change', () => {
  const person = actorId({ platform: 'slack', tenant: 'T1', user: 'JANE' });
  const cardOf = (changes: readonly MadeChange[], undone: readonly Undone[] = []): Card =>
    helpdeskCard({ ...common, person, shows: 'disowned', at: now, changes, undone }, en);
  const bound: MadeChange = { what: 'bound', at: now };

  it('what is under way as that, what is done as done, and what failed with what to do', () => {
    const text = (undone: readonly Undone[]) => read(cardOf([bound, added], undone));
    expect(text([])).toContain('is being disconnected now');
    expect(text([])).toContain('Added, and being removed now: 1 email.');
    const done = text([{ is: 'done' }, { is: 'done', contact: resting.ref }]);
    expect(done).toContain('was disconnected again');
    expect(done).toContain('Added, and removed again: 1 email.');
    const failed = text([{ is: 'failed' }, { is: 'failed', contact: resting.ref }]);
    expect(failed).toContain('is NOT disconnected');
    expect(failed).toContain('Added, and NOT removed: 1 email.');
  });

  it('what stays, from whom the word came, and that the chat which asked is disconnected too', () => {
    const stays = read(cardOf([bound, added], [{ is: 'kept' }, { is: 'kept', contact: resting.ref }]));
    expect(stays).toContain('stays connected');
    expect(stays).toContain('Added, and kept: 1 email.');
    const said = { ...common, person, shows: 'disowned', at: now, changes: [added] } as const;
    const [known, newcomer, disconnecting] = ([{}, { isNewcomer: true }, { disconnects: true }] as const).map((more) =>
      read(helpdeskCard({ ...said, ...more }, en)),
    );
    expect(newcomer).toContain('They said so in a chat that was connected to the account only recently.');
    expect(newcomer).toContain('So only what that chat changed is taken back.');
    expect(disconnecting).toContain('had been connected to the account shortly before, and is being disconnected too');
    expect(known).not.toMatch(/recently|shortly/);
  });

  it('what was added and removed, and no contact, not even masked', () => {
    const text = read(cardOf([added, added, { ...added, contact: phone }, removed]));
    expect(text).toContain("didn't change their recovery contacts");
    expect(text).toContain('Added, and being removed now: 2 emails and 1 phone.');
    expect(text).toContain('Removed, and not put back: 1 email. Only the person can add it again.');
    expect(text).not.toContain('•');
  });

  it('only what there was', () => {
    expect(read(cardOf([added]))).not.toContain('Removed');
    expect(read(cardOf([removed]))).not.toContain('Added');
    expect(plain(cardOf([added]).summary)).toBe(
      "It wasn't me: somebody didn't change their recovery contacts. Please call them.",
    );
  });
});

describe('the home page', () => {
  const titles = (cards: readonly Card[]): readonly string[] => cards.map(({ title }) => title);
  const mainOf = (cards: readonly Card[]): readonly string[] =>
    cards.flatMap(({ actions }) =>
      actions.flatMap((action) => (action.kind === 'press' && action.style === 'primary' ? [action.label] : [])),
    );

  it('has the open request first, then the contacts, then what can be done', () => {
    const open = draw(endedWith(enrolled));
    expect(titles(drawHome([open], { is: 'contacts', contacts: [mail] }, en))).toEqual([
      'Your recovery contacts',
      'Your recovery contacts',
      'Need something else?',
    ]);
  });

  it('has one main button: to add a contact where there is none, else the new password', () => {
    expect(mainOf(drawHome([], { is: 'contacts', contacts: [] }, en))).toEqual(['Add a recovery contact']);
    expect(mainOf(drawHome([], { is: 'contacts', contacts: [mail] }, en))).toEqual(['Forgot password']);
    expect(mainOf(drawHome([], undefined, en))).toEqual(['Forgot password']);
  });

  it('works while the contacts are being looked up, and where they cannot be', () => {
    for (const [own, says] of [
      [undefined, 'Looking up your recovery contacts'],
      [{ is: 'unknown' }, "We can't look up your recovery contacts right now"],
    ] as const) {
      const cards = drawHome([], own, en);
      expect(read({ lines: cards.flatMap(({ lines }) => lines) })).toContain(says);
      expect(cards.flatMap(labels)).toEqual(['Add or remove', 'Forgot password', 'Locked out', 'Something else']);
    }
  });

  it('shows nothing of contacts to whoever is no employee, nor twice while they are being changed', () => {
    expect(titles(drawHome([], { is: 'not-shown' }, en))).toEqual(['Locked out?']);
    expect(titles(drawHome([draw(screenOf())], undefined, en, true))).toEqual([
      'Your recovery contacts',
      'Need something else?',
    ]);
  });

  it('and the welcome keep to what a card may hold', () => {
    for (const own of exampleLists(now)) {
      for (const card of [...drawHome([], own, en), drawWelcome(own, now, en)]) {
        expect(card.lines.length).toBeLessThanOrEqual(cardLimits.lines);
        expect(card.actions.length).toBeLessThanOrEqual(cardLimits.actions);
      }
    }
  });
});

describe('the proof for a removal', () => {
  const code = { contact: phone, resendFrom: now, canResend: true, hasOtherContacts: false };
  const first = { channel: 'sms', at: now } as const;
  const shown = [
    { shows: 'choose-contact', contacts: [phone], first },
    { shows: 'sending-code', contact: phone, delayed: false, until: soon },
    { ...code, shows: 'enter-code', after: 'sent', attemptsLeft: 3, codeUntil: soon },
    { ...code, shows: 'code-dead', why: 'expired' },
    { shows: 'enter-recovery-code', after: 'asked', first, hasOtherContacts: false },
  ] as const;

  it.each(shown)('says what is removed: $shows', (screen) => {
    expect(read(draw({ ...common, ...screen, removes: mail }))).toContain("You're removing email j•••@g•••.com.");
  });

  it.each(shown)('and for anything else removes nothing: $shows', (screen) => {
    expect(read(draw({ ...common, ...screen }))).not.toContain('removing');
  });
});
