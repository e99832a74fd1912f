// The pages under /recover: the name, the code, what the request shows after it, and every way in which a browser can stray from that.
import type { Channel } from '../../flows/contact.ts';
import type { Instant } from '../../flows/ids.ts';
import type { GatedKind } from '../../flows/policy.ts';
import type { WorkToDo } from '../../inbound/proof-of-work.ts';
import { escapedHtml as escaped } from '../../text/html.ts';
import type { PageCopy } from '../../text/page-copy.ts';
import type { PageText, Phrase } from '../../text/page-text.ts';
import type { RecoveryTold } from '../recovery-cookie.ts';
import { type FormButton, fieldHtml, formHtml, type HiddenFields, noticeHtml, problemHtml } from './form-parts.ts';
import { phraseIn } from './html.ts';
import type { Layout } from './layout.ts';
import { createRecoveryNextPage, type RecoveryNextShown } from './recovery-next-page.ts';
import { secondsUntil } from './shown.ts';

export interface RecoveryStartShown {
  readonly name: string;
  readonly kind: GatedKind;
  readonly isEmpty?: true;
  /** This browser has a session. */
  readonly hasLastTry?: true;
  /** For a browser that runs scripts. */
  readonly work: WorkToDo;
}

export interface RecoveryCodeShown {
  readonly fields: HiddenFields;
  readonly told?: RecoveryTold;
  readonly now: Instant;
  readonly resendFrom: Instant;
}

export interface RecoveryPages {
  start(shown: RecoveryStartShown): string;
  code(shown: RecoveryCodeShown): string;
  next(shown: RecoveryNextShown): string;
  /** Goes on by itself. `isSlow`: a browser with scripts waits for less. */
  queue(seconds: number, isSlow: boolean): string;
  spent(): string;
  signedOut(): string;
  stale(): string;
  unreadable(): string;
  /** `way`: where its button leads. */
  unreachable(way?: string): string;
  foreign(): string;
  dead(): string;
}

/** What the pages say of this installation. */
export interface RecoveryPagesOptions {
  readonly proof: Channel;
  readonly contact?: string;
}

const startPath = '/recover';
const codePath = '/recover/code';

export function createRecoveryPages(
  plain: Layout,
  words: PageCopy,
  company: string,
  { proof, contact }: RecoveryPagesOptions = { proof: 'email' },
): RecoveryPages {
  const said = words.recovery;
  /** Every page says where to get a person. */
  const layout: Layout = (sign, text, button, parts) =>
    plain(sign, { foot: said.help(contact), ...text }, button, parts);
  const leads = (sign: 'wait' | 'gone' | 'chat', text: PageText, href = startPath) => layout(sign, text, { href });
  return {
    start: createStartPage(layout, words, company),
    code: createCodePage(layout, words, { proof, ...(contact === undefined ? {} : { contact }) }),
    next: createRecoveryNextPage(layout, words),
    queue: (seconds, isSlow) => leads('wait', said.queue(seconds, isSlow), '/recover/wait'),
    spent: () => leads('gone', said.spent),
    signedOut: () => leads('gone', said.signedOut),
    stale: () => leads('wait', said.stale, codePath),
    unreadable: () => leads('chat', said.unreadable),
    unreachable: (way) => leads('wait', said.unreachable, way),
    foreign: () => leads('chat', said.foreign),
    dead: () => leads('gone', said.dead),
  };
}

function createStartPage(layout: Layout, words: PageCopy, company: string): RecoveryPages['start'] {
  const { start, pressed, problem } = words.recovery;
  const choice = (kind: GatedKind, label: string, chosen: GatedKind) =>
    `<label class="choice"><input type="radio" name="kind" value="${kind}"${kind === chosen ? ' checked' : ''}> ${escaped(label)}</label>`;
  const button = { label: start.button, pressed, look: 'main' } as const;
  const toLastTry = `<a class="button quiet" href="${codePath}">${escaped(start.toLastTry)}</a>`;
  const lastTry = `<p class="note">${escaped(start.lastTry)}</p>${toLastTry}`;
  return ({ name, kind, isEmpty = false, hasLastTry = false, work }) => {
    const choices = `${choice('reset', start.reset, kind)}${choice('unlock', start.unlock, kind)}`;
    const question = `<fieldset class="choices"><legend>${escaped(start.question)}</legend>${choices}</fieldset>`;
    const field = fieldHtml({
      ...{ id: 'name', name: 'name', label: start.label, hint: start.hint, value: name },
      ...{ autocomplete: 'username', inputmode: 'email' },
      ...(isEmpty ? { error: start.empty } : {}),
    });
    const form = formHtml(startPath, { work: work.challenge }, button, `${question}${field}${workHtml(work)}`);
    const inside = hasLastTry ? `${lastTry}${form}` : form;
    const title = isEmpty ? `${problem}: ${start.title}` : start.title;
    const above = isEmpty ? problemHtml(problem, escaped(start.empty), 'name') : '';
    const text = { title, heading: start.heading, paragraphs: [start.intro(company)] };
    return layout('key', text, undefined, { above, inside });
  };
}

const workHtml = ({ challenge, bits }: WorkToDo): string =>
  `<input type="hidden" name="worked" value="" data-work="${escaped(challenge)}" data-bits="${bits}">`;

function createCodePage(
  layout: Layout,
  words: PageCopy,
  { proof, contact }: RecoveryPagesOptions,
): RecoveryPages['code'] {
  const said = words.recovery;
  const { code } = said;
  const phrase = phraseIn(words.enrolment);
  const button = (label: string, look: FormButton['look']): FormButton => ({ label, pressed: said.pressed, look });
  const advice = code.noCodeAdvice(contact).map((item) => `<li>${phrase(item)}</li>`);
  const noCode = `<details class="advice"><summary>${escaped(code.noCode)}</summary><ul>${advice.join('')}</ul></details>`;
  return ({ fields, told, now, resendFrom }) => {
    const error = errorOf(told, words);
    const field = fieldHtml({
      ...{ id: 'code', name: 'code', label: code.label, hint: code.hint },
      ...{ autocomplete: 'one-time-code', inputmode: 'numeric', hasFocus: error === undefined },
      ...(error === undefined ? {} : { error }),
    });
    const entry = formHtml(codePath, fields, button(code.button, 'main'), field);
    const wait = resendFrom > now ? `<p class="note">${phrase(code.resendIn(secondsUntil(resendFrom, now)))}</p>` : '';
    const resend = formHtml('/recover/resend', fields, button(code.resend, 'quiet'));
    const again = formHtml('/recover/again', fields, button(code.startAgain, 'quiet'));
    const above =
      error === undefined ? noticeOf(told, code.resent, phrase) : problemHtml(said.problem, escaped(error), 'code');
    const title = error === undefined ? code.title : `${said.problem}: ${code.title}`;
    const text = { title, heading: code.heading, paragraphs: [code.sent[proof]] };
    return layout(undefined, text, undefined, { above, inside: `${entry}${wait}${resend}${noCode}${again}` });
  };
}

const noticeOf = (told: RecoveryTold | undefined, resent: Phrase, phrase: (spans: Phrase) => string): string =>
  told?.is === 'resent' ? noticeHtml(phrase(resent)) : '';

function errorOf(told: RecoveryTold | undefined, { recovery: { code, unreachable } }: PageCopy): string | undefined {
  switch (told?.is) {
    case 'wrong':
      return code.wrong(told.left);
    case 'not-a-code':
      return code.notACode;
    case 'expired':
      return code.expired;
    case 'busy':
      return code.busy;
    case 'unreachable':
      return unreachable.title;
    default:
      return undefined;
  }
}
