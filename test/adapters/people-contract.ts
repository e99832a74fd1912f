// Whom every platform accepts as an employee, and whom it refuses. The reasons are the same on each platform, whatever
// its user record looks like.
import { afterEach, expect, it } from 'vitest';
import type { RefusedPerson } from '../../src/flows/ending.ts';
import type { Colleague, Fixture, Harness } from './harness.ts';

/** Everybody else is refused. Where a platform does not know such people at all, they are absent. */
const refusals: { readonly [Because in RefusedPerson]: 'refused' | 'refused or absent' } = {
  guest: 'refused',
  external: 'refused',
  'unconfirmed-email': 'refused',
  bot: 'refused or absent',
  deactivated: 'refused or absent',
  invited: 'refused or absent',
};

export function peopleContract(harness: Harness): void {
  let fixture: Fixture;
  afterEach(() => fixture.close());
  const lookUp = async (colleague: Colleague) => {
    fixture = await harness.fixture({ colleague });
    return fixture.people.lookUp(fixture.colleague);
  };

  it('who works here has the work address that the platform vouches for', async () => {
    expect(await lookUp('employee')).toEqual({ ok: true, value: { is: 'employee', workEmail: 'test@acme.example' } });
  });

  it('whose address another system would read as somebody else’s has none that is believed', async () => {
    expect(await lookUp('disguised')).toEqual({ ok: true, value: { is: 'refused', because: 'unconfirmed-email' } });
  });

  it.each(Object.entries(refusals))('is refused as %s', async (because, how) => {
    const answer = await lookUp(because as RefusedPerson);
    const refused = { ok: true, value: { is: 'refused', because } };
    const isAbsent = !answer.ok && answer.failure.kind === 'absent';
    expect(answer).toMatchObject(how === 'refused or absent' && isAbsent ? { ok: false } : refused);
  });

  it('whom the platform does not know is absent', async () => {
    expect(await lookUp('unknown')).toMatchObject({ ok: false, failure: { kind: 'absent', retry: 'never' } });
  });

  it('of another company is refused, and of another platform absent, before anybody is asked', async () => {
    await lookUp('employee');
    const asked = fixture.calls('person');
    const { people, elsewhere } = fixture;
    expect(await people.lookUp(elsewhere.company)).toEqual({ ok: true, value: { is: 'refused', because: 'external' } });
    expect(await people.lookUp(elsewhere.platform)).toMatchObject({ ok: false, failure: { kind: 'absent' } });
    expect(fixture.calls('person')).toBe(asked);
  });
}
