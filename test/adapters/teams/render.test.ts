// Every possible card is within Teams' limits, and no text of a card ever becomes markup.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createCardCheck } from '../../../playground/teams/card-check.ts';
import { buttonsOn } from '../../../playground/teams/cards.ts';
import { settingsOf } from '../../../playground/teams/settings.ts';
import { renderCard, renderMessage } from '../../../src/adapters/teams/render.ts';
import { neutral, textToMarkdown, textToPlain } from '../../../src/adapters/teams/render-text.ts';
import { truncate } from '../../../src/adapters/truncate.ts';
import type { Act, Action, Card, Input, Line, Span } from '../../../src/bot/cards/card.ts';
import { flowId, instant, knownActor } from '../../../src/flows/ids.ts';
import { schemasMissing } from '../../schemas.ts';
import { titled } from '../../skipped-reporter.ts';
import { aCard, codeCard } from '../slack/scripted-conversation.ts';
import { appId, appPassword, jane, tenantId } from './scene.ts';

const settings = settingsOf({ appId, appPassword, tenantId });
const missing = schemasMissing('adaptive-card-1.5.schema.json');
const nobody = (): undefined => undefined;
const evil =
  '**bold** _it_ `code` [click](https://evil.example) <https://evil.example> {{TIME(2026-01-01T00:00:00Z)}} \\* &lt; ~~no~~';

const anyText = fc.oneof(
  fc.string({ maxLength: 120 }),
  fc.constantFrom(evil, '- an item', '1. first', '# heading', '> said', '+ plus', '_', '**', '[]()'),
  fc.string({ unit: 'grapheme', maxLength: 4_000 }),
);
const span: fc.Arbitrary<Span> = fc.oneof(
  anyText,
  anyText.map((strong) => ({ strong })),
  fc.constantFrom(jane, knownActor('slack:T0:U0'), knownActor('teams:x:y')).map((person) => ({ person })),
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
      which: fc.constant('first'),
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
  it.skipIf(missing !== undefined)(titled('is one that Microsoft’s schema describes', missing), async () => {
    await fc.assert(
      fc.asyncProperty(card, fc.boolean(), async (one, back) => {
        const check = createCardCheck(settings);
        await check.checkCard(renderCard(one, nobody, { back }), 'here');
        expect(check.problems).toEqual([]);
      }),
    );
  });

  it('is a message of one card and no text, below 28 KB as Teams counts', () => {
    fc.assert(
      fc.property(card, (one) => {
        const message = renderMessage(one, () => evil);
        expect(message.text).toBeUndefined();
        expect(message.attachments).toHaveLength(1);
        expect(message.summary?.trim()).not.toBe('');
        expect(JSON.stringify(message).length * 2).toBeLessThan(28 * 1024 + 1_000);
        expect(JSON.stringify(message.attachments).length * 2).toBeLessThan(28 * 1024);
      }),
    );
  });

  it('calls people by a name in which nothing is hidden, letter by letter the same in the text and the entity', () => {
    const called = [
      { id: '29:1', name: `Sam\u202e\u2066 \u3164Agent\u0000 ${'x'.repeat(500)}` },
      { id: '29:2', name: '\u200b' },
    ];
    const [attachment] = renderMessage(aCard(), nobody, called).attachments ?? [];
    const drawn = JSON.stringify(attachment);
    expect(drawn).toContain(`<at>Sam Agent ${'x'.repeat(49)}…</at>`);
    expect(drawn.match(/<at>[^<]+<\/at>/g)).toHaveLength(4);
    expect(drawn.match(/<at>[^<]*[\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164][^<]*<\/at>/)).toBeNull();
  });

  it('has no more buttons than Teams shows, and each can be pressed also where Action.Execute is unknown', () => {
    fc.assert(
      fc.property(card, (one) => {
        const card = renderCard(one, nobody);
        const inBody = card.body.flatMap(({ type, actions }) => (type === 'ActionSet' ? [actions] : []));
        for (const row of [card.actions, ...inBody]) expect(row).toSatisfy((all: unknown[]) => all.length <= 6);
        for (const each of buttonsOn({ ...card }).filter(({ type }) => type === 'Action.Execute')) {
          expect(each['fallback']).toMatchObject({ type: 'Action.Submit', data: { act: each['verb'] } });
        }
      }),
    );
  });

  it('makes markup only of what the card calls a time or strong', () => {
    fc.assert(
      fc.property(fc.array(anyText, { maxLength: 4 }), (text) => {
        const drawn = textToMarkdown(text, nobody, 3_000);
        expect(drawn).not.toMatch(/[*`~[\]<>\\]|\{\{|&#?\w+;|:\/\//);
        expect(drawn).not.toMatch(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/u);
        expect(drawn).not.toMatch(/^\s*(?:[-+#]|\d+[.)])/);
      }),
    );
  });

  it('is cut where it is too long, and never within a character, a time or bold type', () => {
    fc.assert(
      fc.property(fc.array(span, { maxLength: 8 }), fc.integer({ min: 40, max: 400 }), (text, limit) => {
        const drawn = textToMarkdown(text, nobody, limit);
        expect(drawn.length).toBeLessThanOrEqual(limit);
        expect(drawn.isWellFormed()).toBe(true);
        expect(drawn.split('**').length % 2).toBe(1);
        expect(drawn.replace(/\{\{TIME\([\dT:-]+Z\)\}\}/g, '')).not.toContain('{{');
      }),
    );
  });
});

describe('text', () => {
  const at = instant(Date.parse('2026-03-02T10:45:30.250Z'));

  it('draws times in the reader’s own zone, weight, and people by their names', () => {
    expect(
      textToMarkdown([{ strong: 'Unlock' }, ' for ', { person: jane }, ' at ', { time: at }], () => 'Jane Doe', 200),
    ).toBe('**Unlock** for Jane Doe at {{TIME(2026-03-02T10:45:30Z)}}');
    expect(textToPlain(['for ', { person: jane }, ' at ', { time: at }], () => 'Jane Doe')).toBe(
      'for Jane Doe at 10:45 UTC',
    );
  });

  it('tells the day of a time that may be another day’s', () => {
    const until = ['until ', { time: at, withDay: true } as const];
    expect(textToMarkdown(until, nobody, 200)).toBe(
      'until {{DATE(2026-03-02T10:45:30Z,SHORT)}} at {{TIME(2026-03-02T10:45:30Z)}}',
    );
    expect(textToPlain(until, nobody)).toBe('until 2026-03-02, 10:45 UTC');
  });

  it('tells a time that must have come as the next full minute, since no seconds are shown: never too early', () => {
    const from = (time: string) => ['at ', { time: instant(Date.parse(time)), toTheSecond: true } as const];
    expect(textToMarkdown(from('2026-03-02T10:45:00.001Z'), nobody, 200)).toBe('at {{TIME(2026-03-02T10:46:00Z)}}');
    expect(textToMarkdown(from('2026-03-02T10:46:00Z'), nobody, 200)).toBe('at {{TIME(2026-03-02T10:46:00Z)}}');
    expect(textToPlain(from('2026-03-02T10:45:29.001Z'), nobody)).toBe('at 10:45:30 UTC');
  });

  it('calls somebody whose name is not to be had a colleague', () => {
    expect(textToMarkdown([{ person: jane }], nobody, 200)).toBe('a colleague');
  });

  it('takes a name for no more than a name', () => {
    const drawn = textToMarkdown(
      ['for ', { person: jane }],
      () => '[Jane](https://evil.example) **Doe** {{DATE(x)}}',
      200,
    );
    expect(drawn).toBe('for ［Jane］(https:\u2060//evil.example) ∗∗Doe∗∗ {\u2060{DATE(x)}}');
  });

  it('shows of a name what can be seen, cut to one line of sixty characters', () => {
    const called = (name: string) => [
      textToMarkdown(['for ', { person: jane }, ' now'], () => name, 500),
      textToMarkdown(['for ', { person: jane, name }, ' now'], nobody, 500),
      textToPlain(['for ', { person: jane, name }, ' now'], nobody),
    ];
    expect(called('Jane\u202e\u2066 Doe\u200b')).toEqual(Array(3).fill('for Jane Doe now'));
    expect(called('x'.repeat(300))).toEqual(Array(3).fill(`for ${'x'.repeat(59)}… now`));
    expect(called('\u202e\u200f')).toEqual(Array(3).fill('for a colleague now'));
  });

  it('puts a comma between the people whom it calls, so that two names do not read as one', () => {
    const called = ['Sam Rivera', 'Ada Okafor'].map((name, nth) => ({ id: `29:${nth}`, name }));
    expect(JSON.stringify(renderMessage(aCard(), nobody, called).attachments)).toContain(
      '"<at>Sam Rivera</at>, <at>Ada Okafor</at>"',
    );
  });

  it('lets no text turn the text beside it', () => {
    expect(neutral('call \u202e4711\u2069')).toBe('call 4711');
    expect(textToPlain(['call \u202e4711\u2069'], nobody)).toBe('call 4711');
  });

  it('keeps masked addresses and words with underscores as they are', () => {
    expect(textToMarkdown(['to j•••@g•••.com or •••12, app_metadata'], nobody, 200)).toBe(
      'to j•••@g•••.com or •••12, app_metadata',
    );
  });

  it('shows no stars where bold type could not begin or end', () => {
    expect(textToMarkdown(['to', { strong: '•••12' }, 'x'], nobody, 200)).toBe('to•••12x');
    expect(textToMarkdown(['to ', { strong: '•••12' }, '.'], nobody, 200)).toBe('to **•••12**.');
    expect(textToMarkdown([{ strong: 'a' }, { strong: 'b' }], nobody, 200)).toBe('**a**b');
  });

  it('is never cut through a pair of surrogates', () => {
    expect(truncate('😀😀😀', 4)).toBe('😀…');
  });
});

describe('the title', () => {
  const headings = (one: Card) => renderCard(one, nobody).body.filter(({ style }) => style === 'heading');
  const lines: readonly Line[] = [{ text: [{ strong: 'Unlock request' }, ' for ', { person: jane }], tone: 'normal' }];

  it('heads a card', () => {
    expect(headings(aCard({ title: 'Unlock your account', lines }))).toMatchObject([{ text: 'Unlock your account' }]);
  });

  it('is left out where the first line says it already', () => {
    const one = aCard({ title: 'Unlock request', isSelfEvident: true, lines });
    expect(headings(one)).toEqual([]);
    expect(renderCard(one, nobody).body[0]).toMatchObject({ text: '**Unlock request** for a colleague' });
    expect(headings({ ...one, lines: [] })).toHaveLength(1);
  });
});

describe('a card with inputs', () => {
  it('asks for the code in the card itself, and sends it with one button only', () => {
    const { body, actions } = renderCard(
      codeCard({
        actions: [{ kind: 'press', act: 'resend-code', label: 'Again', style: 'normal', opensWindow: false }],
      }),
      nobody,
    );
    expect(body.find(({ type }) => type === 'Input.Text')).toMatchObject({ id: 'code', label: 'Code', maxLength: 12 });
    expect(actions.map(({ verb, associatedInputs }) => [verb, associatedInputs])).toEqual([
      ['submit-code', undefined],
      ['resend-code', 'none'],
    ]);
    expect(actions[0]).toMatchObject({
      title: 'Verify',
      style: 'positive',
      data: { flow: 'flow-0000000000000001', v: 3 },
    });
  });

  it('tells what was wrong with the input itself, once', () => {
    const { body } = renderCard(codeCard({}, "That isn't the code. 2 tries left."), nobody);
    expect(JSON.stringify(body).split('2 tries left')).toHaveLength(2);
    const field = body.findIndex(({ type }) => type === 'Input.Text');
    expect(body[field]).toMatchObject({ label: 'Code', errorMessage: 'Please fill this in.' });
    // Directly under the field, in the colour in which the client shows its own errors.
    expect(body[field + 1]).toMatchObject({ text: "⚠️ That isn't the code. 2 tries left.", color: 'attention' });
  });

  it('preselects a contact, and none that is not offered', () => {
    const offer = (initial: string) =>
      renderCard(
        aCard({
          inputs: [
            { kind: 'choice', name: 'contact', label: 'Where?', choices: [{ value: 'a', label: 'A' }], initial },
          ],
        }),
        nobody,
      ).body.find(({ type }) => type === 'Input.ChoiceSet');
    expect(offer('a')).toMatchObject({ id: 'contact', value: 'a', style: 'expanded' });
    expect(offer('b')).not.toHaveProperty('value');
  });
});

describe('a button', () => {
  it('carries nothing through the client but opaque ids', () => {
    const { actions } = renderCard(
      aCard({
        channel: 'teams:19:x',
        actions: [{ kind: 'press', act: 'approve', label: 'Approve', style: 'primary', opensWindow: false }],
      }),
      nobody,
    );
    expect(actions[0]?.['data']).toEqual({ flow: 'flow-0000000000000001', v: 1 });
  });

  it('that cannot be taken back asks first', () => {
    const confirm = { title: 'Sure?', text: 'It ends all sessions.', yes: 'Yes', no: 'No' };
    const { actions } = renderCard(
      aCard({
        actions: [
          { kind: 'press', act: 'disown', label: 'It wasn’t me', style: 'danger', opensWindow: false, confirm },
        ],
      }),
      nobody,
    );
    expect(actions).toMatchObject([
      { type: 'Action.ShowCard', title: 'It wasn’t me', card: { actions: [{ title: 'Yes', verb: 'disown' }] } },
    ]);
  });

  it('that stands apart is below the others, after its question, and asks as a warning', () => {
    const confirm = { title: 'Stop?', text: 'It ends all sessions.', yes: 'Stop', no: 'Back' };
    const press = { kind: 'press', act: 'disown', label: 'It wasn’t me', style: 'normal', opensWindow: false } as const;
    const apart = { ...press, apart: 'Didn’t ask for this?', confirm: { ...confirm, isDanger: true } } as const;
    const main: Action = { kind: 'link', act: 'follow-link', label: 'Open', url: 'https://latchkey.example/go/x' };
    const { body, actions } = renderCard(aCard({ actions: [apart, main] }), nobody);
    expect(body.slice(-2)).toMatchObject([
      { type: 'ActionSet', actions: [{ type: 'Action.OpenUrl', style: 'positive' }] },
      { type: 'TextBlock', text: 'Didn’t ask for this?', isSubtle: true, separator: true },
    ]);
    expect(actions).toMatchObject([
      { type: 'Action.ShowCard', title: 'It wasn’t me', card: { actions: [{ title: 'Stop', style: 'destructive' }] } },
    ]);
    const quiet = renderCard(aCard({ actions: [{ ...press, confirm }] }), nobody);
    expect(quiet.actions).toMatchObject([{ card: { actions: [{ title: 'Stop' }] } }]);
    expect(JSON.stringify(quiet)).not.toContain('destructive');
  });

  it('that is a link opens it, and tells the bot nothing', () => {
    const url = 'https://latchkey.example/go/x';
    const { actions } = renderCard(
      aCard({ actions: [{ kind: 'link', act: 'follow-link', label: 'Open', url }] }),
      nobody,
    );
    expect(actions).toEqual([{ type: 'Action.OpenUrl', title: 'Open', url, style: 'positive' }]);
    const other: Action = { kind: 'link', act: 'follow-link', label: 'Open', url, isSecondary: true };
    expect(renderCard(aCard({ actions: [other] }), nobody).actions).toEqual([
      { type: 'Action.OpenUrl', title: 'Open', url },
    ]);
  });
});
