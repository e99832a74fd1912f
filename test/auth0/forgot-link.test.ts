// Whether the sign-in page offers "Forgot password?" to everybody with a password there. It is said to people before any proof, so it is
// never about one account, and what is not known counts as no.
import { describe, expect, it } from 'vitest';
import type { Auth0Control } from '../../playground/auth0/control.ts';
import type { Auth0Options } from '../../src/auth0/auth0.ts';
import { startTenant, type Tenant } from './tenant.ts';

const seeing = ['read:users', 'read:connections', 'read:connections_options'];

async function look(
  plant: (control: Auth0Control) => void = () => undefined,
  options: Partial<Auth0Options> = {},
  scopes: readonly string[] = seeing,
): Promise<Tenant & { readonly offered: boolean }> {
  const tenant = await startTenant({ pauseMs: 0, ...options }, { scopes });
  plant(tenant.emulator.control);
  expect(tenant.auth0.forgotLink.isOffered()).toBe(false);
  await tenant.auth0.forgotLink.look();
  return { ...tenant, offered: tenant.auth0.forgotLink.isOffered() };
}

const named = (control: Auth0Control, name: string) => {
  const found = control.connections().find((one) => one.name === name);
  if (found === undefined) throw new Error(`no connection ${name}`);
  return found;
};
const setOption = (name: string, options: Record<string, unknown>) => (control: Auth0Control) => {
  control.addConnection(name, 'auth0');
  Object.assign(named(control, name).options, options);
};
const off = { disable_self_service_change_password: true };

describe('“Forgot password?” of the sign-in page', () => {
  it.each<[string, ((control: Auth0Control) => void) | undefined, Partial<Auth0Options>]>([
    ['the only database has it', undefined, {}],
    ['every database of the policy has it', setOption('Second', {}), { connections: ['CorpUsers', 'Second'] }],
    ['a database that the policy does not name lacks it', setOption('Customers', off), { connections: ['CorpUsers'] }],
    [
      'there is an Active Directory besides, whose people have no password there',
      (control) => void control.addConnection('CorpAD', 'ad'),
      { connections: ['CorpUsers', 'CorpAD'] },
    ],
  ])('is offered where %s', async (_where, plant, options) => {
    await using tenant = await look(plant, options);
    expect(tenant.offered).toBe(true);
    expect(tenant.requests().filter((one) => !/^GET |POST \/oauth\/token$/.test(one))).toEqual([]);
  });

  it.each<[string, ((control: Auth0Control) => void) | undefined, Partial<Auth0Options>, (readonly string[])?]>([
    ['the only database lacks it', setOption('CorpUsers', off), {}],
    ['one of several lacks it', setOption('Second', off), { connections: ['CorpUsers', 'Second'] }],
    ['one of all lacks it, and the policy names none', setOption('Second', off), {}],
    [
      'its accounts have no passwords',
      setOption('CorpUsers', { authentication_methods: { password: { enabled: false } } }),
      {},
    ],
    ['it is on for no application', (control) => named(control, 'CorpUsers').clients.clear(), {}],
    [
      'the policy names an Active Directory only',
      (control) => void control.addConnection('CorpAD', 'ad'),
      { connections: ['CorpAD'] },
    ],
    ['the connections cannot be seen', undefined, {}, ['read:users']],
    ['their options cannot be seen', undefined, {}, ['read:users', 'read:connections']],
    ['Auth0 does not answer', (control) => control.faults.set({ mode: 'down' }), {}],
  ])('is not offered where %s', async (_where, plant, options, scopes) => {
    await using tenant = await look(plant, options, scopes);
    expect(tenant.offered).toBe(false);
  });

  it('is offered no more once a look finds it gone, and an hour after the last look that could see it', async () => {
    await using tenant = await look();
    const { forgotLink } = tenant.auth0;
    const { control } = tenant.emulator;
    control.faults.set({ mode: 'down' });
    tenant.clock.pass(3_599_000);
    await forgotLink.look();
    expect(forgotLink.isOffered()).toBe(true);
    tenant.clock.pass(2_000);
    expect(forgotLink.isOffered()).toBe(false);
    control.calm();
    await forgotLink.look();
    expect(forgotLink.isOffered()).toBe(true);
    setOption('CorpUsers', off)(control);
    await forgotLink.look();
    expect(forgotLink.isOffered()).toBe(false);
  });
});
