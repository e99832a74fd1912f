// Recovery codes: the offer, and the codes, which are shown once.
import type { EnrolmentWords } from '../../text/enrolment-words.ts';
import { escapedHtml as escaped } from '../../text/html.ts';
import { formHtml, type HiddenFields } from './form-parts.ts';
import { phraseIn } from './html.ts';
import type { Layout } from './layout.ts';

interface MadeCodes {
  readonly codes: readonly string[];
  /** Milliseconds since 1970; absent: at once. */
  readonly usableFrom?: number;
}

export interface RecoveryCodesPages {
  /** `left`: how many are unused; absent where none were made. */
  recoveryCodesOffer(left: number | undefined, fields: HiddenFields): string;
  recoveryCodes(made: MadeCodes, fields: HiddenFields): string;
  /** The same form a second time. */
  recoveryCodesGone(fields: HiddenFields): string;
}

const path = '/enrol/recovery-codes';

export function createCodesPages(layout: Layout, words: EnrolmentWords): RecoveryCodesPages {
  const said = words.recoveryCodes;
  const back = `<p class="more"><a href="/enrol/contacts">${escaped(said.back)}</a></p>`;
  const page = (text: EnrolmentWords['start'], inside: string): string =>
    layout(undefined, text, undefined, { inside });
  const make = ({ button = '' }: EnrolmentWords['start'], fields: HiddenFields): string =>
    formHtml(path, fields, { label: button, pressed: words.pressed, look: 'main' });
  return {
    recoveryCodesOffer(left, fields) {
      const text = said.offer(left);
      return page(text, `${make(text, fields)}${back}`);
    },
    recoveryCodes({ codes, usableFrom }, fields) {
      const list = codes.map((code) => `<li><code>${escaped(code)}</code></li>`).join('');
      const button = (what: string, label: string): string =>
        `<button type="button" class="quiet way" ${what} hidden>${escaped(label)}</button>`;
      const copy = `data-copy=".codes code" data-copied="${escaped(said.copied)}" data-not-copied="${escaped(said.notCopied)}"`;
      // Only a script can copy or print, so without one neither button is shown. What came of it is read aloud.
      const ways = `<div class="ways">${button(copy, said.copy)}${button('data-print', said.print)}</div><p class="note came" role="status"></p>`;
      const leaving = `<p class="note">${phraseIn(words)(said.leaving)}</p>`;
      const saved = formHtml(
        path,
        { ...fields, saved: '1' },
        { label: said.saved, pressed: words.pressed, look: 'main' },
      );
      return page(
        said.shown(usableFrom),
        `<ol class="codes" aria-label="${escaped(said.list)}">${list}</ol>${ways}${leaving}${saved}`,
      );
    },
    recoveryCodesGone: (fields) => page(said.gone, `${make(said.gone, fields)}${back}`),
  };
}
