// The question before a contact is removed, with what it means.
import type { ContactRef } from '../../flows/ids.ts';
import type { EnrolmentWords } from '../../text/enrolment-words.ts';
import { escapedHtml as escaped } from '../../text/html.ts';
import { formHtml } from './form-parts.ts';
import type { Layout } from './layout.ts';
import type { Shown } from './shown.ts';

/** The contact is in the view. */
export function createRemovalPage(layout: Layout, words: EnrolmentWords) {
  const said = words.removal;
  return (shown: Shown, ref: ContactRef): string => {
    const masked = shown.view.contacts.find((contact) => contact.ref === ref)?.masked ?? '';
    const fields = { ...shown.fields, contact: ref, confirmed: '1' };
    const confirm = formHtml('/enrol/remove', fields, { label: said.confirm, pressed: words.pressed, look: 'warning' });
    const keep = `<a class="button quiet" href="/enrol/contacts">${escaped(said.keep)}</a>`;
    const text = {
      title: said.title,
      heading: said.heading(masked),
      paragraphs: [said.meaning[meaningOf(shown, ref)]],
    };
    return layout(undefined, text, undefined, { inside: `${confirm}${keep}` });
  };
}

function meaningOf({ view, now }: Shown, ref: ContactRef): keyof EnrolmentWords['removal']['meaning'] {
  const others = view.contacts.filter((contact) => contact.ref !== ref);
  if (others.length === 0) return 'last';
  const isUsable = others.some(({ usableFrom = 0, unusable }) => unusable === undefined && usableFrom <= now);
  return isUsable ? 'one-of-several' : 'last-usable';
}
