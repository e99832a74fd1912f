// Buttons and forms on every platform: what a person does arrives with the right act and the right person; what was not
// offered does not arrive.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Act, type Action, type Card, cardLimits } from '../../src/bot/cards/card.ts';
import type { Place } from '../../src/bot/messenger.ts';
import type { Outcome } from '../../src/flows/outcome.ts';
import type { Bench, Stage, Tampering } from './bench.ts';
import { aCard, aFlow, codeCard } from './slack/scripted-conversation.ts';

/** A link opens in the browser: the bot is not notified. */
const pressed: { readonly [Each in Exclude<Act, 'follow-link'>]: true } = {
  'start-reset': true,
  'start-unlock': true,
  continue: true,
  'send-code': true,
  'submit-code': true,
  'resend-code': true,
  'other-contact': true,
  cancel: true,
  restart: true,
  disown: true,
  approve: true,
  deny: true,
  'submit-denial': true,
  'retry-doubt': true,
  'settle-doubt': true,
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

export function pressesContract(bench: Bench): void {
  let stage: Stage;
  beforeEach(async () => {
    stage = await bench.stage();
    stage.script.reply = () => ({ kind: 'done' });
  });
  afterEach(() => stage.close());
  const told = (card: Card) => standing(stage.messenger.tell(stage.jane, card));
  const posted = (card: Card) => standing(stage.messenger.post(stage.helpdesk, card));

  describe('what a person does', () => {
    it('arrives as it was meant, by whom, and for which flow: every act there is', async () => {
      for (let first = 0; first < acts.length; first += cardLimits.actions) {
        const some = acts.slice(first, first + cardLimits.actions);
        const place = await told(aCard({ actions: some.map(button) }));
        for (const act of some) {
          await stage.press(stage.jane, place, act);
          expect(stage.script.pressed.at(-1)).toMatchObject({ actor: stage.jane, act, flow: aFlow, values: {} });
        }
      }
      expect(stage.script.pressed).toHaveLength(acts.length);
      expect(stage.script.left).toBe(acts.length);
    });

    it('has no flow where the card had none', async () => {
      const { flow: _flow, ...without } = aCard({ version: 0, actions: [button('start-unlock')] });
      await stage.press(stage.jane, await told(without), 'start-unlock');
      expect(stage.script.pressed).toMatchObject([{ act: 'start-unlock' }]);
      expect(stage.script.pressed[0]).not.toHaveProperty('flow');
    });

    it.each([
      ['a code', codeCard(), { code: '739 241' }, 'submit-code'],
      ['a contact', choosing, { contact: 'sms|65a000000000000000000002' }, 'send-code'],
    ])('arrives with what was filled in: %s', async (_what, card, values, act) => {
      stage.script.reply = () => ({ kind: 'card', card });
      await stage.fill(stage.jane, await told(card), values);
      expect(stage.script.pressed.at(-1)).toMatchObject({ actor: stage.jane, act, flow: aFlow, values });
    });

    it('on a card of the helpdesk arrives with its channel, and so does the form that it led to', async () => {
      const place = await posted(request);
      await stage.press(stage.sam, place, 'approve');
      const reasons = [{ value: 'suspicious', label: 'It looks odd' }];
      stage.script.reply = ({ channel = '' }) => ({
        kind: 'card',
        card: aCard({
          channel,
          inputs: [{ kind: 'choice', name: 'reason', label: 'Why?', choices: reasons }],
          submit: { act: 'submit-denial', label: 'Deny' },
        }),
      });
      await stage.deny(stage.sam, place, { reason: 'suspicious' });
      expect(stage.script.pressed).toMatchObject([
        { actor: stage.sam, act: 'approve', channel: bench.helpdesk },
        { actor: stage.sam, act: 'deny', channel: bench.helpdesk },
        { actor: stage.sam, act: 'submit-denial', channel: bench.helpdesk, values: { reason: 'suspicious' } },
      ]);
    });
  });

  describe('the answer to it', () => {
    it('stands in the place of the card that was pressed', async () => {
      const place = await told(aCard({ actions: [button('cancel')] }));
      const before = stage.standing(stage.jane);
      stage.script.reply = () => ({ kind: 'card', card: verified });
      await stage.press(stage.jane, place, 'cancel');
      expect(stage.seen(place, stage.jane)).toContain('You are verified.');
      expect(stage.seen(place, stage.jane)).not.toContain('Do cancel');
      expect(stage.standing(stage.jane)).toBe(before);
      expect(stage.script.left).toBe(1);
    });

    it('that says why not is for the one who pressed alone, and the card stays', async () => {
      const place = await posted(request);
      stage.script.reply = () => ({ kind: 'notice', text: ['You cannot approve your own request.'] });
      await stage.press(stage.sam, place, 'approve');
      expect(stage.whispers(stage.sam)).toEqual(['You cannot approve your own request.']);
      expect(stage.whispers(stage.jane)).toEqual([]);
      for (const one of [stage.sam, stage.jane]) expect(stage.seen(place, one)).toContain('Do approve');
      expect(stage.standing(stage.helpdesk)).toBe(1);
    });

    it('is an apology where something fails inside, without its words, and the card stays', async () => {
      const place = await posted(request);
      stage.script.reply = () => Promise.reject(new Error('a secret detail'));
      await stage.press(stage.sam, place, 'approve');
      expect(stage.whispers(stage.sam)).toEqual(['Sorry, something went wrong.']);
      expect(stage.seen(place, stage.sam)).toContain('Do approve');
      expect(stage.logged.join()).not.toContain('a secret detail');
    });
  });

  describe('what nobody offered', () => {
    it.each(Object.entries(tampered))(
      'does not arrive, and is answered with a sentence (%s): %s',
      async (tampering) => {
        const place = await told(aCard({ actions: [button('cancel')] }));
        await stage.forge(place, tampering as Tampering);
        expect(stage.script.pressed).toEqual([]);
        expect(stage.whispers(stage.jane)).toEqual([expect.stringContaining('old message')]);
        expect(stage.seen(place, stage.jane)).toContain('Do cancel');
      },
    );

    it('is never taken for its owner’s where somebody else presses it, and leaves the owner’s card as it is', async () => {
      const place = await told(aCard({ actions: [button('disown')] }));
      stage.script.reply = () => ({ kind: 'notice', text: ["This request isn't yours."] });
      await stage.pressElsewhere(place, 'disown');
      expect(stage.script.pressed.filter(({ actor }) => actor !== stage.sam)).toEqual([]);
      expect(stage.whispers(stage.jane)).toEqual([]);
      expect(stage.seen(place, stage.jane)).toContain('Do disown');
    });
  });
}

async function standing(placed: Promise<Outcome<Place>>): Promise<Place> {
  const place = await placed;
  if (!place.ok) throw new Error(place.failure.cause);
  return place.value;
}
