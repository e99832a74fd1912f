// Where the code that was sent to a new address is typed.

import type { EnrolmentView } from '../../flows/enrolment-access.ts';
import type { EnrolmentWords } from '../../text/enrolment-words.ts';
import { type FormButton, fieldHtml, formHtml } from './form-parts.ts';
import { phraseIn } from './html.ts';
import type { Layout } from './layout.ts';
import { noticeAbove, noticeOfTold, type SessionNotice, titleWith } from './session-notice.ts';
import { type Shown, secondsUntil } from './shown.ts';

type Challenge = NonNullable<EnrolmentView['challenge']>;

/** `shown.view` has a challenge. */
export function createCodePage(layout: Layout, words: EnrolmentWords): (shown: Shown) => string {
  const said = words.code;
  return (shown) => {
    const { challenge } = shown.view;
    if (challenge === undefined) return layout('wait', words.stale, { href: '/enrol/contacts' });
    const notice = noticeOf(shown, challenge, words);
    const { title, heading } = { title: said.title, heading: said.heading(challenge.masked) };
    const inside = [entryHtml(shown, challenge, notice, words), othersHtml(shown, challenge, words)].join('\n');
    const text = { title: titleWith(title, notice, words), heading, paragraphs: [] };
    return layout(undefined, text, undefined, { above: noticeAbove(notice, words), inside });
  };
}

function noticeOf({ told, now }: Shown, { after, attemptsLeft }: Challenge, words: EnrolmentWords) {
  // A field of the other page is no matter of this one.
  if (told !== undefined && !('channel' in told)) return noticeOfTold(told, words, now);
  const said = words.code;
  const about = (text: string, field?: string): SessionNotice => ({
    isProblem: true,
    phrase: [text],
    ...(field === undefined ? {} : { field }),
  });
  switch (after) {
    case 'sent':
      return undefined;
    case 'wrong':
      return about(said.wrong(attemptsLeft), 'code');
    case 'unchecked':
      return about(said.unchecked, 'code');
    default:
      return about(said.dead[after]);
  }
}

/** Only where a code can still be accepted. */
function entryHtml(
  { fields, now }: Shown,
  challenge: Challenge,
  notice: SessionNotice | undefined,
  words: EnrolmentWords,
) {
  if (isDead(challenge)) return '';
  const said = words.code;
  const [first] = notice?.field === 'code' ? notice.phrase : [];
  const field = fieldHtml({
    id: 'code',
    name: 'code',
    label: said.label,
    hint: said.hint(challenge.channel, secondsUntil(challenge.codeUntil, now)),
    autocomplete: 'one-time-code',
    inputmode: 'numeric',
    hasFocus: notice === undefined,
    ...(typeof first === 'string' ? { error: first } : {}),
  });
  return formHtml('/enrol/code', fields, { label: said.button, pressed: words.pressed, look: 'main' }, field);
}

function othersHtml({ fields, now }: Shown, challenge: Challenge, words: EnrolmentWords): string {
  const said = words.code;
  const button = (label: string, look: FormButton['look']): FormButton => ({ label, pressed: words.pressed, look });
  const wait =
    challenge.resendFrom > now
      ? `<p class="note">${phraseIn(words)(said.resendIn(secondsUntil(challenge.resendFrom, now)))}</p>`
      : '';
  const resend = formHtml('/enrol/resend', fields, button(said.resend, isDead(challenge) ? 'main' : 'quiet'));
  const other = formHtml('/enrol/other', fields, button(said.other[challenge.channel], 'quiet'));
  return `${wait}${resend}${other}`;
}

const isDead = ({ after }: Challenge): boolean => after === 'used-up' || after === 'expired' || after === 'too-old';
