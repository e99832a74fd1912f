// The list of a person's contacts, with what can be done.

import { countUsable } from '../../flows/contact.ts';
import type { EnrolmentView } from '../../flows/enrolment-access.ts';
import type { Channel } from '../../flows/state.ts';
import type { ContactsWords, EnrolmentWords } from '../../text/enrolment-words.ts';
import { escapedHtml as escaped } from '../../text/html.ts';
import type { Phrase } from '../../text/page-text.ts';
import { fieldHtml, formHtml } from './form-parts.ts';
import { phraseIn } from './html.ts';
import type { Layout } from './layout.ts';
import { fieldOf, noticeAbove, noticeOfNews, noticeOfTold, type SessionNotice, titleWith } from './session-notice.ts';
import type { Shown } from './shown.ts';

type Contact = EnrolmentView['contacts'][number];

/** The id of the list. */
export const contactsPart = 'contacts';

export function createContactsPage(layout: Layout, words: EnrolmentWords): (shown: Shown) => string {
  const said = words.contacts;
  return (shown) => {
    const { view } = shown;
    const notice = noticeOf(shown, words);
    const text = {
      title: titleWith(said.title, notice, words),
      heading: said.heading,
      paragraphs: [said.intro(countUsable(view.contacts))],
    };
    const inside = [listHtml(shown, words), addHtml(shown, words), endHtml(shown, words)].join('\n');
    return layout(undefined, text, undefined, { above: noticeAbove(notice, words), inside });
  };
}

function noticeOf({ view: { news }, told, now }: Shown, words: EnrolmentWords): SessionNotice | undefined {
  // A code is no matter of this page.
  if (told !== undefined && told.is !== 'not-a-code') return noticeOfTold(told, words, now);
  return news === undefined ? undefined : noticeOfNews(news, words, now);
}

function listHtml({ view, fields, now }: Shown, words: EnrolmentWords): string {
  if (view.contacts.length === 0) return '';
  const said = words.contacts;
  const phrase = phraseIn(words);
  const row = (contact: Contact): string => {
    const lines = stateOf(contact, now, said).map((line) => `<p>${phrase(line)}</p>`);
    const remove = formHtml(
      '/enrol/remove',
      { ...fields, contact: contact.ref },
      { label: said.remove, aloud: said.removeWhich(contact.masked), pressed: words.pressed, look: 'small' },
    );
    const which = `<p class="which"><span>${escaped(said.kind[contact.channel])}</span> <strong>${escaped(contact.masked)}</strong></p>`;
    return `<li>${which}<div class="state">${lines.join('')}</div>${remove}</li>`;
  };
  return `<ul class="contacts" id="${contactsPart}">${view.contacts.map(row).join('')}</ul>`;
}

function stateOf(
  { since, usableFrom, unconfirmed, unusable }: Contact,
  now: number,
  said: ContactsWords,
): readonly Phrase[] {
  return [
    since === undefined ? said.sinceBefore : said.since(since),
    ...(unusable === undefined ? [] : [said.unusable[unusable]]),
    ...(unusable === undefined && usableFrom !== undefined && usableFrom > now ? [said.usableFrom(usableFrom)] : []),
    ...(unusable === undefined && unconfirmed === true ? [said.unconfirmed] : []),
  ];
}

/** One form stands open where something is missing: the kind that the person lacks. The rest is one press away. */
function addHtml({ view, told, fields }: Shown, words: EnrolmentWords): string {
  const usable = countUsable(view.contacts);
  const has = (channel: Channel): boolean =>
    view.contacts.some((contact) => contact.channel === channel && contact.unusable === undefined);
  const wrong = told !== undefined && 'channel' in told ? told.channel : undefined;
  const lacking = has('email') && !has('sms') ? 'sms' : 'email';
  const isOpen = (channel: Channel): boolean => channel === wrong || (usable < 2 && channel === lacking);
  const order: readonly Channel[] = lacking === 'sms' ? ['sms', 'email'] : ['email', 'sms'];
  const one = (channel: Channel): string => {
    const add = words.contacts.add[channel];
    const form = formHtml(
      `/enrol/${fieldOf[channel]}`,
      fields,
      { label: add.button, pressed: words.pressed, look: usable < 2 ? 'main' : 'quiet' },
      fieldHtml({
        id: fieldOf[channel],
        name: 'address',
        ...inputOf[channel],
        ...add,
        ...typedIn(channel, told, words),
      }),
    );
    return isOpen(channel)
      ? `<section class="add"><h2>${escaped(add.heading)}</h2>${form}</section>`
      : `<details class="add"><summary>${escaped(add.heading)}</summary>${form}</details>`;
  };
  return order.map(one).join('\n');
}

const inputOf = {
  email: { autocomplete: 'email', inputmode: 'email' },
  sms: { autocomplete: 'tel', inputmode: 'tel' },
} as const;

function typedIn(channel: Channel, told: Shown['told'], words: EnrolmentWords): { value?: string; error?: string } {
  if (told === undefined || !('channel' in told) || told.channel !== channel) return {};
  const value = told.typed === undefined ? {} : { value: told.typed };
  return told.is === 'not-taken' ? { ...value, error: words.contacts.notTaken(channel, told.because) } : value;
}

function endHtml({ view, fields, offersRecoveryCodes }: Shown, words: EnrolmentWords): string {
  const said = words.contacts;
  if (view.contacts.length === 0) return '';
  const codes = offersRecoveryCodes
    ? `<p class="more"><a href="/enrol/recovery-codes">${escaped(said.recoveryCodes(view.recoveryCodesLeft))}</a></p>`
    : '';
  const look = countUsable(view.contacts) < 2 ? 'quiet' : 'main';
  const done = formHtml('/enrol/done', fields, { label: said.done, pressed: words.pressed, look });
  return `${codes}${done}`;
}
