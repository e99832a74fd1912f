// Who may use this, according to the connector's member record.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { NewPerson } from '../../../playground/teams/people.ts';
import { knownActor } from '../../../src/flows/ids.ts';
import { actorOf, helpdesk, jane, janeId, type Scene, sam, samId, setScene, tenantId } from './scene.ts';

const testId = '00000000-0000-4000-8000-0000000000f1';
let scene: Scene;
beforeEach(async () => {
  scene = await setScene();
});
afterEach(() => scene.close());

const person = (more: Partial<NewPerson> = {}): NewPerson => ({
  aadObjectId: testId,
  name: 'Test Person',
  email: 'test@acme.example',
  ...more,
});
/** Adds a person who has written something, so that the bot has met them. */
async function met(more: Partial<NewPerson> = {}): Promise<void> {
  scene.control.addUser(person(more));
  await scene.teams.client(testId).message('hello');
  await scene.adapter.stop();
}
const lookUp = (actor = actorOf(testId)) => scene.adapter.people.lookUp(actor);
/** The member record as the connector would return it, with a change. */
const telling = (change: object) => {
  const userId = scene.control.deliveries.at(-1)?.activity['from'] as { readonly id: string };
  const proper = {
    ...userId,
    name: 'Test Person',
    aadObjectId: testId,
    email: 'test@acme.example',
    tenantId,
    userRole: 'user',
  };
  const record = Object.fromEntries(
    Object.entries({ ...proper, ...change }).filter(([, value]) => value !== undefined),
  );
  scene.control.faults.always('member', { status: 200, body: record });
};

describe('a person in Teams', () => {
  it('who works here has the address that Entra has', async () => {
    await met();
    expect(await lookUp()).toEqual({ ok: true, value: { is: 'employee', workEmail: 'test@acme.example' } });
  });

  it.each([undefined, ''])('without an address has the one to sign in with: %j', async (email) => {
    await met();
    telling({ email, userPrincipalName: 'test.person@acme.example' });
    expect(await lookUp()).toEqual({ ok: true, value: { is: 'employee', workEmail: 'test.person@acme.example' } });
  });

  it.each<[string, object]>([
    ['guest', { userRole: 'guest' }],
    ['guest', { userRole: 'anonymous' }],
    ['guest', { userRole: 'somethingNew' }],
    ['guest', { userRole: '' }],
    ['guest', { userRole: undefined, userPrincipalName: 'test_other.example#EXT#@acme.example' }],
    ['guest', { tenantId: undefined, userRole: 'guest' }],
    ['guest', { userPrincipalName: 'test_other.example#EXT#@acme.example' }],
    ['guest', { userPrincipalName: 'test_other.example#ext#@acme.example' }],
    ['external', { tenantId: 'f0f0f0f0-0000-4000-8000-00000000f0f0' }],
    ['external', { tenantId: '' }],
    ['external', { tenantId: 'f0f0f0f0-0000-4000-8000-00000000f0f0', userRole: undefined }],
    ['unconfirmed-email', { email: undefined }],
    ['unconfirmed-email', { email: '', userPrincipalName: '' }],
    ['unconfirmed-email', { email: 'not an address' }],
    ['unconfirmed-email', { email: 'mi\u212ae@acme.example' }],
    ['unconfirmed-email', { email: 'mike\u202e@acme.example' }],
    ['unconfirmed-email', { email: 'mi\u0007ke@acme.example' }],
    ['unconfirmed-email', { email: 'mi\u200bke@acme.example' }],
    ['unconfirmed-email', { email: '', userPrincipalName: 'mi\u212ae@acme.example' }],
    ['guest', { userPrincipalName: 'test_other.example#Ext#@acme.example' }],
  ])('is refused as %s: %j', async (because, change) => {
    await met();
    telling(change);
    expect(await lookUp()).toEqual({ ok: true, value: { is: 'refused', because } });
  });

  it.each([
    ...['jörg@acme.example', 'info@münchen.example', 'info@xn--mnchen-3ya.example', 'пётр@пример.рф'],
    ...['r&d@acme.example', 'jane~doe@acme.example', "miles.o'brien+x@acme.example", 'Jane.Doe@Acme.example'],
  ])('may have any address that mail permits: %s', async (email) => {
    await met();
    telling({ email });
    expect(await lookUp()).toEqual({ ok: true, value: { is: 'employee', workEmail: email } });
  });

  it.each<[string, object]>([
    ['without a role', { userRole: undefined }],
    ['with a role that says nothing', { userRole: null }],
    ['without a tenant', { tenantId: undefined }],
    ['with a tenant that says nothing', { tenantId: null }],
    ['without either', { userRole: undefined, tenantId: undefined }],
    ['with a name in an odd form', { name: ['Test', 'Person'] }],
  ])('is an employee %s', async (_how, change) => {
    await met();
    telling(change);
    expect(await lookUp()).toEqual({ ok: true, value: { is: 'employee', workEmail: 'test@acme.example' } });
  });

  it.each<[string, object]>([
    ['userRole', { userRole: ['user'] }],
    ['tenantId', { tenantId: 7 }],
    ['userPrincipalName', { userPrincipalName: {} }],
  ])('is not judged by an odd form: %s', async (field, change) => {
    await met();
    telling(change);
    const cause = `answer-not-understood: ${field}`;
    expect(await lookUp()).toMatchObject({ ok: false, failure: { kind: 'malformed', cause } });
  });

  it('is refused as a guest over the whole way', async () => {
    await met({ userRole: 'guest', upn: 'test_other.example#EXT#@acme.example' });
    expect(await lookUp()).toEqual({ ok: true, value: { is: 'refused', because: 'guest' } });
  });

  it('of another tenant is refused before anybody is asked', async () => {
    const actor = knownActor(`teams:f0f0f0f0-0000-4000-8000-00000000f0f0:${testId}`);
    expect(await lookUp(actor)).toEqual({ ok: true, value: { is: 'refused', because: 'external' } });
    expect(scene.calls('member')).toBe(0);
  });

  it('whom the bot never met, or who belongs to another platform, is absent', async () => {
    expect(await lookUp()).toMatchObject({ ok: false, failure: { kind: 'absent' } });
    expect(await lookUp(knownActor('slack:T0ACME:U0TEST'))).toMatchObject({ ok: false, failure: { kind: 'absent' } });
  });

  it.each([
    ['another object id', { aadObjectId: samId }],
    ['no object id', { aadObjectId: undefined }],
    ['another Teams id', { id: '29:somebody-else' }],
  ])('is nobody else: an answer with %s counts as none', async (_name, change) => {
    await met();
    telling(change);
    expect(await lookUp()).toMatchObject({ ok: false, failure: { kind: 'refused', cause: 'another-person' } });
  });

  it.each<[string, Parameters<Scene['control']['faults']['always']>[1]]>([
    ['500', { status: 500 }],
    ['HTML', { status: 200, body: '<html>' }],
    ['nothing', { status: 200 }],
    ['401', { status: 401, body: { message: 'Authorization has been denied for this request.' } }],
    ['a cut connection', { disconnect: true }],
  ])('is not guessed where the connector answers with %s', async (_name, fault) => {
    await met();
    scene.control.faults.always('member', fault);
    expect(await lookUp()).toMatchObject({ ok: false });
  });

  it.each<[string, Parameters<Scene['control']['faults']['next']>[1]]>([
    ['came too late', { hang: true }],
    ['was lost with its connection', { disconnect: true, after: true }],
    ['came from a proxy', { status: 200, body: '<html>', headers: { 'content-type': 'text/html' } }],
  ])('is asked about once more where the answer %s', async (_how, fault) => {
    await met();
    const before = scene.calls('member');
    scene.control.faults.next('member', fault);
    expect(await lookUp()).toMatchObject({ ok: true, value: { is: 'employee' } });
    expect(scene.calls('member') - before).toBe(2);
  });

  it('is asked about twice and no more where no answer comes', async () => {
    await met();
    const before = scene.calls('member');
    scene.control.faults.always('member', { disconnect: true });
    expect(await lookUp()).toMatchObject({ ok: false, failure: { kind: 'unreachable' } });
    expect(scene.calls('member') - before).toBe(2);
  });

  it('who has left is no trouble: no line above debug is logged about the call', async () => {
    await met();
    scene.control.faults.next('member', 'ConversationNotFound');
    await lookUp();
    const levels = scene.logged
      .filter((line) => line.includes('teams.call.failed'))
      .map((line) => JSON.parse(line).level);
    expect(levels).toEqual([20]);
  });

  it('who has left is absent, and forgotten', async () => {
    await met();
    scene.control.faults.next('member', 'ConversationNotFound');
    expect(await lookUp()).toMatchObject({ ok: false, failure: { kind: 'absent', cause: 'ConversationNotFound' } });
    expect(await scene.references.find(actorOf(testId))).toBeUndefined();
  });

  it('who was met in a channel only is known there', async () => {
    const { control, adapter, script } = scene;
    control.addUser({ aadObjectId: samId, name: 'Sam Agent', email: 'sam.agent@acme.example', isInstalled: false });
    script.reply = () => ({ kind: 'done' });
    const posted = await adapter.messenger.post(helpdesk, {
      ...{ version: 0, title: 'x', summary: ['x'], lines: [], inputs: [], closeLabel: 'x' },
      actions: [{ kind: 'press', act: 'approve', label: 'Approve', style: 'primary', opensWindow: false }],
    });
    if (!posted.ok) throw new Error('not posted');
    const { conversationId: conversation, activityId } = JSON.parse(posted.value.place);
    await scene.sam.pressExecute({ conversation, activityId }, 'approve');
    await adapter.stop();
    expect(await lookUp(sam)).toEqual({ ok: true, value: { is: 'employee', workEmail: 'sam.agent@acme.example' } });
    expect(await adapter.nameOf(sam)).toMatchObject({ name: 'Sam Agent' });
  });
});

describe('the members of a helpdesk channel', () => {
  const isMember = (actor: typeof jane) => scene.adapter.messenger.isMember(helpdesk, actor);

  it('are its people, over all pages', async () => {
    const many = Array.from({ length: 1_100 }, (_, nth) => `00000000-0000-4000-9000-${String(nth).padStart(12, '0')}`);
    for (const id of many) scene.control.addUser({ aadObjectId: id, name: id, email: `${id}@acme.example` });
    scene.control.addTeamChannel({ id: helpdesk, name: 'Helpdesk', members: [...many, samId] });
    expect(await isMember(sam)).toEqual({ ok: true, value: true });
    expect(await isMember(jane)).toEqual({ ok: true, value: false });
    expect(scene.calls('pagedmembers')).toBe(3);
  });

  it('are read once more where the answer was lost', async () => {
    scene.control.faults.next('pagedmembers', { disconnect: true, after: true });
    expect(await isMember(sam)).toEqual({ ok: true, value: true });
    expect(scene.calls('pagedmembers')).toBe(2);
  });

  it('are not its guests, nor people of other companies or platforms', async () => {
    scene.control.addUser(person({ userRole: 'guest' }));
    scene.control.addTeamChannel({ id: helpdesk, name: 'Helpdesk', members: [testId, janeId] });
    expect(await isMember(actorOf(testId))).toEqual({ ok: true, value: false });
    expect(await isMember(jane)).toEqual({ ok: true, value: true });
    expect(await isMember(knownActor('slack:T0:U0'))).toEqual({ ok: true, value: false });
    expect(await isMember(knownActor(`teams:f0f0f0f0-0000-4000-8000-00000000f0f0:${janeId}`))).toEqual({
      ok: true,
      value: false,
    });
  });

  it('are told even if one of them cannot be read', async () => {
    const own = { id: '29:sam', aadObjectId: samId, tenantId, userRole: 'user' };
    const members = [null, { ...own, id: 7 }, { ...own, userRole: {} }, { ...own, name: {} }];
    scene.control.faults.always('pagedmembers', { status: 200, body: { members } });
    expect(await isMember(sam)).toEqual({ ok: true, value: true });
    expect(await isMember(jane)).toEqual({ ok: true, value: false });
  });

  it.each(['f0f0f0f0-0000-4000-8000-00000000f0f0', null])(
    'are not people of another company, whatever id and role they have there: %s',
    async (home) => {
      const members = [{ id: '29:x', aadObjectId: samId, tenantId: home, userRole: 'user' }];
      scene.control.faults.always('pagedmembers', { status: 200, body: { members } });
      expect(await isMember(sam)).toEqual({ ok: true, value: false });
    },
  );

  it('are remembered for five seconds', async () => {
    let elapsedMs = 0;
    await scene.close();
    scene = await setScene({ elapsedMs: () => elapsedMs });
    expect(await isMember(sam)).toEqual({ ok: true, value: true });
    scene.control.addTeamChannel({ id: helpdesk, name: 'Helpdesk', members: [janeId] });
    elapsedMs = 4_900;
    expect(await isMember(sam)).toEqual({ ok: true, value: true });
    elapsedMs = 5_100;
    expect(await isMember(sam)).toEqual({ ok: true, value: false });
  });

  it.each<[string, Parameters<Scene['control']['faults']['always']>[1]]>([
    ['no answer', { disconnect: true }],
    ['a refusal', 'BotNotInConversationRoster'],
    ['HTML', { status: 200, body: '<html>' }],
  ])('are not guessed from %s', async (_name, fault) => {
    scene.control.faults.always('pagedmembers', fault);
    expect(await isMember(sam)).toMatchObject({ ok: false });
    scene.control.faults.clear();
    expect(await isMember(sam)).toEqual({ ok: true, value: true });
  });
});
