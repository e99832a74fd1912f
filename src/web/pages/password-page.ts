// Where a new password is chosen. It works without JavaScript; with it, the passwords can be shown. Paste and password managers work.
// The address of the page's form holds the token of the link: only this page has it, for the browser that pressed.
import { escapedHtml as escaped } from '../../text/html.ts';
import { type KnownPasswordRules, shortestPassword, type TypedFault } from '../../text/new-password.ts';
import type { PageCopy } from '../../text/page-copy.ts';
import type { PasswordTrouble, PasswordWords, RulesToTell } from '../../text/password-words.ts';
import { formHtml, problemHtml } from './form-parts.ts';
import { phraseIn } from './html.ts';
import type { Layout } from './layout.ts';
import { greetable, pressOf } from './link-pages.ts';

export interface PasswordFormShown {
  readonly givenName?: string;
  readonly username?: string;
  readonly rules: KnownPasswordRules & Pick<RulesToTell, 'isComplete' | 'history'>;
  readonly faults: readonly TypedFault[];
  /** The provider refused the last one: by these rules, or by none that it names. */
  readonly refused?: readonly PasswordTrouble[];
  readonly left: number;
}

export interface PasswordPages {
  /** `action`: the path to which the form is posted. */
  password(action: string, form: PasswordFormShown): string;
  passwordSet(): string;
  /** One is being set at this moment. `again`: the path that the button of the page posts to, where that is not its own. */
  passwordSaving(again?: string): string;
  /** No more passwords may be tried. */
  passwordsRefused(): string;
  passwordUnconfirmed(): string;
}

export function createPasswordPages(layout: Layout, words: PageCopy): PasswordPages {
  const said = words.password;
  const phrase = phraseIn(words.enrolment);
  return {
    password(action, form) {
      const name = greetable(form.givenName);
      const text = said.page(name);
      const troubles = troublesOf(form, said);
      const title = troubles.length === 0 ? text.title : `${said.wrongHeading} · ${text.title}`;
      const account = form.username === undefined ? '' : `<p>${phrase(said.account(form.username))}</p>`;
      const button = { label: said.button, pressed: said.saving, look: 'main' as const };
      const fields = `${accountField(form.username)}${passwordFields(form, said)}`;
      const inside = `${account}${rulesHtml(form, said)}${formHtml(action, {}, button, fields)}`;
      return layout(undefined, { ...text, title }, undefined, { above: problemAbove(form, troubles, said), inside });
    },
    passwordSaving: (again) => layout('wait', said.beingSaved, pressOf(again)),
    passwordSet: () => layout('done', said.done),
    passwordsRefused: () => layout('chat', said.spent),
    passwordUnconfirmed: () => layout('wait', said.unconfirmed),
  };
}

function troublesOf({ faults, refused }: PasswordFormShown, said: PasswordWords): readonly string[] {
  if (faults.length > 0) return faults.map((fault) => said.wrong[fault]);
  if (refused === undefined) return [];
  return refused.length === 0 ? [said.wrongSomehow] : refused.map((rule) => said.wrong[rule]);
}

const isAboutConfirm = ({ faults }: PasswordFormShown): boolean => faults.includes('unequal');

/** Only where a password was sent does it matter how many more may be. */
function problemAbove(form: PasswordFormShown, troubles: readonly string[], said: PasswordWords): string {
  if (troubles.length === 0) return '';
  const tries = form.faults.length === 0 ? [said.triesLeft(form.left)] : [];
  const html = [...troubles, ...tries].map(escaped).join(' ');
  // Both are typed again, whichever was wrong.
  return problemHtml(said.wrongHeading, html, 'password');
}

function rulesHtml({ rules }: PasswordFormShown, said: PasswordWords): string {
  const told: RulesToTell = { ...rules, minLength: Math.max(shortestPassword, rules.minLength ?? 0) };
  const items = said.rules(told).map((rule) => `<li>${escaped(rule)}</li>`);
  return `<div class="rules" id="rules"><h2>${escaped(said.rulesHeading)}</h2><ul>${items.join('')}</ul></div>`;
}

/** For password managers: they file the password under it. People see the account above. */
const accountField = (username: string | undefined): string =>
  username === undefined
    ? ''
    : `<input class="aloud" type="text" name="username" value="${escaped(username)}" autocomplete="username" readonly tabindex="-1" aria-hidden="true">`;

function passwordFields(form: PasswordFormShown, said: PasswordWords): string {
  const [trouble] = troublesOf(form, said);
  const isSecond = isAboutConfirm(form);
  const first = field('password', said.label, { described: ['rules'], trouble: isSecond ? undefined : trouble });
  const hint = `<p class="hint" id="confirm-hint">${escaped(said.confirmHint)}</p>`;
  const second = field('confirm', said.confirmLabel, {
    ...{ hint, described: ['confirm-hint'], trouble: isSecond ? trouble : undefined },
  });
  const reveal = `<button type="button" class="small" data-reveal="#password, #confirm" data-hide="${escaped(said.hide)}" hidden>${escaped(said.reveal)}</button>`;
  return `${first}${second}${reveal}`;
}

interface FieldParts {
  readonly hint?: string;
  readonly described: readonly string[];
  readonly trouble: string | undefined;
}

/** Never filled in again: a password is in no page. */
function field(id: string, label: string, { hint = '', described, trouble }: FieldParts): string {
  const ids = [...described, ...(trouble === undefined ? [] : [`${id}-error`])].join(' ');
  const wrong = trouble === undefined ? '' : ' aria-invalid="true"';
  const problem = trouble === undefined ? '' : `<p class="wrong" id="${id}-error">${escaped(trouble)}</p>`;
  return `<div class="field"><label for="${id}">${escaped(label)}</label>${hint}${problem}<input type="password" id="${id}" name="${id}" autocomplete="new-password" autocapitalize="none" spellcheck="false" required aria-describedby="${ids}"${wrong}></div>`;
}
