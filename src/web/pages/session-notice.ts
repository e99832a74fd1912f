// What has just happened, above the heading of a page: what came of the last press in this browser, else what the request tells.

import type { EnrolmentView } from '../../flows/enrolment-access.ts';
import type { Instant } from '../../flows/ids.ts';
import type { EnrolmentWords } from '../../text/enrolment-words.ts';
import type { Phrase } from '../../text/page-text.ts';
import type { Told } from '../enrolment-cookie.ts';
import { noticeHtml, problemHtml } from './form-parts.ts';
import { phraseIn } from './html.ts';
import { secondsUntil } from './shown.ts';

export interface SessionNotice {
  readonly isProblem: boolean;
  readonly phrase: Phrase;
  /** The id of the field that it is about. */
  readonly field?: string;
}

export const fieldOf = { email: 'email', sms: 'phone' } as const;

/** What came of the last press, except a code's. */
export function noticeOfTold(told: Told, words: EnrolmentWords, now: Instant): SessionNotice {
  switch (told.is) {
    case 'not-taken':
      return {
        isProblem: true,
        phrase: [words.contacts.notTaken(told.channel, told.because)],
        field: fieldOf[told.channel],
      };
    case 'not-a-code':
      return { isProblem: true, phrase: [words.code.notACode], field: 'code' };
    case 'limited':
      return {
        isProblem: true,
        phrase: words.trouble.limited(told.again, secondsUntil(told.again, now)),
      };
    default:
      return { isProblem: true, phrase: words.trouble[told.is] };
  }
}

export function noticeOfNews(
  news: NonNullable<EnrolmentView['news']>,
  words: EnrolmentWords,
  now: Instant,
): SessionNotice {
  const { contacts, trouble } = words;
  const problem = (phrase: Phrase): SessionNotice => ({ isProblem: true, phrase });
  switch (news.is) {
    case 'added':
      return { isProblem: false, phrase: contacts.added(news.masked, news.usableFrom) };
    case 'removed':
      return { isProblem: false, phrase: contacts.removed(news.masked) };
    case 'confirmed':
      return { isProblem: false, phrase: contacts.confirmed(news.masked) };
    case 'already-yours':
      return { isProblem: false, phrase: contacts.alreadyYours };
    case 'elsewhere':
      return problem(contacts.elsewhere);
    case 'attempts-spent':
      return problem(contacts.attemptsSpent(news.again));
    case 'sends-spent':
      return problem(contacts.sendsSpent(news.again));
    case 'limited':
      return problem(trouble.limited(news.again, secondsUntil(news.again, now)));
    default:
      return problem(trouble[news.is]);
  }
}

export function noticeAbove(notice: SessionNotice | undefined, words: EnrolmentWords): string {
  if (notice === undefined) return '';
  const html = phraseIn(words)(notice.phrase);
  return notice.isProblem ? problemHtml(words.problem, html, notice.field) : noticeHtml(html);
}

/** Read first of all, so it says whether something is wrong. */
export const titleWith = (title: string, notice: SessionNotice | undefined, words: EnrolmentWords): string =>
  notice?.isProblem === true ? `${words.problem}: ${title}` : title;
