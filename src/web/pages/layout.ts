// The HTML layout of all pages. A page loads nothing else. Its own URL is never written into it, because it may hold a token.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { escapedHtml as escaped } from '../../text/html.ts';
import type { PageCopy } from '../../text/page-copy.ts';
import type { PageText } from '../../text/page-text.ts';
import { formHtml, type HiddenFields } from './form-parts.ts';
import { phraseIn } from './html.ts';
import { keyhole, logo } from './logo.ts';
import { type Sign, signs } from './signs.ts';

const read = (name: string): string => readFileSync(new URL(name, import.meta.url), 'utf8');
const style = read('style.css');
/**
 * Prevents a second press: it would cancel the first request, and a link can be used only once. Shows times in the reader's own zone,
 * and buttons to copy and to print. Computes what the first page
 * under /recover asks for. The pages also work without it.
 */
const script = read('once.js') + read('comforts.js') + read('work.js');

const hash = (content: string): string => `'sha256-${createHash('sha256').update(content).digest('base64')}'`;
/** Sources that the Content-Security-Policy must allow for these pages: this style, this script, and images from `data:` URLs. */
export const pageSources = { style: hash(style), script: hash(script), image: 'data:' };

/**
 * `press`: a form that posts to the page's own URL, so no URL is written into it. `post`: one that posts to another path of ours.
 * `href`: a link.
 */
export type Button = 'press' | { readonly post: string; readonly fields: HiddenFields } | { readonly href: string };

/** More than a text and a button. All of it is HTML. */
export interface PageParts {
  /** Above the heading: what has just happened, or what is wrong. */
  readonly above?: string;
  /** Below the paragraphs. */
  readonly inside?: string;
  /**
   * The path that is loaded at once: its answer waits for what is under way. It is named, because a page whose address has a
   * fragment, like `#email`, would only scroll there and never be loaded again.
   */
  readonly looksAgain?: string;
}

export type Layout = (sign: Sign | undefined, text: PageText, button?: Button, parts?: PageParts) => string;

/** `company` is plain text. All texts are escaped here. */
export function createLayout(company: string, words: PageCopy): Layout {
  const companyHtml = escaped(company);
  const phrase = phraseIn(words.enrolment);
  return (sign, text, button, { above = '', inside = '', looksAgain } = {}) => `<!doctype html>
<html lang="${escaped(words.language)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">
<meta name="robots" content="noindex, nofollow">${looksAgain === undefined ? '' : `\n<meta http-equiv="refresh" content="0; url=${escaped(looksAgain)}">`}
<meta name="format-detection" content="telephone=no">
<meta name="theme-color" media="(prefers-color-scheme: light)" content="#f3f1ec">
<meta name="theme-color" media="(prefers-color-scheme: dark)" content="#101312">
<title>${escaped(text.title)} · ${companyHtml}</title>
<link rel="icon" href="data:image/svg+xml,${icon}">
<style>${style}</style>
</head>
<body>
<header>
<svg class="mark" viewBox="0 0 36 36" aria-hidden="true" focusable="false">${keyhole('currentColor')}</svg>
<p>${companyHtml}</p>
</header>
<main>
${above}${sign === undefined ? '' : signs[sign]}
<h1>${phrase(text.heading)}</h1>
${text.paragraphs.map((paragraph) => `<p>${phrase(paragraph)}</p>`).join('\n')}
${inside}${buttonOf(text, button, words)}
${text.note === undefined ? '' : `<p class="note">${phrase(text.note)}</p>`}
</main>
<footer>
${text.foot === undefined ? '' : `<p>${phrase(text.foot)}</p>`}
<p>${phrase(words.promise)}</p>
</footer>
<script>${script}</script>
</body>
</html>
`;
}

function buttonOf({ button: label = '' }: PageText, button: Button | undefined, words: PageCopy): string {
  if (button === undefined) return '';
  const { opening } = words;
  if (button === 'press') {
    return `<form method="post"><button type="submit" data-pressed="${escaped(opening)}">${escaped(label)}</button></form>`;
  }
  if ('post' in button) return formHtml(button.post, button.fields, { label, pressed: opening, look: 'main' });
  return `<a class="button" rel="noreferrer" href="${escaped(button.href)}">${escaped(label)}</a>`;
}

const icon = encodeURIComponent(logo);
