// Parts of pages with forms, as HTML. They work without JavaScript.
import { escapedHtml as escaped } from '../../text/html.ts';

export interface FormButton {
  readonly label: string;
  /** Read aloud after the label, and not shown. */
  readonly aloud?: string;
  /** After it was pressed. */
  readonly pressed: string;
  /** `main`: the one thing to do on the page. */
  readonly look: 'main' | 'quiet' | 'warning' | 'small';
}

export type HiddenFields = Readonly<Record<string, string>>;

const hiddenHtml = (fields: HiddenFields): string =>
  Object.entries(fields)
    .map(([name, value]) => `<input type="hidden" name="${escaped(name)}" value="${escaped(value)}">`)
    .join('');

/** `action` is a path of ours, without anything secret. `inside` is HTML. The browser checks no field: we say ourselves what is wrong. */
export const formHtml = (action: string, fields: HiddenFields, button: FormButton, inside = ''): string =>
  `<form method="post" action="${escaped(action)}" novalidate>${hiddenHtml(fields)}${inside}${buttonHtml(button)}</form>`;

function buttonHtml({ label, aloud, pressed, look }: FormButton): string {
  const more = aloud === undefined ? '' : `<span class="aloud"> ${escaped(aloud)}</span>`;
  // What is read aloud would be lost with the label of the pressed button.
  const after = aloud === undefined ? ` data-pressed="${escaped(pressed)}"` : '';
  return `<button type="submit" class="${look}"${after}>${escaped(label)}${more}</button>`;
}

export interface FieldInput {
  readonly id: string;
  readonly name: string;
  readonly label: string;
  readonly hint: string;
  readonly value?: string;
  readonly error?: string;
  readonly autocomplete: 'email' | 'tel' | 'one-time-code' | 'username' | 'off';
  readonly inputmode: 'email' | 'tel' | 'numeric' | 'text';
  /** The cursor stands in it. Only where nothing else has to be read first. */
  readonly hasFocus?: boolean;
}

/** Always `type="text"`: for `email` Chromium would rewrite what was typed. */
export function fieldHtml(field: FieldInput): string {
  const { id, name, label, hint, value = '', error, autocomplete, inputmode, hasFocus = false } = field;
  const described = error === undefined ? `${id}-hint` : `${id}-hint ${id}-error`;
  const wrong = error === undefined ? '' : ' aria-invalid="true"';
  const problem = error === undefined ? '' : `<p class="wrong" id="${id}-error">${escaped(error)}</p>`;
  return `<div class="field"><label for="${id}">${escaped(label)}</label><p class="hint" id="${id}-hint">${escaped(hint)}</p>${problem}<input type="text" id="${id}" name="${name}" value="${escaped(value)}" autocomplete="${autocomplete}" inputmode="${inputmode}" autocapitalize="none" spellcheck="false" aria-describedby="${described}"${wrong}${hasFocus ? ' autofocus' : ''}></div>`;
}

/** `html`: what has just happened. */
export const noticeHtml = (html: string): string => `<div class="notice" role="status"><p>${html}</p></div>`;

/** What is wrong. It gets the focus, so that it is read first. `field`: the id of the field that it is about. */
export function problemHtml(heading: string, html: string, field?: string): string {
  const said = field === undefined ? html : `<a href="#${field}">${html}</a>`;
  return `<div class="notice bad" role="alert" tabindex="-1" autofocus><p><strong>${escaped(heading)}</strong></p><p>${said}</p></div>`;
}
