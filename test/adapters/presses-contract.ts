// Buttons and forms on every platform: what a person does arrives with the right act and the right person; what was not
// offered does not arrive.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Act, type Action, type Card, cardLimits } from '../../src/bot/cards/card.ts';
import type { Place } from '../../src/bot/messenger.ts';
import type { Outcome } from '../../src/flows/outcome.ts';
import type { Fixture, Harness, Tampering } from './harness.ts';
import { aCard, aFlow, codeCard } from './slack/scripted-conversation.ts';

/** A link opens in the browser: the bot is not notified. */
const pressed: { readonly [Each in Exclude<Act, 'follow-link'>]: true } = {
  'start-reset': true,
  'start-unlock': true,
  'start-change': true,
  'start-enrolment': true,
  'remove-contact': true,
  'stop-reminding': true,
  continue: true,
  'send-code': true,
  'submit-code': true,
  'resend-code': true,
  'other-contact': true,
  'use-recovery-code': true,
  'submit-recovery-code': true,
  'resend-mail': true,
  cancel: true,
  restart: true,
  disown: true,
  approve: true,
  deny: true,
  'submit-denial': true,
  'retry-doubt': true,
  'settle-doubt': true,
  'something-else': true,
  'ask-helpdesk': true,
};
const acts = Object.keys(pressed) as readonly Act[];
const tampered: { readonly [Kind in Tampering]: string } = {
  'no-such-act': 'an act that there is none of',
  'no-flow': 'a flow that is none',
  'another-shape': 'data of another shape',
  'more-behind-the-act': 'an act with something behind it',
  'not-ours': 'a button of somebody else’s',
};

const button = (act: Act): Action => ({ kind: 'press', act, label: `Do ${act}`, style: 'normal', opensWindow: false });
const request = aCard({
  title: 'Unlock request',
  lines: [{ text: ['Somebody asks.'], tone: 'normal' }],
  actions: [button('approve'), button('deny')],
});
const choices = [
  { value: 'email|65a000000000000000000001', label: 'Email j•••@g•••.com' },
  { value: 'sms|65a000000000000000000002', label: 'Text •••12' },
];
const choosing = aCard({
  version: 2,
  inputs: [{ kind: 'choice', name: 'contact', label: 'Where to?', choices }],
  submit: { act: 'send-code', label: 'Send code' },
});
const verified = aCard({ version: 7, lines: [{ text: ['You are verified.'], tone: 'success' }] });

export function pressesContract(harness: Harness): void {
  let fixture: Fixture;
  beforeEach(async () => {
    fixture = await harness.fixture();
    fixture.script.reply = () => ({ kind: 'done' });
  });
  afterEach(() => fixture.close());
  const tellJane = (card: Card) => standing(fixture.messenger.tell(fixture.jane, card));
  const posted = (card: Card) => standing(fixture.messenger.post(fixture.helpdesk, card));

  describe('what a person does', () => {
    it('arrives as it was meant, by whom, and for which flow: every act there is', async () => {
      for (let first = 0; first < acts.length; first += cardLimits.actions) {
        const some = acts.slice(first, first + cardLimits.actions);
        const place = await tellJane(aCard({ actions: some.map(button) }));
        for (const act of some) {
          await fixture.press(fixture.jane, place, act);
          expect(fixture.script.pressed.at(-1)).toMatchObject({ actor: fixture.jane, act, flow: aFlow, values: {} });
        }
      }
      expect(fixture.script.pressed).toHaveLength(acts.length);
      expect(fixture.script.left).toBe(acts.length);
    });

    it('has no flow where the card had none', async () => {
      const { flow: _flow, ...without } = aCard({ version: 0, actions: [button('start-unlock')] });
      await fixture.press(fixture.jane, await tellJane(without), 'start-unlock');
      expect(fixture.script.pressed).toMatchObject([{ act: 'start-unlock' }]);
      expect(fixture.script.pressed[0]).not.toHaveProperty('flow');
    });

    it.each([
      ['a code', codeCard(), { code: '739 241' }, 'submit-code'],
      ['a contact', choosing, { contact: 'sms|65a000000000000000000002' }, 'send-code'],
    ])('arrives with what was filled in: %s', async (_what, card, values, act) => {
      fixture.script.reply = () => ({ kind: 'card', card });
      await fixture.fill(fixture.jane, await tellJane(card), values);
      expect(fixture.script.pressed.at(-1)).toMatchObject({ actor: fixture.jane, act, flow: aFlow, values });
    });

    it('on a card of the helpdesk arrives with its channel, and so does the form that it led to', async () => {
      const place = await posted(request);
      await fixture.press(fixture.sam, place, 'approve');
      const reasons = [{ value: 'suspicious', label: 'It looks odd' }];
      fixture.script.reply = ({ channel = '' }) => ({
        kind: 'card',
        card: aCard({
          channel,
          inputs: [{ kind: 'choice', name: 'reason', label: 'Why?', choices: reasons }],
          submit: { act: 'submit-denial', label: 'Deny' },
        }),
      });
      await fixture.deny(fixture.sam, place, { reason: 'suspicious' });
      expect(fixture.script.pressed).toMatchObject([
        { actor: fixture.sam, act: 'approve', channel: harness.helpdesk },
        { actor: fixture.sam, act: 'deny', channel: harness.helpdesk },
        { actor: fixture.sam, act: 'submit-denial', channel: harness.helpdesk, values: { reason: 'suspicious' } },
      ]);
    });
  });

  describe('the answer to it', () => {
    it('stands in the place of the card that was pressed', async () => {
      const place = await tellJane(aCard({ actions: [button('cancel')] }));
      const before = fixture.standing(fixture.jane);
      fixture.script.reply = () => ({ kind: 'card', card: verified });
      await fixture.press(fixture.jane, place, 'cancel');
      expect(fixture.seen(place, fixture.jane)).toContain('You are verified.');
      expect(fixture.seen(place, fixture.jane)).not.toContain('Do cancel');
      expect(fixture.standing(fixture.jane)).toBe(before);
      expect(fixture.script.left).toBe(1);
    });

    it('that says why not is for the one who pressed alone, and the card stays', async () => {
      const place = await posted(request);
      fixture.script.reply = () => ({ kind: 'notice', text: ['You cannot approve your own request.'] });
      await fixture.press(fixture.sam, place, 'approve');
      expect(fixture.whispers(fixture.sam)).toEqual(['You cannot approve your own request.']);
      expect(fixture.whispers(fixture.jane)).toEqual([]);
      for (const one of [fixture.sam, fixture.jane]) expect(fixture.seen(place, one)).toContain('Do approve');
      expect(fixture.standing(fixture.helpdesk)).toBe(1);
    });

    it('is an apology where something fails inside, without its words, and the card stays', async () => {
      const place = await posted(request);
      fixture.script.reply = () => Promise.reject(new Error('a secret detail'));
      await fixture.press(fixture.sam, place, 'approve');
      expect(fixture.whispers(fixture.sam)).toEqual(['Sorry, something went wrong.']);
      expect(fixture.seen(place, fixture.sam)).toContain('Do approve');
      expect(fixture.logged.join()).not.toContain('a secret detail');
    });
  });

  describe('what nobody offered', () => {
    it.each(Object.entries(tampered))(
      'does not arrive, and is answered with a sentence (%s): %s',
      async (tampering) => {
        const place = await tellJane(aCard({ actions: [button('cancel')] }));
        await fixture.forge(place, tampering as Tampering);
        expect(fixture.script.pressed).toEqual([]);
        expect(fixture.whispers(fixture.jane)).toEqual([expect.stringContaining('old message')]);
        expect(fixture.seen(place, fixture.jane)).toContain('Do cancel');
      },
    );

    it('is never taken for its owner’s where somebody else presses it, and leaves the owner’s card as it is', async () => {
      const place = await tellJane(aCard({ actions: [button('disown')] }));
      fixture.script.reply = () => ({ kind: 'notice', text: ["This request isn't yours."] });
      await fixture.pressElsewhere(place, 'disown');
      expect(fixture.script.pressed.filter(({ actor }) => actor !== fixture.sam)).toEqual([]);
      expect(fixture.whispers(fixture.jane)).toEqual([]);
      expect(fixture.seen(place, fixture.jane)).toContain('Do disown');
    });
  });
}

async function standing(placed: Promise<Outcome<Place>>): Promise<Place> {
  const place = await placed;
  if (!place.ok) throw new Error(place.failure.cause);
  return place.value;
}
