// Who may use this, according to Slack's user record.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { NewPerson } from '../../../playground/slack/people.ts';
import { knownActor } from '../../../src/flows/ids.ts';
import { type Scene, setScene } from './scene.ts';

let scene: Scene;
beforeEach(async () => {
  scene = await setScene();
});
afterEach(() => scene.close());

const person = (more: Partial<NewPerson>): NewPerson => ({
  id: 'U0TEST',
  name: 'test',
  email: 'test@acme.example',
  ...more,
});
const lookUp = (actor = 'slack:T0ACME:U0TEST') => scene.adapter.people.lookUp(knownActor(actor));

describe('a person in Slack', () => {
  it('who works here has the email that Slack confirmed', async () => {
    scene.control.addUser(person({}));
    expect(await lookUp()).toEqual({ ok: true, value: { is: 'employee', workEmail: 'test@acme.example' } });
  });

  it.each<[string, Partial<NewPerson>]>([
    ['bot', { is_bot: true }],
    ['bot', { record: { is_bot: undefined } }],
    ['bot', { record: { is_bot: null } }],
    ['deactivated', { deleted: true }],
    ['deactivated', { record: { deleted: undefined } }],
    ['guest', { is_restricted: true }],
    ['guest', { is_ultra_restricted: true }],
    ['invited', { is_invited_user: true }],
    ['external', { is_stranger: true }],
    ['external', { teamId: 'T0OTHER' }],
    ['external', { teamId: 'T0OTHER', is_stranger: false }],
    ['external', { record: { team_id: undefined } }],
    ['external', { record: { team_id: null } }],
    ['unconfirmed-email', { isEmailConfirmed: false }],
    ['unconfirmed-email', { record: { is_email_confirmed: undefined } }],
    ['unconfirmed-email', { record: { is_email_confirmed: null } }],
    ['unconfirmed-email', { record: { profile: {} } }],
    ['unconfirmed-email', { record: { profile: null } }],
    ['unconfirmed-email', { record: { profile: { email: '' } } }],
    ['unconfirmed-email', { email: 'mi\u212ae@acme.example' }],
    ['unconfirmed-email', { email: 'm\u0131ke@acme.example' }],
    ['unconfirmed-email', { email: 'mike@acme.e\uff58ample' }],
    ['unconfirmed-email', { email: 'mike\u202e@acme.example' }],
    ['unconfirmed-email', { email: 'mi\u0007ke@acme.example' }],
    ['unconfirmed-email', { email: 'mi\u200bke@acme.example' }],
    ['unconfirmed-email', { email: 'not an address' }],
  ])('is refused as %s: %j', async (because, more) => {
    scene.control.addUser(person(more));
    expect(await lookUp()).toEqual({ ok: true, value: { is: 'refused', because } });
  });

  it.each([
    ...['jörg@acme.example', 'info@münchen.example', 'info@xn--mnchen-3ya.example', 'пётр@пример.рф'],
    ...['r&d@acme.example', 'jane~doe@acme.example', "miles.o'brien+x@acme.example", 'Jane.Doe@Acme.example'],
  ])('may have any address that mail permits: %s', async (email) => {
    scene.control.addUser(person({ email }));
    expect(await lookUp()).toEqual({ ok: true, value: { is: 'employee', workEmail: email } });
  });

  it.each<[string, Partial<NewPerson>]>([
    ['without the flags of guests', { record: { is_restricted: undefined, is_ultra_restricted: undefined } }],
    ['with flags of guests that say nothing', { record: { is_restricted: null, is_ultra_restricted: null } }],
    ['with one of them', { record: { is_restricted: undefined, is_ultra_restricted: false } }],
    ['with a name in an odd form', { record: { real_name: ['Test', 'Person'] } }],
  ])('is an employee %s', async (_how, more) => {
    scene.control.addUser(person(more));
    expect(await lookUp()).toEqual({ ok: true, value: { is: 'employee', workEmail: 'test@acme.example' } });
  });

  it.each(['is_restricted', 'is_ultra_restricted', 'is_bot', 'deleted', 'is_stranger', 'is_invited_user'])(
    'is not judged by a flag in an odd form: %s',
    async (flag) => {
      for (const odd of ['false', 0, {}]) {
        scene.control.addUser(person({ record: { [flag]: odd } }));
        expect(await lookUp()).toMatchObject({
          ok: false,
          failure: { kind: 'malformed', cause: `answer-not-understood: user.${flag}` },
        });
      }
    },
  );

  it('of another workspace is refused before Slack is asked', async () => {
    expect(await lookUp('slack:T0OTHER:U0TEST')).toEqual({ ok: true, value: { is: 'refused', because: 'external' } });
    expect(scene.calls('users.info')).toBe(0);
  });

  it('whom Slack does not know is absent', async () => {
    expect(await lookUp()).toMatchObject({ ok: false, failure: { kind: 'absent' } });
    expect(await lookUp('teams:T0ACME:U0TEST')).toMatchObject({ ok: false, failure: { kind: 'absent' } });
  });

  it('is nobody else: an answer about another user counts as none', async () => {
    scene.control.addUser(person({ record: { id: 'U0JANE' } }));
    expect(await lookUp()).toMatchObject({ ok: false, failure: { kind: 'malformed' } });
  });

  it('is asked for once more where Slack did not answer', async () => {
    scene.control.addUser(person({}));
    scene.control.faults.next('users.info', 'disconnect');
    expect(await lookUp()).toMatchObject({ ok: true });
  });

  it.each(['html', 'ratelimited', 'http_500', 'missing_scope'])('is not guessed where Slack says %s', async (fault) => {
    scene.control.addUser(person({}));
    scene.control.faults.always('users.info', fault);
    expect(await lookUp()).toMatchObject({ ok: false });
  });
});

describe('a person of an organisation with several workspaces', () => {
  it('is the same one whatever she does, and wherever she belongs within it', async () => {
    await scene.close();
    scene = await setScene({ enterpriseId: 'E0ACME' });
    const { control, slack, script, adapter } = scene;
    control.addUser(person({ id: 'U0BERLIN', teamId: 'T0BERLIN' }));
    const berlin = slack.client('U0BERLIN');
    const actor = knownActor('slack:E0ACME:U0BERLIN');
    await berlin.command('/unlock');
    await berlin.dm('unlock');
    await berlin.openHome();
    await control.until(() => control.home('U0BERLIN'));
    await berlin.press('home', { text: 'Cancel' });
    await control.until(() => script.pressed.length === 1);
    expect(new Set([...script.said.map(({ said }) => said.actor), ...script.pressed.map((one) => one.actor)])).toEqual(
      new Set([actor]),
    );
    expect(await adapter.people.lookUp(actor)).toMatchObject({ ok: true, value: { is: 'employee' } });
    control.addUser(person({ id: 'U0BERLIN', teamId: 'T0BERLIN', enterpriseId: 'E0OTHER' }));
    expect(await adapter.people.lookUp(actor)).toEqual({ ok: true, value: { is: 'refused', because: 'external' } });
  });
});
