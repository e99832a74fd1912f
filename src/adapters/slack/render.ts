// Card → Block Kit: a window (modal), a message, a home page. Pure functions. Source of the limits: docs.slack.dev/reference/block-kit.
import { type Action, type Card, cardLimits, type Line } from '../../bot/cards/card.ts';
import { unreachable } from '../../flows/unreachable.ts';
import { beginning } from '../../text/bounded-text.ts';
import { textCharsAtMost, truncate } from '../truncate.ts';
import { actionId, callbackId, encodeValue, encodeViewMetadata, type ViewMetadata } from './action-codec.ts';
import type { Block } from './block-kit.ts';
import { renderErrors, renderInput } from './render-inputs.ts';
import { mrkdwn, type Plain, plain, textToMrkdwn, textToPlain } from './render-text.ts';
import { words } from './words.ts';

export interface ModalView {
  readonly type: 'modal';
  readonly callback_id: string;
  readonly private_metadata: string;
  readonly title: Plain;
  readonly close: Plain;
  readonly submit?: Plain;
  readonly blocks: readonly Block[];
}

export interface HomeView {
  readonly type: 'home';
  readonly blocks: readonly Block[];
}

export interface Message {
  /** For notifications and screen readers. */
  readonly text: string;
  readonly blocks: readonly Block[];
}

const limits = { windowLabelChars: 24, sectionChars: 2_990, viewBlocks: 100, messageBlocks: 50, textChars: 3_000 };

export function renderModal(card: Card): ModalView {
  const metadata: ViewMetadata = {
    ...(card.flow === undefined ? {} : { flow: card.flow }),
    ...(card.channel === undefined ? {} : { channel: card.channel }),
  };
  const inputs = card.inputs.flatMap((input) => renderInput(input, card.version));
  const submit = card.submit ?? (inputs.length > 0 ? { act: 'continue' as const, label: words.continue } : undefined);
  const blocks = [...renderLines(card), ...inputs, ...renderActions(card, card.actions.filter(isForWindows))];
  return {
    type: 'modal',
    callback_id: callbackId(submit?.act),
    private_metadata: encodeViewMetadata(metadata),
    title: plain(card.title, limits.windowLabelChars),
    close: plain(card.closeLabel === '' ? words.close : card.closeLabel, limits.windowLabelChars),
    ...(submit === undefined ? {} : { submit: plain(submit.label, limits.windowLabelChars) }),
    blocks: blocks.length > 0 ? blocks : [section(summaryOf(card))],
  };
}

/** A choice is in the message itself. Text and codes are typed in a window, so that they do not stay in the history. */
export function renderMessage(card: Card): Message {
  const title = section(`*${textToMrkdwn([beginning(card.title, textCharsAtMost).replace(/\s+/g, ' ')], 150)}*`);
  const inner = card.inputs.every(({ kind }) => kind === 'choice') ? renderWithChoices(card) : renderBody(card);
  const body = card.isSelfEvident ? inner : [title, ...inner];
  const called = callOf(card);
  if (called === '') return { text: summaryOf(card), blocks: body.slice(0, limits.messageBlocks) };
  const blocks = [...body.slice(0, limits.messageBlocks - 1), { type: 'context', elements: [mrkdwn(called)] }];
  return { text: `${summaryOf(card)} ${called}`, blocks };
}

/** Slack notifies whoever a new message names. It is written in the blocks and in the text, whichever of them Slack reads. */
function callOf({ calls = [] }: Card): string {
  if (calls === 'members') return '<!here>';
  return calls
    .filter((user) => userShape.test(user))
    .map((user) => `<@${user}>`)
    .join(' ');
}
const userShape = /^[UW][A-Z0-9]{1,20}$/;

/** For messages in which Slack might fetch links for a preview. */
export function renderWithoutLinks(card: Card): Message {
  return renderMessage({ ...card, actions: card.actions.filter(({ kind }) => kind !== 'link') });
}

export const hasLink = (card: Card): boolean => card.actions.some(({ kind }) => kind === 'link');

export function renderHome(cards: readonly Card[], companyName?: string): HomeView {
  const drawn = cards.flatMap((card, nth) => [
    ...(nth === 0 ? [] : [{ type: 'divider' }]),
    { type: 'header', text: plain(card.title, 150) },
    ...renderBody(card, nth * 10),
  ]);
  const foot: readonly Block[] =
    companyName === undefined ? [] : [{ type: 'context', elements: [mrkdwn(textToMrkdwn([companyName], 150))] }];
  return { type: 'home', blocks: [...drawn.slice(0, limits.viewBlocks - foot.length), ...foot] };
}

/** For notifications, and for clients that show no blocks. */
const summaryOf = (card: Card): string =>
  textToMrkdwn(textToPlain(card.summary).trim() === '' ? [card.title] : card.summary, limits.textChars);

function renderWithChoices(card: Card): readonly Block[] {
  if (card.submit === undefined) return renderBody(card);
  const inputs = card.inputs.flatMap((input) => renderInput(input, card.version));
  return [...renderLines(card), ...inputs, ...renderActions(card, [submitAction(card.submit), ...card.actions])];
}

/** For places without inputs: a button that opens a window replaces the inputs. */
function renderBody(card: Card, firstId = 0): readonly Block[] {
  return [
    ...renderLines(card, firstId),
    ...renderErrors(card.inputs, firstId),
    ...renderActions(card, actionsOutsideWindow(card), firstId),
  ];
}

function actionsOutsideWindow(card: Card): readonly Action[] {
  const rest = card.actions.filter((action) => action.act !== 'continue' || card.inputs.length === 0);
  if (card.inputs.length > 0) {
    const label = card.inputs.some(({ kind }) => kind === 'code') ? words.enterCode : words.continue;
    return [{ kind: 'press', act: 'continue', label, style: 'primary', opensWindow: true }, ...rest];
  }
  return card.submit === undefined ? rest : [submitAction(card.submit), ...rest];
}

/** What follows is shown in a window, because there a code is typed. */
const submitAction = ({ act, label, style }: NonNullable<Card['submit']>): Action => ({
  kind: 'press',
  ...{ act, label, style: style ?? 'primary' },
  opensWindow: true,
});

/** The ids of buttons beside lines are made unique by the place of the line. */
const renderLines = (card: Card, firstId = 0): readonly Block[] =>
  card.lines.slice(0, cardLimits.lines).map((line, nth) => {
    const { button } = line;
    if (button === undefined) return renderLine(line);
    const id = actionId(button.act, button.opensWindow, firstId * idsPerCard + nth + 1);
    return {
      ...renderLine(line),
      block_id: `lk.line.${firstId}.${nth}`,
      accessory: renderButton(card, button, id),
    };
  });
const idsPerCard = 3;

function renderLine(line: Line): Block {
  const drawn = textToMrkdwn(line.text, limits.sectionChars);
  const text = drawn.trim() === '' ? '\u00a0' : drawn;
  switch (line.tone) {
    case 'quiet':
      return { type: 'context', elements: [mrkdwn(text)] };
    case 'alert':
      return section(`⚠️ ${text}`);
    case 'success':
      return section(`✅ ${text}`);
    case 'normal':
      return section(text);
    default:
      return unreachable(line.tone);
  }
}

const section = (text: string): Block => ({ type: 'section', text: mrkdwn(text) });

/** `firstId` makes the ids unique if one page shows several cards. */
function renderActions(card: Card, actions: readonly Action[], firstId = 0): readonly Block[] {
  const seen = new Map<string, number>();
  const buttons = actions.slice(0, cardLimits.actions + 1).map((action) => {
    const opensWindow = action.kind === 'press' && action.opensWindow;
    const key = actionId(action.act, opensWindow);
    const nth = seen.get(key) ?? firstId;
    seen.set(key, nth + 1);
    return {
      question: questionBeside(action),
      drawn: renderButton(card, action, actionId(action.act, opensWindow, nth)),
    };
  });
  const elements = buttons.filter(({ question }) => question === undefined).map(({ drawn }) => drawn);
  const apart = buttons.flatMap(({ question, drawn }, nth) =>
    question === undefined
      ? []
      : [
          { type: 'divider' },
          { ...section(textToMrkdwn([question], 300)), block_id: `lk.apart.${firstId + nth}`, accessory: drawn },
        ],
  );
  return [
    ...(elements.length === 0 ? [] : [{ type: 'actions', block_id: `lk.actions.${firstId}`, elements }]),
    ...apart,
  ];
}

const questionBeside = (action: Action): string | undefined => (action.kind === 'press' ? action.apart : undefined);
const isForWindows = (action: Action): boolean => action.kind === 'link' || action.isKeptFromWindows !== true;

function renderButton(card: Card, action: Action, action_id: string): Block {
  const flow = (action.kind === 'press' ? action.about?.flow : undefined) ?? card.flow;
  const contact = action.kind === 'press' ? action.contact : undefined;
  const value = encodeValue({ ...(flow === undefined ? {} : { flow }), ...(contact === undefined ? {} : { contact }) });
  const spoken = action.kind === 'press' ? action.spoken : undefined;
  const button = {
    type: 'button',
    action_id,
    text: plain(action.label, cardLimits.labelChars),
    ...(value === undefined ? {} : { value }),
    ...(spoken === undefined ? {} : { accessibility_label: truncate(spoken, cardLimits.labelChars) }),
  };
  if (action.kind === 'link') {
    return { ...button, ...(action.isSecondary === true ? {} : { style: 'primary' }), url: action.url };
  }
  const { style, confirm } = action;
  return {
    ...button,
    ...(style === 'normal' ? {} : { style }),
    ...(confirm === undefined
      ? {}
      : {
          confirm: {
            title: plain(confirm.title, 100),
            text: plain(confirm.text, 300),
            confirm: plain(confirm.yes, 30),
            deny: plain(confirm.no, 30),
            ...(style === 'danger' || confirm.isDanger === true ? { style: 'danger' } : {}),
          },
        }),
  };
}

/** A card with one of this adapter's own texts. */
export function noticeCard(sentence: string, title: string = words.notice): Card {
  return {
    version: 0,
    title,
    summary: [truncate(sentence, limits.textChars)],
    lines: [{ text: [sentence], tone: 'normal' }],
    inputs: [],
    actions: [],
    closeLabel: words.close,
  };
}
