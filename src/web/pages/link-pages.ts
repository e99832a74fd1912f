// The pages a person may see: words and layout, one function a page. Complete in themselves, without anything to load;
// the address, and so the token in it, is never written into them.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { beginning } from '../../text/bounded-text.ts';

const read = (name: string): string => readFileSync(new URL(name, import.meta.url), 'utf8');
const style = read('style.css');
/** A second press of an impatient finger would cancel the first, and the link opens only once. Without script all else works. */
const script = read('once.js');

const hash = (content: string): string => `'sha256-${createHash('sha256').update(content).digest('base64')}'`;
/** What a Content-Security-Policy must let through for these pages: this style, this script and nothing else. */
export const pageSources = { style: hash(style), script: hash(script), image: 'data:' };

export interface Pages {
  /** Who runs this, what it keeps and what not: where the address of the product itself leads, e.g. from the app's entry in Teams. */
  about(): string;
  /** The link may be used: one button. `givenName` as the directory has it. */
  live(givenName: string | undefined): string;
  /** Used, run out, foreign, guessed or misspelt: nobody learns which. Also what stands at every address that is none. */
  dead(): string;
  busy(): string;
  unreachable(): string;
  refused(): string;
  /** The form was sent from somebody else's page. */
  foreign(): string;
  /** The sign-in page stands at a host that the form may not lead to by itself. */
  elsewhere(address: string): string;
  crowded(): string;
  broken(reference: string): string;
}

export function createPages(companyName: string): Pages {
  const company = escaped(companyName);
  const page = (parts: Parts): string => layout(company, parts);
  return {
    about: () =>
      page({
        title: 'Passwords and accounts',
        sign: 'chat',
        heading: 'A bot for passwords and accounts',
        body: `<p>People at ${company} use it in their chat, to choose a new password or have their account unlocked.
Write <code>help</code> to it there; on this page there is nothing to do.</p>
<p><strong>Who runs it.</strong> ${company}, with the program Latchkey. The program tells its makers nothing.</p>
<p><strong>What it keeps.</strong> Who asked for what, when, how they proved it was them, who approved it and how it ended;
of contacts only a few characters, like j•••@g•••.com. All of that for about a month; beyond it, only where it finds
you in your chat.</p>
<p><strong>What it never keeps.</strong> Passwords, codes, links, e-mail addresses and phone numbers. You choose a password
on the sign-in page and nowhere else.</p>
<p><strong>Terms.</strong> Use it for your own account only. For anything else, and to ask what is kept about you, turn to
your helpdesk.</p>`,
      }),
    live: (givenName) =>
      page({
        title: 'Choose a new password',
        sign: 'key',
        heading: `${greeting(givenName)} to choose a new password`,
        body: `<p>You’ll go to your company’s sign-in page and set it there.</p>${form('Continue')}
<p class="note">Works once, for a few minutes.</p>`,
        foot: `<p>You didn’t ask for this? Close this page and press “It wasn’t me” in your chat.</p>`,
      }),
    dead: () =>
      page({
        title: 'This link doesn’t work any more',
        sign: 'gone',
        heading: 'This link doesn’t work any more',
        body: `<p>A link works once, and only for a few minutes. Opening it now has changed nothing.</p>
<p>If you’ve just set your new password, you’re done. If not, go back to your chat and ask for a new link.</p>`,
      }),
    busy: () =>
      page({
        title: 'One moment',
        sign: 'wait',
        heading: 'This link is being opened',
        body: `<p>The button was pressed a moment ago. If that was you in another window, the sign-in page comes there.</p>
<p>If you see only this page, wait a moment and press again. Pressing twice does no harm.</p>${form('Try again')}`,
      }),
    unreachable: () =>
      page({
        title: 'We can’t reach the sign-in service',
        sign: 'wait',
        heading: 'We can’t reach the sign-in service right now',
        body: `<p>Nothing has changed, and your link still works. Wait a moment, then press again.</p>${form('Try again')}`,
      }),
    refused: () =>
      page({
        title: 'Only the helpdesk can help with this one',
        sign: 'chat',
        heading: 'Only the helpdesk can help with this one',
        body: `<p>Your password can’t be changed here. Nothing has changed.</p>
<p>Go back to your chat; the helpdesk can be reached from there.</p>`,
      }),
    foreign: () =>
      page({
        title: 'Open the link from your chat',
        sign: 'chat',
        heading: 'Open the link from your chat',
        body: `<p>Another website tried to press this button for you. Nothing has changed.</p>
<p>If you want to go on, open the link from your chat and press the button yourself.</p>`,
      }),
    elsewhere: (address) =>
      page({
        title: 'Choose a new password',
        sign: 'key',
        heading: 'One more press',
        body: `<p>Your company’s sign-in page is at <strong>${escaped(URL.parse(address)?.host ?? '')}</strong>.</p>
<a class="button" rel="noreferrer" href="${escaped(address)}">Continue</a>
<p class="note">Works once, for a few minutes.</p>`,
      }),
    crowded: () =>
      page({
        title: 'Please wait a minute',
        sign: 'wait',
        heading: 'Please wait a minute',
        body: `<p>Very many requests come from your network just now. Nothing has changed.</p>
<p>Wait a minute, then open the link again.</p>`,
      }),
    broken: (reference) =>
      page({
        title: 'Something went wrong',
        sign: 'wait',
        heading: 'Something went wrong on our side',
        body: `<p>Go back to your chat and try again from there, or ask the helpdesk and tell them
<code>${escaped(reference)}</code>.</p>`,
      }),
  };
}

interface Parts {
  readonly title: string;
  readonly sign: keyof typeof signs;
  readonly heading: string;
  readonly body: string;
  readonly foot?: string;
}

/** No address in the form: it is sent to where the page stands. */
const form = (label: string): string => `<form method="post"><button type="submit">${label}</button></form>`;

const greeting = (givenName: string | undefined): string => {
  const name = beginning(givenName ?? '', 200)
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '')
    .trim();
  return name === '' || [...name].length > 40 ? 'Continue' : `<bdi>${escaped(name)}</bdi>, continue`;
};

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const escaped = (text: string): string =>
  beginning(text, 8_192).replace(/[&<>"']/g, (character) => entities[character] ?? '');

const drawing = (inside: string): string =>
  `<svg class="sign" viewBox="0 0 24 24" aria-hidden="true" focusable="false" fill="none" stroke="currentColor" stroke-width="1.8" stroke-linecap="round" stroke-linejoin="round">${inside}</svg>`;

const signs = {
  key: drawing('<circle cx="7.5" cy="16.5" r="4.5"/><path d="M10.7 13.3 20 4m-4 4 3 3m-6 0 2 2"/>'),
  gone: drawing('<path transform="rotate(-45 12 12)" d="M9.5 8H6.5a4 4 0 0 0 0 8h3m5-8h3a4 4 0 0 1 0 8h-3"/>'),
  chat: drawing(
    '<path d="M5 4.5h14a2 2 0 0 1 2 2v8.5a2 2 0 0 1-2 2h-7l-4.5 3.5V17H5a2 2 0 0 1-2-2V6.5a2 2 0 0 1 2-2zM8 9.5h8M8 12.5h5"/>',
  ),
  wait: drawing('<circle cx="12" cy="12" r="9"/><path d="M12 7v5l3 2"/>'),
} as const;

const keyhole = (fill: string): string =>
  `<path fill="${fill}" d="M18 9a5.2 5.2 0 0 1 2.5 9.8l1.3 6.4a1.1 1.1 0 0 1-1.1 1.3h-5.4a1.1 1.1 0 0 1-1.1-1.3l1.3-6.4A5.2 5.2 0 0 1 18 9z"/>`;
const icon = encodeURIComponent(
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 36 36"><rect width="36" height="36" rx="11" fill="#14574a"/>${keyhole('#fff')}</svg>`,
);

const layout = (company: string, { title, sign, heading, body, foot }: Parts): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">
<meta name="robots" content="noindex, nofollow">
<meta name="format-detection" content="telephone=no">
<meta name="theme-color" media="(prefers-color-scheme: light)" content="#f3f1ec">
<meta name="theme-color" media="(prefers-color-scheme: dark)" content="#101312">
<title>${title} · ${company}</title>
<link rel="icon" href="data:image/svg+xml,${icon}">
<style>${style}</style>
</head>
<body>
<header>
<svg class="mark" viewBox="0 0 36 36" aria-hidden="true" focusable="false">${keyhole('currentColor')}</svg>
<p>${company}</p>
</header>
<main>
${signs[sign]}
<h1>${heading}</h1>
${body}
</main>
<footer>
${foot ?? ''}
<p>Nobody from the helpdesk will ever ask you for a password or a code.</p>
</footer>
<script>${script}</script>
</body>
</html>
`;
