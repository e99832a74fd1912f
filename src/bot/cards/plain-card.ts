// Cards without a flow of their own: help, the three choices, the home page, an apology.
import type { ActorId, Instant } from '../../flows/ids.ts';
import type { FlowKind } from '../../flows/state.ts';
import type { Copy } from '../copy/copy.ts';
import type { Action, Card, Line, Text } from './card.ts';
import { line, press, sentenceOf, summaryOf } from './person-card.ts';

export function drawOpening(kind: FlowKind, copy: Copy): Card {
  return plain(copy.title[kind], [line(copy.lookingUp)], [], copy);
}

export const drawSentence = (text: Text, copy: Copy): Card => drawSentences([text], copy);

export const drawSentences = (texts: readonly Text[], copy: Copy): Card =>
  plain(
    copy.productTitle,
    texts.map((text) => line(text)),
    [],
    copy,
  );

/** For the helpdesk: somebody pressed *Something else*. It has no buttons, because the person's identity is not proven. */
export function drawHelpWanted(person: ActorId, at: Instant, copy: Copy): Card {
  const [first = [], ...rest] = copy.personWanted(person, at);
  const lines = [line(first, 'alert'), ...rest.map((text) => line(text))];
  return { ...plain(copy.productTitle, lines, [], copy), isSelfEvident: true };
}

/** Its summary is also used alone: beside an input, or as an ephemeral message. So it is a full sentence, without the title. */
export function drawApology(copy: Copy): Card {
  const lines = [line([copy.sorry], 'alert')];
  return { ...plain(copy.productTitle, lines, [], copy), summary: sentenceOf(lines, copy) };
}

export const drawHelp = (texts: readonly Text[], copy: Copy): Card =>
  plain(
    copy.productTitle,
    texts.map((text) => line(text)),
    choices(copy),
    copy,
  );

/** First the choices, then the open requests. */
export function drawHome(open: readonly Card[], copy: Copy): readonly Card[] {
  return [plain(copy.homeTitle, [line(copy.homeIntro)], choices(copy), copy), ...open];
}

const choices = (copy: Copy): readonly Action[] => [
  press('start-reset', copy.buttons.forgotPassword, { opensWindow: true, style: 'primary' }),
  press('start-unlock', copy.buttons.lockedOut, { opensWindow: true }),
  press('ask-helpdesk', copy.buttons.somethingElse, { opensWindow: true }),
];

function plain(title: string, lines: readonly Line[], actions: readonly Action[], copy: Copy): Card {
  return {
    version: 0,
    title,
    summary: summaryOf(title, lines, copy),
    lines,
    inputs: [],
    actions,
    closeLabel: copy.close,
  };
}
