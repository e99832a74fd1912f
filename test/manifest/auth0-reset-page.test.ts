// The tenant's own page for a new password among the files: only where somebody asked for it, and never over a page that was not seen.
import { describe, expect, it } from 'vitest';
import { planTenant } from '../../manifest/auth0/tenant-plan.ts';
import { fileIn, grown, installation, plan } from './seen-tenant.ts';

const asked = { resetPage: { companyName: 'Acme Rockets', contact: 'call 4711' } };
const [json, html] = ['pages/password_reset.json', 'pages/password_reset.html'] as const;
const partOf = (written: ReturnType<typeof plan>) => written.parts.find(({ what }) => what.startsWith('page for'));
const tenantWith = (page: Readonly<Record<string, unknown>>) => plan({ resetPage: { is: 'seen', value: page } }, asked);

describe('the page for a new password', () => {
  it('is not written, and not spoken of, where nobody asked for it', () => {
    const written = plan();
    expect([...written.files.keys()].filter((path) => path.startsWith('pages/'))).toEqual([]);
    expect(partOf(written)).toBeUndefined();
    expect([...written.warnings, ...written.steps].join()).not.toContain('page for a new password');
  });

  it('is written with the name and the helpdesk of the company, and what it means is said', () => {
    const written = plan({}, asked);
    expect(fileIn(written, json)).toEqual({ name: 'password_reset', enabled: true });
    for (const said of ['Acme Rockets', 'call 4711', 'action="/lo/reset"'])
      expect(written.files.get(html)).toContain(said);
    expect(partOf(written)).toMatchObject({
      is: 'seen',
      lines: ['enabled: false → true', expect.stringContaining('html: ')],
    });
    const known = written.warnings.join('\n');
    for (const said of [
      'for everybody of this tenant',
      'Classic Login',
      'not confirmed',
      'does not document',
      'Way back',
    ])
      expect(known).toContain(said);
  });

  it.each(['', '  \n', undefined])('keeps nothing where the tenant has no page of its own: %j', (theirs) => {
    const written = tenantWith(theirs === undefined ? {} : { enabled: false, html: theirs });
    expect(written.files.has(html)).toBe(true);
    expect(written.replaced.size).toBe(0);
  });

  it.each([true, false])('keeps a page that the tenant has, switched on: %s, and says where', (enabled) => {
    const written = tenantWith({ enabled, html: '<p>theirs ##KEY##</p>' });
    expect(written.replaced.get(html)).toBe('<p>theirs ##KEY##</p>');
    const said = written.warnings.join('\n');
    expect(said).toContain(`kept in replaced/${html}`);
    expect(said).toContain('bring it back by hand');
    expect(tenantWith({ enabled, html: '<p>theirs</p>' }).warnings.join('\n')).not.toContain('bring it back by hand');
  });

  it('stays as it is where the tenant has it already, and is renewed where the policy has changed', () => {
    const ours = plan({}, asked).files.get(html) ?? '';
    expect(partOf(tenantWith({ enabled: true, html: ours }))?.lines).toEqual([]);
    const renamed = planTenant(
      { ...installation, resetPage: { companyName: 'Acme Boats' } },
      { ...grown, resetPage: { is: 'seen', value: { enabled: true, html: ours } } },
    );
    expect(partOf(renamed)?.lines).toHaveLength(1);
    expect(renamed.replaced.size).toBe(0);
  });

  it.each([
    ['the tenant was not read', undefined],
    ['its settings may not be read', { ...grown, resetPage: { is: 'unseen', why: 'not allowed' } as const }],
  ])('is left to be done by hand where %s', (_why, seen) => {
    const { files, steps } = planTenant({ ...installation, ...asked }, seen);
    expect([files.has(json), files.has(html)]).toEqual([false, false]);
    const step = steps.find((each) => each.startsWith('page for a new password: left out'));
    for (const said of ['read:tenant_settings', 'manifest/auth0/pages/password_reset.html'])
      expect(step).toContain(said);
  });
});
