// The tenant's own page for a new password (the classic one), as one file that Auth0 fills in. It loads nothing. Fields of Auth0 stand
// in the text and in attributes only, always escaped; the script takes them from there, so none can become code.
import { readFileSync } from 'node:fs';
import { escapedHtml, phraseHtml } from '../../src/text/html.ts';
import type { PageCopy } from '../../src/text/page-copy.ts';
import type { PlainPhrase } from '../../src/text/page-text.ts';
import { keyhole, logo } from '../../src/web/pages/logo.ts';
import { signs } from '../../src/web/pages/signs.ts';

export interface ResetPageBrand {
  /** Undefined: the name that the tenant has for itself. */
  readonly companyName?: string;
  /** How people reach the helpdesk. */
  readonly contact?: string;
}

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8');

/** What Auth0 documents for this page (D:customize/login-pages/classic-login/customize-password-reset-page), and no more of it. */
const fields = {
  csrf: '{{ csrf_token | escape }}',
  ticket: '{{ ticket | escape }}',
  email: '{{ email | escape }}',
  policy: '{{ password_policy | escape }}',
  least: '{{ password_complexity_options.min_length | escape }}',
  options: '{{ password_complexity_options | escape }}',
  company: '{{ tenant.friendly_name | default: tenant.name | escape }}',
} as const;

/** Neither Auth0 nor the deploy tool may find a field or a keyword in a text of ours. */
const inert = (html: string): string =>
  html.replaceAll(/[{}%@]|(?<!&)#/g, (character) => `&#${character.charCodeAt(0)};`);
const escaped = (text: string): string => inert(escapedHtml(text));
const phrase = (spans: PlainPhrase): string => inert(phraseHtml(spans));

/** For the administrator who looks into the file. HTML comments end at two dashes, so it has none. */
const about = `
  Latchkey: the tenant's own page for a new password (Auth0's "classic" password reset page).
  Made by "latchkey manifest auth0" with its option reset-page. Change the policy and make it again rather than editing it here.

  WHO SEES IT. Auth0 documents this page for Classic Login. Switched on, it replaces Auth0's own page for everybody of the tenant,
  customers included, and for every link: Latchkey's, and those of "Forgot password?". With Universal Login Auth0 documents other
  pages; whether one that is switched on is shown there is not confirmed. Try it with an account of your own.

  WHAT IT RESTS ON. The fields below are documented. The address to which the form goes, /lo/reset, is NOT: Auth0 calls it a private
  interface that may change at any time without notice. This page says so to nobody and fails safely: what it does not understand it
  calls unknown, and it changes nothing by itself. After any change at Auth0, try it again. It needs JavaScript, because the answer
  of that address is made for a script.

  THE WAY BACK. Branding, Universal Login, Password Reset: switch "Customize Password Reset Page" off. Auth0's own page is back at once.
`;

/** Not of Auth0's page, but of ours: its script puts values in the place of these. */
const place = (name: string): string => `[${name}]`;

function wordsOf({ hosted }: PageCopy): Readonly<Record<string, string>> {
  const { rules, wrong } = hosted;
  return {
    ...{
      title: hosted.title,
      more: rules.more,
      met: rules.met,
      missing: rules.missing,
      same: rules.same,
      ...rules.kinds,
      ...wrong,
    },
    length: rules.length(place('least')),
    all: rules.all(place('kinds')),
    some: rules.some(place('least'), place('count'), place('kinds')),
    row: rules.row(place('most')),
    heardMet: rules.heardMet,
    heardMissing: rules.heardMissing(place('rules')),
    quoted: hosted.quoted(place('text')),
    ...{ notChanged: hosted.notChanged, notKnown: hosted.notKnown, stale: hosted.stale, tooMany: hosted.tooMany },
    ...{ failed: hosted.failed, noAnswer: hosted.noAnswer, perhapsSaved: hosted.perhapsSaved },
    ...{ saving: hosted.saving, hide: hosted.hide },
  };
}

const wordsHtml = (words: PageCopy): string =>
  Object.entries(wordsOf(words))
    .map(([name, text]) => `<p data-word="${name}">${escaped(text)}</p>`)
    .join('\n');

function viewHtml(
  id: string,
  sign: string,
  { title, paragraphs }: { readonly title: string; readonly paragraphs: readonly PlainPhrase[] },
  more = '',
): string {
  const isFirst = id === 'unscripted';
  return `<div id="${id}" data-view${isFirst ? '' : ' hidden'}>
${sign}
<h1${isFirst ? '' : ' tabindex="-1"'}>${escaped(title)}</h1>
${paragraphs.map((each) => `<p>${phrase(each)}</p>`).join('\n')}${more}
</div>`;
}

function fieldHtml(id: string, label: string, described: string, hint = ''): string {
  return `<div class="field"><label for="${id}">${escaped(label)}</label>${hint}<p class="wrong" id="${id}-error" hidden></p><input type="password" id="${id}" name="${id}" autocomplete="new-password" autocapitalize="none" spellcheck="false" required aria-describedby="${described}" data-described="${described}"></div>`;
}

function askHtml({ hosted }: PageCopy): string {
  const account = phrase(hosted.account(place('email'))).replace(place('email'), fields.email);
  const hint = `<p class="hint" id="confirm-hint">${escaped(hosted.confirmHint)}</p>`;
  return `<div id="ask" data-view hidden>
<div id="problem" class="notice bad" role="alert" tabindex="-1" hidden><p><strong id="problem-heading"></strong></p><p id="problem-text"></p><button type="button" class="small" id="reload" hidden>${escaped(hosted.reload)}</button></div>
<h1>${escaped(hosted.title)}</h1>
<p id="account">${account}</p>
<form id="reset" method="post" action="/lo/reset" novalidate data-policy="${fields.policy}" data-least="${fields.least}" data-options="${fields.options}">
<input type="hidden" name="_csrf" value="${fields.csrf}">
<input type="hidden" name="ticket" value="${fields.ticket}">
<input type="hidden" name="email" value="${fields.email}">
<input class="aloud" type="text" value="${fields.email}" autocomplete="username" readonly tabindex="-1" aria-hidden="true">
<div class="rules" id="rules"><h2>${escaped(hosted.rules.heading)}</h2><ul id="checked"></ul></div>
<p class="aloud" id="heard" role="status"></p>
${fieldHtml('newPassword', hosted.label, 'rules')}
${fieldHtml('confirmNewPassword', hosted.confirmLabel, 'confirm-hint', hint)}
<button type="button" class="small" id="reveal">${escaped(hosted.reveal)}</button>
<button type="submit">${escaped(hosted.button)}</button>
</form>
</div>`;
}

export function resetPageHtml({ companyName, contact }: ResetPageBrand, words: PageCopy): string {
  const { hosted } = words;
  const company = companyName === undefined ? fields.company : escaped(companyName);
  const goOn = `\n<a class="button" id="go-on" rel="noreferrer" hidden>${escaped(hosted.goOn)}</a>`;
  return `<!doctype html>
<!--${about}-->
<html lang="${escaped(words.language)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">
<meta name="robots" content="noindex, nofollow">
<meta name="referrer" content="same-origin">
<meta name="format-detection" content="telephone=no">
<meta name="theme-color" media="(prefers-color-scheme: light)" content="#f3f1ec">
<meta name="theme-color" media="(prefers-color-scheme: dark)" content="#101312">
<title>${escaped(hosted.title)} · ${company}</title>
<link rel="icon" href="data:image/svg+xml,${encodeURIComponent(logo)}">
<style>
${read('../../src/web/pages/style.css')}${read('pages/reset-page.css')}</style>
</head>
<body>
<header>
<svg class="mark" viewBox="0 0 36 36" aria-hidden="true" focusable="false">${keyhole('currentColor')}</svg>
<p>${company}</p>
</header>
<main>
${viewHtml('unscripted', signs.wait, hosted.unscripted)}
${askHtml(words)}
${viewHtml('done', signs.done, hosted.done, goOn)}
${viewHtml('dead', signs.gone, hosted.dead)}
</main>
<footer>
<p id="unasked">${phrase(hosted.unasked)}</p>
<p>${phrase(hosted.help(contact))}</p>
<p>${phrase(words.promise)}</p>
</footer>
<template id="words">
${wordsHtml(words)}
</template>
<script>
${read('pages/reset-page.js')}</script>
</body>
</html>
`;
}
