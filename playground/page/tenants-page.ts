// Whether the emulated tenant has the page for a new password that `latchkey manifest auth0 --reset-page` writes.
import { resetPageHtml } from '../../manifest/auth0/reset-page.ts';
import { copy } from '../../src/bot/copy/language.ts';
import type { World } from '../world.ts';

export type TenantsPage = 'normal' | 'own';

const setting = 'change_password';

export const tenantsPageOf = ({ auth0 }: World): TenantsPage =>
  Object(auth0.control.configuration.settings[setting]).enabled === true ? 'own' : 'normal';

/** With the name and the helpdesk that the playground's policy has. Only links that are made from then on lead there. */
export function setTenantsPage({ auth0 }: World, mode: TenantsPage): void {
  const brand = { companyName: 'Acme', contact: 'call 555 0100 or visit room 101' };
  auth0.control.configuration.settings[setting] = {
    enabled: mode === 'own',
    html: mode === 'own' ? resetPageHtml(brand, copy.pages) : '',
  };
}
