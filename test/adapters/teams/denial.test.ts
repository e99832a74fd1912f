// The form in which an agent gives the reason for a denial.
import { describe, expect, it } from 'vitest';
import { renderCard } from '../../../src/adapters/teams/render.ts';
import { aCard } from '../slack/scripted-conversation.ts';

const choices = [{ value: 'suspicious', label: 'Looks odd' }];
const form = (submit: Parameters<typeof aCard>[0]) =>
  renderCard(
    aCard({ inputs: [{ kind: 'choice', name: 'reason', label: 'Why?', choices }], ...submit }),
    () => undefined,
  );

describe('the main button of a form', () => {
  it('that denies looks like what it does', () => {
    const { actions } = form({ submit: { act: 'submit-denial', label: 'Deny', style: 'danger' } });
    expect(actions).toMatchObject([{ title: 'Deny', style: 'destructive', fallback: { style: 'destructive' } }]);
  });

  it('that goes on, too', () => {
    expect(form({ submit: { act: 'submit-code', label: 'Verify' } }).actions).toMatchObject([{ style: 'positive' }]);
    expect(form({}).actions).toMatchObject([{ title: 'Continue', style: 'positive' }]);
  });
});
