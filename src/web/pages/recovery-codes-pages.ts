// Recovery codes: the offer, and the codes, which are shown once.
import type { EnrolmentWords } from '../../text/enrolment-words.ts';
import { escapedHtml as escaped } from '../../text/html.ts';
import { formHtml, type HiddenFields } from './form-parts.ts';
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
      const print = `<button type="button" class="quiet" data-print hidden>${escaped(said.print)}</button>`;
      const saved = formHtml(
        path,
        { ...fields, saved: '1' },
        { label: said.saved, pressed: words.pressed, look: 'main' },
      );
      return page(
        said.shown(usableFrom),
        `<ol class="codes" aria-label="${escaped(said.list)}">${list}</ol>${print}${saved}`,
      );
    },
    recoveryCodesGone: (fields) => page(said.gone, `${make(said.gone, fields)}${back}`),
  };
}
