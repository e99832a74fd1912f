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
  /** The old password is asked for too, and may be wrong so often. */
  readonly oldLeft?: number;
  readonly isOldWrong?: true;
}

export interface PasswordPages {
  /** `action`: the path to which the form is posted. */
  password(action: string, form: PasswordFormShown): string;
  /** `mustChange`: whoever signs in with it has to choose another one. */
  passwordSet(mustChange?: boolean): string;
  /** One is being set at this moment. `again`: the path that the button of the page posts to, where that is not its own. */
  passwordSaving(again?: string): string;
  /** No more passwords may be tried. */
  passwordsRefused(): string;
  passwordUnconfirmed(): string;
  /** No more old passwords may be tried. */
  oldPasswordsWrong(): string;
  passwordBlocked(): string;
  /** `again`: the path that the button posts to. */
  passwordNeedsSignIn(again: string): string;
}

export function createPasswordPages(layout: Layout, words: PageCopy): PasswordPages {
  const said = words.password;
  const phrase = phraseIn(words.enrolment);
  return {
    password(action, form) {
      const name = greetable(form.givenName);
      const text = form.oldLeft === undefined ? said.page(name) : said.changePage;
      const troubles = troublesOf(form, said);
      const title = troubles.length === 0 ? text.title : `${said.wrongHeading} · ${text.title}`;
      const account = form.username === undefined ? '' : `<p>${phrase(said.account(form.username))}</p>`;
      const button = { label: said.button, pressed: said.saving, look: 'main' as const };
      const fields = `${accountField(form.username)}${passwordFields(form, said)}`;
      const inside = `${account}${formHtml(action, {}, button, fields)}`;
      return layout(undefined, { ...text, title }, undefined, { above: problemAbove(form, troubles, said), inside });
    },
    passwordSaving: (again) => layout('wait', said.beingSaved, pressOf(again)),
    passwordSet: (mustChange = false) => layout('done', mustChange ? said.doneForOnce : said.done),
    passwordsRefused: () => layout('chat', said.spent),
    passwordUnconfirmed: () => layout('wait', said.unconfirmed),
    oldPasswordsWrong: () => layout('chat', said.oldSpent),
    passwordBlocked: () => layout('chat', said.blocked),
    passwordNeedsSignIn: (again) => layout('key', said.signInNeeded, pressOf(again)),
  };
}

function troublesOf(
  { faults, refused, isOldWrong, oldLeft = 0, left }: PasswordFormShown,
  said: PasswordWords,
): readonly string[] {
  if (faults.length > 0) return faults.map((fault) => said.wrong[fault]);
  if (isOldWrong === true) return [said.oldWrong(Math.min(oldLeft, left))];
  if (refused === undefined) return [];
  return refused.length === 0 ? [said.wrongSomehow] : refused.map((rule) => said.wrong[rule]);
}

/** The field that the first thing that is wrong is about. */
function fieldInQuestion({ faults, isOldWrong }: PasswordFormShown): 'current' | 'password' | 'confirm' {
  if (faults.length === 0) return isOldWrong === true ? 'current' : 'password';
  if (faults.includes('current-empty')) return 'current';
  return faults.includes('unequal') ? 'confirm' : 'password';
}

/** Only where a password was sent does it matter how many more may be. */
function problemAbove(form: PasswordFormShown, troubles: readonly string[], said: PasswordWords): string {
  if (troubles.length === 0) return '';
  const tries = form.faults.length === 0 && form.isOldWrong === undefined ? [said.triesLeft(form.left)] : [];
  const html = [...troubles, ...tries].map(escaped).join(' ');
  // All are typed again, whichever was wrong.
  return problemHtml(said.wrongHeading, html, form.oldLeft === undefined ? 'password' : 'current');
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
  const about = fieldInQuestion(form);
  const troubleOf = (id: typeof about) => (id === about ? trouble : undefined);
  const old =
    form.oldLeft === undefined
      ? ''
      : field('current', said.currentLabel, {
          ...{ hint: hintHtml('current', said.currentHint), described: ['current-hint'] },
          ...{ trouble: troubleOf('current'), autocomplete: 'current-password' },
        });
  const first = field('password', said.label, { described: ['rules'], trouble: troubleOf('password') });
  const second = field('confirm', said.confirmLabel, {
    ...{ hint: hintHtml('confirm', said.confirmHint), described: ['confirm-hint'], trouble: troubleOf('confirm') },
  });
  const shown = `${form.oldLeft === undefined ? '' : '#current, '}#password, #confirm`;
  const reveal = `<button type="button" class="small" data-reveal="${shown}" data-hide="${escaped(said.hide)}" hidden>${escaped(said.reveal)}</button>`;
  return `${old}${rulesHtml(form, said)}${first}${second}${reveal}`;
}

const hintHtml = (id: string, text: string): string => `<p class="hint" id="${id}-hint">${escaped(text)}</p>`;

interface FieldParts {
  readonly hint?: string;
  readonly described: readonly string[];
  readonly trouble: string | undefined;
  readonly autocomplete?: 'new-password' | 'current-password';
}

/** Never filled in again: a password is in no page. */
function field(
  id: string,
  label: string,
  { hint = '', described, trouble, autocomplete = 'new-password' }: FieldParts,
): string {
  const ids = [...described, ...(trouble === undefined ? [] : [`${id}-error`])].join(' ');
  const wrong = trouble === undefined ? '' : ' aria-invalid="true"';
  const problem = trouble === undefined ? '' : `<p class="wrong" id="${id}-error">${escaped(trouble)}</p>`;
  return `<div class="field"><label for="${id}">${escaped(label)}</label>${hint}${problem}<input type="password" id="${id}" name="${id}" autocomplete="${autocomplete}" autocapitalize="none" spellcheck="false" required aria-describedby="${ids}"${wrong}></div>`;
}
