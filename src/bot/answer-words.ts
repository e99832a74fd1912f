// Words that start no request → the cards of the answer.
import type { Logger } from 'pino';
import { type Flow, isOpen } from '../flows/state.ts';
import { unreachable } from '../flows/unreachable.ts';
import type { Card, Line, Text } from './cards/card.ts';
import { line, press } from './cards/card-parts.ts';
import { drawCancelWhich, drawHelp, drawOtherTrouble, drawSentence, withReminder } from './cards/plain-card.ts';
import { forgotOnSignInPage, type HelpdeskWays } from './cards/ways-on.ts';
import type { Copy } from './copy/copy.ts';
import type { Said } from './inbound.ts';
import { intentOf, kindsNamed, looksLikeCode } from './intent.ts';
import type { Reminding } from './reminding.ts';
import type { Requests } from './requests.ts';
import type { Presentation } from './surfaces/presenter.ts';

export interface AnswerParts {
  readonly requests: Pick<Requests, 'open' | 'latest' | 'cancel'>;
  readonly presentation: Pick<Presentation, 'personCard'>;
  readonly reminding: Pick<Reminding, 'isDue'>;
  readonly ways: HelpdeskWays;
  readonly copy: Copy;
  readonly log: Logger;
}

export async function answerWords(said: Said, parts: AnswerParts): Promise<readonly Card[]> {
  const { ways, copy, log } = parts;
  if (looksLikeCode(said.words, copy.intentWords)) {
    log.warn({ actor: said.actor }, 'something like a code was typed into a message; ignored');
    return [await codeIgnored(said, parts)];
  }
  const intent = intentOf(said.words, copy.intentWords);
  switch (intent) {
    case 'cancel':
      return cancelMeant(said, parts);
    case 'status':
      return statusOf(said, parts);
    case 'help':
      return reminded(
        drawHelp([...copy.help, ...forgotOnSignInPage(ways, copy)], copy, { offersContacts: true }),
        said,
        parts,
      );
    case 'locked-out':
      return [drawHelp([copy.threeChoices], copy, { first: 'start-unlock' })];
    case 'lost-contact':
      return [drawHelp([copy.lostContact, ...forgotOnSignInPage(ways, copy)], copy, { offersContacts: true })];
    case 'trouble':
      return [drawOtherTrouble(copy)];
    case 'greeting':
      return reminded(drawSentence(copy.greeting, copy), said, parts);
    case 'thanks':
      return reminded(drawSentence(copy.thanks, copy), said, parts);
    case 'small-talk':
      return reminded(drawSentence(copy.smallTalk, copy), said, parts);
    // A request gets here only where the words cannot start it.
    case 'reset':
    case 'unlock':
    case 'change':
    case 'enroll':
    case 'forgot-password':
    case 'something':
      return [drawHelp([copy.threeChoices], copy)];
    default:
      return unreachable(intent);
  }
}

/** Never a dead end: on to the request that wants the code, or to the choices. */
async function codeIgnored({ actor }: Said, { requests, copy }: AnswerParts): Promise<Card> {
  const meant = (await requests.open(actor)).findLast(
    ({ state }) => state.at === 'challenged' || state.at === 'entering-recovery-code',
  );
  if (meant === undefined) return drawHelp([copy.codeInMessage], copy);
  const { id, version } = meant;
  const on = press('continue', copy.buttons.enterCode, {
    style: 'primary',
    opensWindow: true,
    about: { flow: id, version },
  });
  return { ...drawSentence(copy.codeInMessage, copy), actions: [on] };
}

/**
 * Only where nothing is urgent: never in the answer to somebody who may be locked out, nor while a request is open, nor to whoever
 * reads on this card that they have no contact.
 */
async function reminded(card: Card, { actor }: Said, parts: AnswerParts): Promise<readonly Card[]> {
  const isBusy = (await parts.requests.open(actor)).length > 0;
  const isDue = !isBusy && (await parts.reminding.isDue(actor));
  return [isDue ? withReminder(card, parts.copy) : card];
}

async function statusOf(said: Said, parts: AnswerParts): Promise<readonly Card[]> {
  const { actor } = said;
  const open = await parts.requests.open(actor);
  if (open.length > 0) return open.map((flow) => requestCard(flow, parts));
  const card = await nothingOpen(actor, parts);
  const isTold = card.actions.some(({ act }) => act === 'start-enrolment');
  return isTold ? [card] : reminded(card, said, parts);
}

/** Where several could be meant, or only one that the words do not name, the person is asked. */
async function cancelMeant(said: Said, parts: AnswerParts): Promise<readonly Card[]> {
  const { requests, copy } = parts;
  const open = await requests.open(said.actor);
  if (open.length === 0) return [await nothingOpen(said.actor, parts)];
  const named = kindsNamed(said.words, copy.intentWords);
  const [meant, ...others] = named.length === 0 ? open : open.filter(({ kind }) => named.includes(kind));
  if (meant === undefined || others.length > 0) return [drawCancelWhich(open, copy)];
  const result = await requests.cancel(meant, said);
  return [requestCard('flow' in result ? result.flow : meant, parts)];
}

/** The answer to `status` and `cancel` alike: nothing is open, and how the last request ended. */
async function nothingOpen(actor: Said['actor'], parts: AnswerParts): Promise<Card> {
  const { requests, presentation, copy } = parts;
  const last = await requests.latest(actor);
  if (last === undefined) return drawHelp([copy.nothingOpen], copy);
  return afterSentence(copy.nothingOpenButLast, presentation.personCard(last));
}

/** The card below a sentence. It is not kept up to date, because the sentence would be lost. Its buttons still name the request. */
function afterSentence(sentence: Text, { flow, version, ...card }: Card): Card {
  const about = flow === undefined ? {} : { about: { flow, version } };
  return {
    ...card,
    version: 0,
    lines: [line(sentence), ...card.lines.map(withoutButton)],
    actions: card.actions.map((action) => (action.kind === 'press' ? { ...action, ...about } : action)),
  };
}

/** The card of an open request, with one button that leads on. */
export const requestCard = (flow: Flow, { presentation, copy }: Pick<AnswerParts, 'presentation' | 'copy'>): Card =>
  withContinueButton(presentation.personCard(flow), flow, copy);

/** The posted answer is redrawn only after the adapter has registered it. Until then its one button must never become outdated. */
function withContinueButton(card: Card, { state }: Flow, copy: Copy): Card {
  if (!isOpen(state)) return card;
  const { submit: _submit, ...shown } = card;
  const open = press('continue', copy.buttons.continue, { style: 'primary', opensWindow: true });
  return { ...shown, lines: card.lines.map(withoutButton), inputs: [], actions: [open] };
}

const withoutButton = ({ button: _button, ...shown }: Line): Line => shown;
