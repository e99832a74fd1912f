// Ids can be parsed into the parts they were made of, and instants compare.
import { expect, it } from 'vitest';
import { actorId, actorParts, deliveryId, earliest, knownActor, later, latest } from '../../src/flows/ids.ts';
import { failed, success } from '../../src/flows/outcome.ts';
import { noon } from './cast.ts';

it('an actor is a platform, a tenant and a user, whatever colons the user id has', () => {
  const parts = { platform: 'teams', tenant: 'T1', user: '29:1a:b' };
  expect(actorParts(actorId(parts))).toEqual(parts);
  expect(actorParts(knownActor('slack:T1:U1'))).toEqual({ platform: 'slack', tenant: 'T1', user: 'U1' });
});

it('an id that is no actor falls apart into nothing that could be somebody', () => {
  expect(actorParts(knownActor(''))).toEqual({ platform: '', tenant: '', user: '' });
  expect(actorParts(knownActor('slack'))).toEqual({ platform: 'slack', tenant: '', user: '' });
});

it('the same user id in two tenants or on two platforms is two actors', () => {
  const user = 'U1';
  const ids = ['slack', 'teams'].flatMap((platform) =>
    ['T1', 'T2'].map((tenant) => actorId({ platform, tenant, user })),
  );
  expect(new Set(ids).size).toBe(4);
});

it('instants are milliseconds, durations seconds', () => {
  expect(later(noon, 1.5) - noon).toBe(1500);
  expect(earliest(noon, later(noon, 1))).toBe(noon);
  expect(earliest(later(noon, 1), noon)).toBe(noon);
  expect(latest(noon, later(noon, 1))).toBe(later(noon, 1));
  expect(latest(later(noon, 1), noon)).toBe(later(noon, 1));
});

it('a delivery keeps the id that it came with', () => {
  expect(deliveryId('Ev123')).toBe('Ev123');
});

it('an outcome is a value or a failure, told apart by one word', () => {
  const failure = { kind: 'refused', retry: 'never', cause: 'no such connection' } as const;
  expect(success(3)).toEqual({ ok: true, value: 3 });
  expect(failed(failure)).toEqual({ ok: false, failure });
});
