// The tenant's own page for a new password, where somebody asked for it. It replaces what everybody of the tenant sees, so a page that
// could not be looked at before is never written over, and one of the tenant's own is kept beside the files.
import { copy } from '../../src/bot/copy/language.ts';
import { holdsKeyword } from './changes.ts';
import { type Draft, type Installation, json, left, unread, write } from './draft.ts';
import { resetPageHtml } from './reset-page.ts';
import type { SeenTenant } from './seen.ts';

const name = 'password_reset';
const what = 'page for a new password';
const replacedFile = `pages/${name}.html`;

const warnings = [
  'The page for a new password replaces Auth0’s for everybody of this tenant, customers included, and for every link. Auth0 documents it for Classic Login; whether it is shown where Universal Login is on is not confirmed. Try it with an account of your own first.',
  'It posts to /lo/reset, which Auth0 does not document and may change without notice. Connections with the Flexible Password Policy (options.password_options) do not go together with a page of one’s own. Way back: Branding → Universal Login → Password Reset, switch “Customize Password Reset Page” off.',
] as const;

export function hostedPage({ resetPage }: Installation, seen: SeenTenant | undefined, draft: Draft): void {
  if (resetPage === undefined) return;
  if (seen === undefined || seen.resetPage.is === 'unseen') {
    const why = seen?.resetPage.is === 'unseen' ? seen.resetPage.why : unread;
    const step =
      'grant the deploying application read:tenant_settings and update:tenant_settings and run this command again, or paste manifest/auth0/pages/password_reset.html of Latchkey under Branding → Universal Login → Password Reset';
    draft.steps.push(left(what, why, step));
    return;
  }
  const before = seen.resetPage.value;
  const html = resetPageHtml(resetPage, copy.pages);
  // The tool takes the text from a file of its own; compared is the text.
  write(
    draft,
    `${what}, tenant/pages/${name}.html`,
    `pages/${name}.json`,
    { name, enabled: true, html },
    { name, ...before },
  );
  draft.files.set(`pages/${name}.json`, json({ name, enabled: true }));
  draft.files.set(`pages/${name}.html`, html);
  draft.warnings.push(...warnings);
  const theirs = before['html'];
  if (typeof theirs !== 'string' || theirs.trim() === '' || isOurs(theirs)) return;
  draft.replaced.set(replacedFile, theirs);
  draft.warnings.push(
    `The tenant has a page of its own for a new password. It is kept in replaced/${replacedFile}; with it in the place of tenant/pages/${name}.html an import brings it back.${holdsKeyword(theirs) ? ' It has a text that the deploy tool would take for a keyword (## or @@), so bring it back by hand.' : ''}`,
  );
}

const isOurs = (html: string): boolean => html.includes('latchkey manifest auth0');
