// What the emulated Teams records about a bot's cards. The first part needs Microsoft's schema, which is not part of
// this repository: LATCHKEY_SCHEMAS names its folder.
import { describe, expect, it } from 'vitest';
import { actionsIn, inputsIn, visibleText } from '../../playground/teams/cards.ts';
import { schemasMissing } from '../schemas.ts';
import { titled } from '../skipped-reporter.ts';
import { cardAnswer, cardOf, JANE, openTeams, type Rig, textField, withCard } from './teams-bot.ts';

const missing = schemasMissing('adaptive-card-1.5.schema.json');

function problems(rig: Rig): readonly string[] {
  return rig.teams.control.cardProblems.map(({ problem }) => problem);
}

async function show(rig: Rig, card: { readonly [key: string]: unknown }): Promise<void> {
  const sent = await rig.post(rig.teams.control.personalConversation(JANE), withCard(card));
  expect(sent.status).toBe(201);
}

describe.skipIf(missing !== undefined)(titled('cards against the schema', missing), () => {
  it('a proper card is fine, full width and a fallback included', async () => {
    const rig = await openTeams();
    const fallback = { type: 'Action.Submit', title: 'Go', data: { ref: '1' } };
    const actions = [{ type: 'Action.Execute', title: 'Go', verb: 'go', data: { ref: '1' }, fallback }];
    const password = { type: 'Input.Text', id: 'code', label: 'Code', style: 'Password', isRequired: true };
    await show(rig, cardOf('Hello', { body: [password], actions, msteams: { width: 'Full' } }));
    expect(problems(rig)).toEqual([]);
  });

  it('unknown elements and missing parts are noted, wherever the card is shown', async () => {
    const rig = await openTeams();
    const conversation = rig.teams.control.personalConversation(JANE);
    const go = { type: 'Action.Execute', title: 'Go', verb: 'go' };
    const activityId = textField((await rig.post(conversation, withCard(cardOf('Go', { actions: [go] })))).body, 'id');
    expect(problems(rig)).toEqual([]);
    rig.answer = () => cardAnswer(cardOf('x', { body: [{ type: 'TextBlok', text: 'x' }] }));
    await rig.teams.client(JANE).pressExecute({ conversation, activityId }, 'go');
    expect(rig.teams.control.cardProblems[0]?.where).toBe('adaptiveCard/action');
    const before = problems(rig).length;
    await show(rig, cardOf('x', { body: [{ type: 'TextBlock' }] }));
    expect(problems(rig).length).toBeGreaterThan(before);
  });
});

describe('cards without the schema', () => {
  it('type, version and the ids of inputs are minded all the same', async () => {
    const rig = await openTeams({ schemas: '/nowhere' });
    await show(rig, cardOf('Fine'));
    expect(problems(rig)).toEqual([]);
    const code = { type: 'Input.Text', id: 'code' };
    await show(rig, { type: 'AdaptiveCard', version: '1.6', body: [code, code, { type: 'Input.Text' }] });
    expect(problems(rig)).toEqual([
      'version must be 1.5 at most, not "1.6"',
      'an input without an id',
      'two inputs are called code',
    ]);
    await show(rig, { body: [] });
    expect(problems(rig).slice(3)).toEqual(['type must be AdaptiveCard', 'version must be 1.5 at most, not ""']);
  });
});

describe('reading a card', () => {
  const card = cardOf('Outer', {
    body: [
      {
        type: 'Container',
        items: [
          { type: 'TextBlock', text: 'Inside' },
          { type: 'Input.Text', id: 'a', label: 'A' },
        ],
      },
      { type: 'FactSet', facts: [{ title: 'Who', value: 'Jane' }] },
      { type: 'TextBlock', text: 'Hidden', isVisible: false },
      { type: 'ActionSet', actions: [{ type: 'Action.Execute', title: 'In the set', verb: 'set' }] },
    ],
    actions: [
      {
        type: 'Action.ShowCard',
        title: 'More',
        card: { body: [{ type: 'Input.Text', id: 'b' }], actions: [{ type: 'Action.Submit', title: 'Deep' }] },
      },
      { type: 'Action.Submit', title: 'Bare', associatedInputs: 'none' },
    ],
  });

  it('finds every button, with the inputs that go along', () => {
    const found = actionsIn(card).map(({ title, inputs }) => [title, inputs.map(({ id }) => id)]);
    expect(found).toEqual(
      expect.arrayContaining([
        ['In the set', ['a']],
        ['Deep', ['a', 'b']],
        ['Bare', []],
      ]),
    );
    expect(found).toHaveLength(3);
    expect(inputsIn(card).map(({ id }) => id)).toEqual(['a', 'b']);
  });

  it('gives the text that a person sees', () => {
    expect(visibleText(card).split('\n')).toEqual(
      expect.arrayContaining(['Inside', 'A', 'Who', 'Jane', 'In the set', 'Deep', 'Bare']),
    );
    expect(visibleText(card)).not.toContain('Hidden');
  });
});
