// Cards without a flow of their own: help, the three choices, the home page, an apology.
import type { ActorId, Instant } from '../../flows/ids.ts';
import type { FlowKind } from '../../flows/state.ts';
import type { Copy, Proven } from '../copy/copy.ts';
import type { Action, Card, Line, Text } from './card.ts';
import { line, press, sentenceOf, summaryOf } from './card-parts.ts';
import { askHelpdesk, type HelpdeskWays, type WaysOn } from './ways-on.ts';

export function drawOpening(kind: FlowKind, copy: Copy): Card {
  return plain(copy.title[kind], [line(copy.lookingUp)], [], copy);
}

export const drawSentence = (text: Text, copy: Copy): Card => plain(copy.productTitle, [line(text)], [], copy);

/** The answer to somebody who asked the helpdesk for a person, outside a request. */
export const drawHelpAnswer = ({ lines, actions }: WaysOn, copy: Copy): Card =>
  plain(copy.productTitle, lines, actions, copy);

/** For the helpdesk: somebody asks for a person. It has no buttons, because there is no request to decide. */
export function drawHelpWanted(person: ActorId, at: Instant, proven: Proven | undefined, copy: Copy): Card {
  const [first = [], ...rest] = copy.personWanted(person, at, proven);
  const lines = [line(first, 'alert'), ...rest.map((text) => line(text))];
  return { ...plain(copy.productTitle, lines, [], copy), isSelfEvident: true };
}

/** Its summary is also used alone: beside an input, or as an ephemeral message. So it is a full sentence, without the title. */
export function drawApology(helpdesk: HelpdeskWays, copy: Copy): Card {
  const lines = [line([copy.sorry], 'alert')];
  const ways = askHelpdesk(helpdesk, copy);
  const card = plain(copy.productTitle, [...lines, ...ways.lines], ways.actions, copy);
  return { ...card, summary: sentenceOf(lines, copy) };
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
