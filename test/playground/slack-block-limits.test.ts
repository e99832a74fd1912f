// What Slack would refuse in blocks, case by case.
import { describe, expect, it } from 'vitest';
import { blockProblems, type Surface } from '../../playground/slack/block-limits.ts';

const plain = (text: string) => ({ type: 'plain_text', text });
const section = (text = 'Hello') => ({ type: 'section', text: { type: 'mrkdwn', text } });
const actions = (...elements: object[]) => ({ type: 'actions', elements });
const button = (more: object = {}) => ({ type: 'button', action_id: 'go', text: plain('Go'), ...more });
const option = (value: string, text = value) => ({ text: plain(text), value });
const input = (element: object, more: object = {}) => ({ type: 'input', label: plain('Label'), element, ...more });
const modal = (more: object = {}) => ({ type: 'modal', title: plain('Title'), blocks: [section()], ...more });
const many = <T>(count: number, make: (index: number) => T): T[] => Array.from({ length: count }, (_, i) => make(i));

const GOOD: readonly [string, Surface, unknown][] = [
  ['fifty blocks in a message', 'message', many(50, () => section())],
  ['a hundred in a modal', 'modal', modal({ blocks: many(100, () => section()) })],
  [
    'a button of every size at its limit',
    'message',
    [actions(button({ text: plain('x'.repeat(75)), value: 'v'.repeat(2000) }))],
  ],
  [
    'radio buttons with mrkdwn',
    'message',
    [
      actions({
        type: 'radio_buttons',
        action_id: 'r',
        options: [{ text: { type: 'mrkdwn', text: '*a*' }, value: 'a' }],
      }),
    ],
  ],
  [
    'an input with its submit',
    'modal',
    modal({ submit: plain('Send'), blocks: [input({ type: 'plain_text_input', min_length: 6, max_length: 6 })] }),
  ],
  ['an App Home', 'home', { type: 'home', blocks: [{ type: 'header', text: plain('Hi') }, { type: 'divider' }] }],
  ['the newer alert', 'modal', modal({ blocks: [{ type: 'alert', text: plain('Careful'), level: 'warning' }] })],
  ['no blocks at all', 'message', []],
];

const BAD: readonly [string, Surface, unknown, string][] = [
  ['51 blocks in a message', 'message', many(51, () => section()), 'at most 50'],
  ['101 blocks in a home', 'home', { type: 'home', blocks: many(101, () => section()) }, 'at most 100'],
  ['3001 characters in a section', 'message', [section('x'.repeat(3001))], 'at most 3000'],
  ['an empty text', 'message', [section('')], 'at least 1'],
  ['a section of nothing', 'message', [{ type: 'section' }], 'text or fields'],
  ['eleven fields', 'message', [{ type: 'section', fields: many(11, () => plain('x')) }], '1 to 10'],
  ['a field of 2001', 'message', [{ type: 'section', fields: [plain('x'.repeat(2001))] }], 'at most 2000'],
  ['26 elements', 'message', [actions(...many(26, (i) => button({ action_id: `a${i}` })))], '1 to 25'],
  ['no elements', 'message', [actions()], '1 to 25'],
  ['the same action id twice', 'message', [actions(button(), button())], 'used twice'],
  [
    'the same block id twice',
    'message',
    [
      { ...section(), block_id: 'b' },
      { ...section(), block_id: 'b' },
    ],
    'used twice',
  ],
  ['a block id of 256', 'message', [{ ...section(), block_id: 'b'.repeat(256) }], 'at most 255'],
  ['an action id of 256', 'message', [actions(button({ action_id: 'b'.repeat(256) }))], 'at most 255'],
  ['a button label of 76', 'message', [actions(button({ text: plain('x'.repeat(76)) }))], 'at most 75'],
  [
    'a button label in mrkdwn',
    'message',
    [actions(button({ text: { type: 'mrkdwn', text: 'x' } }))],
    'must be plain_text',
  ],
  ['a button value of 2001', 'message', [actions(button({ value: 'x'.repeat(2001) }))], 'at most 2000'],
  ['a button that leads nowhere', 'message', [actions(button({ url: 'nowhere' }))], 'valid URL'],
  [
    'a button link of 3001',
    'message',
    [actions(button({ url: `https://a.test/${'x'.repeat(3000)}` }))],
    'at most 3000',
  ],
  ['an unknown style', 'message', [actions(button({ style: 'green' }))], 'primary or danger'],
  [
    'a confirmation too long',
    'message',
    [
      actions(
        button({ confirm: { title: plain('t'), text: plain('x'.repeat(301)), confirm: plain('Y'), deny: plain('N') } }),
      ),
    ],
    'at most 300',
  ],
  [
    'a confirmation without title',
    'message',
    [actions(button({ confirm: { text: plain('x'), confirm: plain('Y'), deny: plain('N') } }))],
    'is required',
  ],
  [
    'eleven radio buttons',
    'message',
    [actions({ type: 'radio_buttons', action_id: 'r', options: many(11, (i) => option(`${i}`)) })],
    '1 to 10',
  ],
  [
    '101 options',
    'message',
    [actions({ type: 'static_select', action_id: 's', options: many(101, (i) => option(`${i}`)) })],
    '1 to 100',
  ],
  [
    'six overflow entries',
    'message',
    [actions({ type: 'overflow', action_id: 'o', options: many(6, (i) => option(`${i}`)) })],
    '1 to 5',
  ],
  [
    'an option value of 76',
    'message',
    [actions({ type: 'radio_buttons', action_id: 'r', options: [option('v'.repeat(76), 'v')] })],
    'at most 75',
  ],
  [
    'an initial option that is none',
    'message',
    [actions({ type: 'radio_buttons', action_id: 'r', options: [option('a')], initial_option: option('b') })],
    'not exactly one',
  ],
  [
    'a select without options',
    'message',
    [actions({ type: 'static_select', action_id: 's' })],
    'exactly one of options',
  ],
  ['an input among actions', 'message', [actions({ type: 'plain_text_input', action_id: 'i' })], 'unsupported element'],
  ['eleven things in a context', 'message', [{ type: 'context', elements: many(11, () => plain('x')) }], '1 to 10'],
  ['a header of 151', 'message', [{ type: 'header', text: plain('x'.repeat(151)) }], 'at most 150'],
  ['a header in mrkdwn', 'message', [{ type: 'header', text: { type: 'mrkdwn', text: 'x' } }], 'must be plain_text'],
  ['an image nobody describes', 'message', [{ type: 'image', image_url: 'https://a.test/x.png' }], 'is required'],
  ['an unknown property', 'message', [{ ...section(), colour: 'red' }], 'unexpected property'],
  ['an unknown block', 'message', [{ type: 'fireworks' }], 'unsupported type'],
  [
    'a table in a modal',
    'modal',
    modal({ blocks: [{ type: 'table', rows: [[plain('x')]] }] }),
    'does not stand in a modal',
  ],
  ['two tables', 'message', many(2, () => ({ type: 'table', rows: [[plain('x')]] })), 'at most one table'],
  ['too much markdown together', 'message', many(2, () => ({ type: 'markdown', text: 'x'.repeat(7000) })), '12000'],
  ['an input without submit', 'modal', modal({ blocks: [input({ type: 'plain_text_input' })] }), 'is required where'],
  [
    'an input without label',
    'modal',
    modal({ submit: plain('Send'), blocks: [{ type: 'input', element: { type: 'plain_text_input' } }] }),
    '/label',
  ],
  [
    'lengths the wrong way round',
    'modal',
    modal({ submit: plain('Send'), blocks: [input({ type: 'plain_text_input', min_length: 7, max_length: 6 })] }),
    'min_length exceeds',
  ],
  [
    'a max_length over 3000',
    'modal',
    modal({ submit: plain('Send'), blocks: [input({ type: 'plain_text_input', max_length: 3001 })] }),
    'between 1 and 3000',
  ],
  [
    'two that want the focus',
    'modal',
    modal({ submit: plain('Send'), blocks: many(2, () => input({ type: 'plain_text_input', focus_on_load: true })) }),
    'focus_on_load',
  ],
  ['a title of 25', 'modal', modal({ title: plain('x'.repeat(25)) }), 'at most 24'],
  ['no title', 'modal', { type: 'modal', blocks: [] }, '/view/title'],
  ['a submit label of 25', 'modal', modal({ submit: plain('x'.repeat(25)) }), 'at most 24'],
  ['3001 characters of private metadata', 'modal', modal({ private_metadata: 'x'.repeat(3001) }), 'at most 3000'],
  ['a callback id of 256', 'modal', modal({ callback_id: 'x'.repeat(256) }), 'at most 255'],
  ['a home with a title', 'home', { type: 'home', title: plain('x'), blocks: [] }, 'unexpected property'],
  ['a home where a modal should be', 'modal', { type: 'home', blocks: [] }, 'must be modal'],
  ['more than 250 kB', 'modal', modal({ blocks: many(100, () => section('é'.repeat(2500))) }), '250 kB'],
  ['no array', 'message', 'hello', 'must be an array'],
];

describe('the limits of blocks', () => {
  it.each(GOOD)('takes %s', (_name, surface, value) => {
    expect(blockProblems(surface, value)).toEqual([]);
  });
  it.each(BAD)('refuses %s', (_name, surface, value, problem) => {
    expect(blockProblems(surface, value).join('\n')).toContain(problem);
  });
});
