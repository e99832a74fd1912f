// A notice as a mail: plain text, and HTML without images, links to elsewhere, scripts or anything that is loaded. Both say the same.
import { escapedHtml, phraseHtml, phraseText } from '../text/html.ts';
import type { NoticeText } from '../text/notice-copy.ts';
import type { MailMessage } from './mail.ts';

/** `disownUrl`: where *It wasn't me* leads; left out where the text has no such button. */
export function noticeMail(
  notice: NoticeText,
  language: string,
  disownUrl: string,
): Pick<MailMessage, 'subject' | 'text' | 'html'> {
  return { subject: notice.subject, text: asText(notice, disownUrl), html: asHtml(notice, language, disownUrl) };
}

function asText({ heading, details, meaning, ifIt, disown, helpdesk, foot }: NoticeText, disownUrl: string): string {
  const paragraphs = [
    phraseText(heading),
    details.map(([label, value]) => `${label}: ${phraseText(value)}`).join('\n'),
    phraseText(meaning),
    phraseText(ifIt.wasYou),
    phraseText(ifIt.wasNot),
    ...(disown === undefined ? [] : [`${disown.button}: ${disownUrl}`, phraseText(disown.note)]),
    ...(helpdesk === undefined ? [] : [phraseText(helpdesk)]),
    ...foot.map(phraseText),
  ];
  return `${paragraphs.join('\n\n')}\n`;
}

/**
 * Without the style, which some mail programs drop, it is still read from top to bottom. The colours of both modes are written out:
 * mail programs know no variables.
 */
const style = `
body { margin: 0; padding: 24px 12px; background: #f3f1ec; color: #1d1b18; font: 17px/1.55 -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
main { display: block; max-width: 480px; margin: 0 auto; padding: 24px; background: #fffefb; border: 1px solid #e3dfd6; border-radius: 16px; }
h1 { margin: 0 0 16px; font-size: 24px; line-height: 1.25; font-weight: 650; }
p { margin: 0 0 16px; }
.details { padding: 12px 16px; border: 1px solid #e3dfd6; border-radius: 12px; }
.label, .note, .foot { color: #5b5650; }
.note, .foot { font-size: 15px; }
.button { display: block; padding: 14px; border-radius: 14px; background: #14574a; color: #ffffff; font-weight: 600; text-align: center; text-decoration: none; }
@media (prefers-color-scheme: dark) {
body { background: #101312; color: #f0eee9; }
main { background: #191d1c; border-color: #2b312f; }
.details { border-color: #2b312f; }
.label, .note, .foot { color: #b0b2ab; }
.button { background: #8fdcc5; color: #06251d; }
}`;

function asHtml(
  { subject, heading, details, meaning, ifIt, disown, helpdesk, foot }: NoticeText,
  language: string,
  disownUrl: string,
): string {
  const facts = details.map(
    ([label, value]) => `<span class="label">${escapedHtml(label)}:</span> <strong>${phraseHtml(value)}</strong>`,
  );
  return `<!doctype html>
<html lang="${escapedHtml(language)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="format-detection" content="telephone=no, date=no, address=no, email=no, url=no">
<title>${escapedHtml(subject)}</title>
<style>${style}
</style>
</head>
<body>
<main>
<h1>${phraseHtml(heading)}</h1>
<p class="details">${facts.join('<br>\n')}</p>
${paragraph(meaning)}
${paragraph(ifIt.wasYou)}
${paragraph(ifIt.wasNot)}
${disown === undefined ? '' : `<p><a class="button" href="${escapedHtml(disownUrl)}">${escapedHtml(disown.button)}</a></p>\n${paragraph(disown.note, 'note')}`}
${helpdesk === undefined ? '' : paragraph(helpdesk)}
${foot.map((each) => paragraph(each, 'foot')).join('\n')}
</main>
</body>
</html>
`;
}

const paragraph = (phrase: NoticeText['meaning'], kind?: 'note' | 'foot'): string =>
  `<p${kind === undefined ? '' : ` class="${kind}"`}>${phraseHtml(phrase)}</p>`;
