// Every possible card is within Slack's limits, and no text of a card ever becomes markup.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { blockProblems } from '../../../playground/slack/block-limits.ts';
import { visibleText } from '../../../playground/slack/visible.ts';
import {
  hasLink,
  renderHome,
  renderMessage,
  renderModal,
  renderWithoutLinks,
} from '../../../src/adapters/slack/render.ts';
import { textToMrkdwn, textToPlain } from '../../../src/adapters/slack/render-text.ts';
import { truncate } from '../../../src/adapters/truncate.ts';
import type { Act, Action, Card, Input, Line, Span } from '../../../src/bot/cards/card.ts';
import { flowId, instant, knownActor } from '../../../src/flows/ids.ts';
import { aCard, codeCard } from './scripted-conversation.ts';

const jane = knownActor('slack:T0ACME:U0JANE');
const evil = '<!channel> *bold* _it_ ~no~ `code` <https://evil.example|click> & "x" > y';

const anyText = fc.oneof(
  fc.string({ maxLength: 120 }),
  fc.constant(evil),
  fc.string({ unit: 'grapheme', maxLength: 4_000 }),
);
const span: fc.Arbitrary<Span> = fc.oneof(
  anyText,
  anyText.map((strong) => ({ strong })),
  fc.constantFrom(jane, knownActor('teams:x:y'), knownActor('slack:T:<!here>')).map((person) => ({ person })),
  fc.integer({ min: 0, max: 4_000_000_000_000 }).map((at) => ({ time: instant(at) })),
);
const line: fc.Arbitrary<Line> = fc.record({
  text: fc.array(span, { maxLength: 5 }),
  tone: fc.constantFrom('normal', 'quiet', 'alert', 'success'),
});
const act = fc.constantFrom<Act>('start-reset', 'continue', 'send-code', 'cancel', 'approve', 'deny', 'disown');
const label = fc.string({ minLength: 1, maxLength: 200 }).filter((text) => text.trim() !== '');
const press: fc.Arbitrary<Action> = fc.record(
  {
    kind: fc.constant('press' as const),
    act,
    label,
    style: fc.constantFrom('primary', 'danger', 'normal'),
    opensWindow: fc.boolean(),
    confirm: fc.record({ title: label, text: label, yes: label, no: label }),
    apart: label,
    isKeptFromWindows: fc.constant(true as const),
  },
  { requiredKeys: ['kind', 'act', 'label', 'style', 'opensWindow'] },
);
const action: fc.Arbitrary<Action> = fc.oneof(
  press,
  label.map(
    (text): Action => ({ kind: 'link', act: 'follow-link', label: text, url: 'https://latchkey.example/go/x' }),
  ),
);
const choices = fc
  .uniqueArray(fc.nat({ max: 10_000 }), { minLength: 1, maxLength: 20 })
  .chain((ids) =>
    fc.tuple(
      ...ids.map((id) =>
        fc.record({ value: fc.constant(`email|${id}`), label, hint: label }, { requiredKeys: ['value', 'label'] }),
      ),
    ),
  );
const input: fc.Arbitrary<Input> = fc.oneof(
  fc.record(
    {
      kind: fc.constant('code' as const),
      name: fc.constant('code' as const),
      label,
      hint: label,
      minLength: fc.constant(4),
      maxLength: fc.constant(12),
      which: label,
      error: label,
    },
    { requiredKeys: ['kind', 'name', 'label', 'hint', 'minLength', 'maxLength', 'which'] },
  ),
  fc.record({
    kind: fc.constant('text' as const),
    name: fc.constant('note' as const),
    label,
    hint: label,
    maxLength: fc.constant(200),
  }),
  choices.chain((options) =>
    fc.record({
      kind: fc.constant('choice' as const),
      name: fc.constantFrom('contact' as const, 'reason' as const),
      label,
      choices: fc.constant(options),
      initial: fc.constantFrom(options[0]?.value ?? '', 'email|not-there'),
    }),
  ),
);
const card: fc.Arbitrary<Card> = fc.record(
  {
    flow: fc.constant(flowId('flow-0000000000000001')),
    version: fc.nat({ max: 100 }),
    title: label,
    summary: fc.array(span, { maxLength: 3 }),
    lines: fc.array(line, { maxLength: 20 }),
    inputs: fc.array(input, { maxLength: 1 }),
    submit: fc.record({ act, label }),
    actions: fc.array(action, { maxLength: 9 }),
    closeLabel: label,
  },
  { requiredKeys: ['version', 'title', 'summary', 'lines', 'inputs', 'actions', 'closeLabel'] },
);

describe('any card', () => {
  it('is a window that Slack takes', () => {
    fc.assert(
      fc.property(card, (one) => {
        expect(blockProblems('modal', renderModal(one))).toEqual([]);
      }),
    );
  });

  it('is a message that Slack takes, with a text for notifications, and nothing is typed into it', () => {
    fc.assert(
      fc.property(card, (one) => {
        const message = renderMessage(one);
        expect(blockProblems('message', message.blocks)).toEqual([]);
        expect(message.text.trim()).not.toBe('');
        expect(JSON.stringify(message.blocks)).not.toContain('plain_text_input');
      }),
    );
  });

  it('is part of a home page that Slack takes, however many there are', () => {
    fc.assert(
      fc.property(fc.array(card, { maxLength: 12 }), (cards) => {
        expect(blockProblems('home', renderHome(cards, 'Acme'))).toEqual([]);
      }),
    );
  });

  it('makes markup only of what the card calls a person, a time or strong', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const drawn = textToMrkdwn([text], 3_000);
        expect(drawn).not.toMatch(/[<>*~`]/);
        expect(drawn.replace(/&(?:amp|lt|gt);/g, '')).not.toContain('&');
      }),
    );
  });

  it('is cut where it is too long, and never within a character, an entity or a mention', () => {
    fc.assert(
      fc.property(fc.array(span, { maxLength: 8 }), fc.integer({ min: 40, max: 400 }), (text, limit) => {
        const drawn = textToMrkdwn(text, limit);
        expect(drawn.length).toBeLessThanOrEqual(limit);
        expect(drawn.isWellFormed() || !textToPlain(text).isWellFormed()).toBe(true);
        expect(drawn.split('<').length).toBe(drawn.split('>').length);
        expect(drawn).not.toMatch(/&(?!amp;|lt;|gt;)/);
      }),
    );
  });
});

describe('what is wrong with a typed code', () => {
  it('stands under the field of a window, and in a message where the field would be: before the buttons, once', () => {
    const card = codeCard({}, "That isn't the code. 2 tries left.");
    const types = (blocks: readonly { readonly type?: unknown; readonly block_id?: unknown }[]) =>
      blocks.map(({ type, block_id }) => (block_id === 'lk.error' ? 'error' : type));
    expect(types(renderModal(card).blocks)).toEqual(['section', 'input', 'error']);
    expect(types(renderMessage(card).blocks)).toEqual(['section', 'section', 'error', 'actions']);
    expect(JSON.stringify(renderMessage(card)).split('2 tries left')).toHaveLength(2);
  });

  it('has an id of its own on a page with several cards', () => {
    const card = codeCard({}, "That isn't the code.");
    const ids = renderHome([card, card]).blocks.map(({ block_id }) => block_id);
    expect(new Set(ids.filter((id) => id !== undefined)).size).toBe(ids.filter((id) => id !== undefined).length);
  });
});

describe('text', () => {
  it('draws people, times and weight in Slack’s own way', () => {
    const at = instant(Date.parse('2026-03-02T10:45:30Z'));
    expect(textToMrkdwn([{ strong: 'Unlock' }, ' for ', { person: jane }, ' at ', { time: at }], 200)).toBe(
      '*Unlock* for <@U0JANE> at <!date^1772448330^{time}|10:45 UTC>',
    );
    expect(textToPlain(['for ', { person: jane }, ' at ', { time: at }])).toBe('for a colleague at 10:45 UTC');
  });

  it('shows of a name from elsewhere what can be seen, cut to one line of sixty characters', () => {
    const person = knownActor('teams:x:y');
    const called = (name: string) => [
      textToMrkdwn(['for ', { person, name }, ' now'], 500),
      textToPlain(['for ', { person, name }, ' now']),
    ];
    expect(called('Sam\u202e\u2066 Agent\u200b')).toEqual(Array(2).fill('for Sam Agent now'));
    expect(called('x'.repeat(300))).toEqual(Array(2).fill(`for ${'x'.repeat(59)}… now`));
    expect(called('\u202e\u200f')).toEqual(Array(2).fill('for a colleague now'));
  });

  it('lets no text turn the text beside it', () => {
    expect(textToMrkdwn(['call \u202e4711\u2069', { strong: '\u2067now' }], 500)).toBe('call 4711*now*');
    expect(textToPlain(['call \u202e4711\u2069', { strong: '\u2067now' }])).toBe('call 4711now');
  });

  it('tells the day of a time that may be another day’s', () => {
    const until = ['until ', { time: instant(Date.parse('2026-03-02T10:45:30Z')), withDay: true } as const];
    expect(textToMrkdwn(until, 200)).toBe(
      'until <!date^1772448330^{date_short_pretty} at {time}|2026-03-02, 10:45 UTC>',
    );
    expect(textToPlain(until)).toBe('until 2026-03-02, 10:45 UTC');
  });

  it('tells a time that must have come to the second, never too early', () => {
    const from = ['at ', { time: instant(Date.parse('2026-03-02T10:45:29.001Z')), toTheSecond: true } as const];
    expect(textToMrkdwn(from, 200)).toBe('at <!date^1772448330^{time_secs}|10:45:30 UTC>');
    expect(textToPlain(from)).toBe('at 10:45:30 UTC');
  });

  it('names nobody of another platform, and nobody by an odd id', () => {
    expect(textToMrkdwn([{ person: knownActor('teams:x:y') }], 200)).toBe('a colleague');
    expect(textToMrkdwn([{ person: knownActor('slack:T0:U0|x> <!here') }], 200)).toBe('a colleague');
  });

  it('keeps masked addresses as they are, and Slack from making links of them', () => {
    const drawn = renderModal(aCard({ lines: [{ text: ['to j•••@g•••.com or •••12'], tone: 'quiet' }] }));
    expect(visibleText({ ...drawn })).toContain('to j•••@g•••.com or •••12');
    const texts = JSON.stringify(drawn).match(/"type":"mrkdwn"[^}]*\}/g) ?? [];
    expect(texts.length).toBeGreaterThan(0);
    expect(texts.every((one) => one.includes('"verbatim":true'))).toBe(true);
  });

  it('keeps words with underscores inside', () => {
    expect(textToMrkdwn(['app_metadata and _this_'], 100)).toBe('app_metadata and ＿this＿');
  });

  it('is never cut through a pair of surrogates', () => {
    expect(truncate('😀😀😀', 4)).toBe('😀…');
  });
});

describe('a window', () => {
  it('asks for a code that is typed, with a hint; what was typed stays however often it is drawn, and goes for the next code', () => {
    const view = renderModal(codeCard());
    expect(view.blocks.find(({ type }) => type === 'input')).toMatchObject({
      block_id: 'lk.code.first',
      hint: { text: 'Six digits' },
      element: { type: 'plain_text_input', action_id: 'code', min_length: 4, max_length: 12 },
    });
    expect(view).toMatchObject({
      callback_id: 'lk.submit-code',
      submit: { text: 'Verify' },
      close: { text: 'Not now' },
    });
    expect(JSON.stringify(renderModal(codeCard({ version: 4 })).blocks)).toContain('lk.code.first');
    expect(JSON.stringify(renderModal(codeCard({}, undefined, 'second')).blocks)).toContain('lk.code.second');
  });

  it('preselects a contact, and none that is not offered', () => {
    const offer = (initial: string) =>
      JSON.stringify(
        renderModal(
          aCard({
            inputs: [
              { kind: 'choice', name: 'contact', label: 'Where?', choices: [{ value: 'a', label: 'A' }], initial },
            ],
          }),
        ),
      );
    expect(offer('a')).toContain('initial_option');
    expect(offer('b')).not.toContain('initial_option');
  });

  it('carries nothing through the client but opaque ids', () => {
    const view = renderModal(aCard({ channel: 'slack:C0HELPDESK' }));
    expect(JSON.parse(view.private_metadata)).toEqual({ flow: 'flow-0000000000000001', channel: 'slack:C0HELPDESK' });
  });
});

describe('a message', () => {
  it('without its links has none', () => {
    const link: Action = { kind: 'link', act: 'follow-link', label: 'Open', url: 'https://latchkey.example/go/x' };
    const one = aCard({ actions: [link] });
    expect(hasLink(one)).toBe(true);
    expect(JSON.stringify(renderWithoutLinks(one))).not.toContain('/go/');
  });

  const apart: Action = {
    ...{ kind: 'press', act: 'disown', label: 'It wasn’t me', style: 'normal', opensWindow: false },
    apart: 'Didn’t ask for this?',
    confirm: { title: 'Stop?', text: 'It ends all sessions.', yes: 'Stop', no: 'Back', isDanger: true },
  };
  const main: Action = { kind: 'link', act: 'follow-link', label: 'Open', url: 'https://latchkey.example/go/x' };

  it('keeps a button that stands apart in a row of its own below the others, unstyled, and its question is a warning', () => {
    const { blocks } = renderMessage(aCard({ actions: [apart, main] }));
    expect(blocks.slice(-3)).toMatchObject([
      { type: 'actions', elements: [{ text: { text: 'Open' }, style: 'primary' }] },
      { type: 'divider' },
      {
        type: 'section',
        text: { text: 'Didn’t ask for this?' },
        accessory: { text: { text: 'It wasn’t me' }, confirm: { style: 'danger', confirm: { text: 'Stop' } } },
      },
    ]);
    expect(blocks.at(-1)?.['accessory']).not.toHaveProperty('style');
  });

  it('has a main link, and others beside it', () => {
    const { blocks } = renderMessage(aCard({ actions: [main, { ...main, label: 'Other', isSecondary: true }] }));
    const elements = blocks.at(-1)?.['elements'];
    expect(elements).toMatchObject([{ text: { text: 'Open' }, style: 'primary' }, { text: { text: 'Other' } }]);
    expect(Array.isArray(elements) && elements[1]).not.toHaveProperty('style');
  });

  it('alone keeps a button from windows, where the card says so', () => {
    const one = aCard({ actions: [main, { ...apart, isKeptFromWindows: true }] });
    expect(visibleText({ ...renderMessage(one) })).toContain('It wasn’t me');
    expect(visibleText({ ...renderHome([one]) })).toContain('It wasn’t me');
    expect(visibleText({ ...renderModal(one) })).not.toMatch(/It wasn’t me|didn’t ask/);
    expect(visibleText({ ...renderModal(aCard({ actions: [main, apart] })) })).toContain('It wasn’t me');
  });

  it('asks before a button that cannot be taken back', () => {
    const confirm = { title: 'Sure?', text: 'It ends all sessions.', yes: 'Yes', no: 'No' };
    const disown: Action = {
      kind: 'press',
      act: 'disown',
      label: 'It wasn’t me',
      style: 'danger',
      opensWindow: false,
      confirm,
    };
    const { blocks } = renderMessage(aCard({ actions: [disown] }));
    expect(blocks.at(-1)).toMatchObject({
      elements: [{ style: 'danger', confirm: { confirm: { text: 'Yes' }, deny: { text: 'No' } } }],
    });
  });
});
