// What a request shows after its first proof, drawn: what is asked, and what else can be pressed.
import { escapedHtml as escaped } from '../../text/html.ts';
import type { PageCopy } from '../../text/page-copy.ts';
import type { RecoveryAsk, RecoveryView } from '../../text/recovery-view.ts';
import type { RecoveryTold } from '../recovery-cookie.ts';
import { type FormButton, fieldHtml, formHtml, type HiddenFields, problemHtml } from './form-parts.ts';
import { phraseIn } from './html.ts';
import type { Layout } from './layout.ts';

export interface RecoveryNextShown {
  readonly view: RecoveryView;
  readonly fields: HiddenFields;
  readonly told?: RecoveryTold;
  /** The path of the link to the page for a new password. A secret. */
  readonly link?: string;
}

const nextPath = '/recover/next';

export function createRecoveryNextPage(layout: Layout, words: PageCopy): (shown: RecoveryNextShown) => string {
  const said = words.recovery;
  const phrase = phraseIn(words.enrolment);
  const button = (label: string, look: FormButton['look']): FormButton => ({ label, pressed: said.pressed, look });
  return (shown) => {
    const { view, fields } = shown;
    const error = shownError(shown, words);
    const ask = view.ask === undefined ? '' : askHtml(view.ask, error, shown, button);
    const note = view.note === undefined ? '' : `<p class="note">${phrase(view.note)}</p>`;
    const { resend, restart } = view;
    const again =
      resend === undefined
        ? ''
        : formHtml(nextPath, { ...fields, do: 'send-code', contact: resend.contact }, button(resend.label, 'quiet'));
    const presses = view.presses.map(({ press, label }) =>
      formHtml(nextPath, { ...fields, do: press }, button(label, 'quiet')),
    );
    const start = restart === undefined ? '' : `<a class="button quiet" href="/recover">${escaped(restart)}</a>`;
    const problem = error === undefined ? view.problem : [error];
    const about = error === undefined ? undefined : 'code';
    const above = problem === undefined ? '' : problemHtml(said.problem, phrase(problem), about);
    const title = problem === undefined ? view.title : `${said.problem}: ${view.title}`;
    const text = { title, heading: view.heading, paragraphs: view.paragraphs };
    const inside = [ask, note, again, ...presses, start].join('');
    const looksAgain = view.againInSeconds === 0 ? { looksAgain: nextPath } : {};
    return layout(view.sign, text, undefined, { above, inside, ...looksAgain });
  };
}

/** Of what was typed last; of what came before it, the request tells. */
function shownError({ view: { ask }, told }: RecoveryNextShown, words: PageCopy): string | undefined {
  const { code, unreachable } = words.recovery;
  const byTold: Readonly<Partial<Record<RecoveryTold['is'], string>>> = {
    'not-a-code': code.notACode,
    'not-a-recovery-code': words.recovery.notARecoveryCode,
    unreachable: unreachable.title,
  };
  const isField = ask?.is === 'code' || ask?.is === 'recovery-code';
  if (!isField) return undefined;
  return (told === undefined ? undefined : byTold[told.is]) ?? ask.error;
}

function askHtml(
  ask: RecoveryAsk,
  error: string | undefined,
  { fields, link }: RecoveryNextShown,
  button: (label: string, look: FormButton['look']) => FormButton,
): string {
  const main = button(ask.button, 'main');
  switch (ask.is) {
    case 'link':
      return link === undefined ? '' : formHtml(link, {}, main);
    case 'contact':
      return formHtml(nextPath, { ...fields, do: 'send-code' }, main, choicesHtml(ask));
    default:
      return formHtml(nextPath, { ...fields, do: `submit-${ask.is}` }, main, typedHtml(ask, error));
  }
}

function choicesHtml({ label, choices }: Extract<RecoveryAsk, { is: 'contact' }>): string {
  const items = choices.map(
    ({ value, label: name }, index) =>
      `<label class="choice"><input type="radio" name="contact" value="${escaped(value)}"${index === 0 ? ' checked' : ''}> ${escaped(name)}</label>`,
  );
  return `<fieldset class="choices"><legend>${escaped(label)}</legend>${items.join('')}</fieldset>`;
}

function typedHtml({ is, label, hint }: Extract<RecoveryAsk, { label: string; hint: string }>, error?: string): string {
  const isCode = is === 'code';
  return fieldHtml({
    ...{ id: 'code', name: 'code', label, hint, hasFocus: error === undefined },
    ...{ autocomplete: isCode ? 'one-time-code' : 'off', inputmode: isCode ? 'numeric' : 'text' },
    ...(error === undefined ? {} : { error }),
  });
}
