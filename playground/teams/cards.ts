// Reads an Adaptive Card as a person does: its text, its buttons, and the inputs that a button sends.
import { isRecord, type Json, listOf, recordOf, recordsOf, textOf } from '../json.ts';

export type CardInput = {
  readonly id: string;
  readonly type: string;
  readonly element: Json;
};
export type CardAction = {
  readonly type: string;
  readonly title: string;
  readonly id: string | undefined;
  readonly verb: string | undefined;
  readonly url: string | undefined;
  readonly action: Json;
  /** The inputs that are sent with a press: those of its own card and of the cards around it. */
  readonly inputs: readonly CardInput[];
};

/** Keys under which elements contain elements. Cards that open only on a press are not among them. */
const CHILDREN = ['body', 'items', 'columns', 'rows', 'cells', 'inlines', 'facts', 'images'];
const ACTIONS = ['actions', 'selectAction', 'inlineAction'];

function elementsIn(element: unknown): readonly Json[] {
  if (Array.isArray(element)) return listOf(element).flatMap(elementsIn);
  if (!isRecord(element)) return [];
  return [element, ...CHILDREN.flatMap((key) => elementsIn(element[key]))];
}

function actionRecords(element: Json): readonly Json[] {
  return ACTIONS.flatMap((key) => (Array.isArray(element[key]) ? recordsOf(element[key]) : recordsOf([element[key]])));
}

function ownInputs(card: Json): readonly CardInput[] {
  return elementsIn(card).flatMap((element) => {
    const type = textOf(element['type']) ?? '';
    return type.startsWith('Input.') ? [{ id: textOf(element['id']) ?? '', type, element }] : [];
  });
}

/** Every action that a person can reach, those in cards behind Action.ShowCard included. */
export function actionsIn(card: Json, outer: readonly CardInput[] = []): readonly CardAction[] {
  const inputs = [...outer, ...ownInputs(card)];
  return buttonsOn(card).flatMap((action) => {
    const type = textOf(action['type']) ?? '';
    if (type === 'Action.ShowCard') return actionsIn(recordOf(action['card']), inputs);
    const sent = action['associatedInputs'] === 'none' ? [] : inputs;
    return [{ ...labelsOf(action), type, action, inputs: sent }];
  });
}

/** The actions as they are drawn, in reading order: those in the body, then the card's own, which are at its end. */
export function buttonsOn(card: Json): readonly Json[] {
  const [whole = {}, ...within] = elementsIn(card);
  return [...within, whole].flatMap(actionRecords);
}

function labelsOf(action: Json) {
  return {
    title: textOf(action['title']) ?? '',
    id: textOf(action['id']),
    verb: textOf(action['verb']),
    url: textOf(action['url']),
  };
}

/** All inputs of a card, those behind Action.ShowCard included. */
export function inputsIn(card: Json): readonly CardInput[] {
  const shown = elementsIn(card)
    .flatMap(actionRecords)
    .filter((action) => action['type'] === 'Action.ShowCard');
  return [...ownInputs(card), ...shown.flatMap((action) => inputsIn(recordOf(action['card'])))];
}

const TEXTS = ['label', 'text', 'title', 'value', 'placeholder', 'altText'];

/** All readable text of the card, one line for each piece: texts first, then the buttons. */
export function visibleText(card: Json): string {
  const texts = elementsIn(card)
    .filter((element) => element['isVisible'] !== false)
    .flatMap(textsOf);
  const titles = actionsIn(card).map(({ title }) => title);
  return [...texts, ...titles].filter((text) => text !== '').join('\n');
}

function textsOf(element: Json): readonly string[] {
  const choices = recordsOf(element['choices']).map((choice) => textOf(choice['title']) ?? '');
  return [...TEXTS.map((key) => textOf(element[key]) ?? ''), ...choices];
}

/** How a person or a test names a button. */
export type Pointer = { readonly verb?: string; readonly title?: string; readonly id?: string };

/**
 * The one action of these types that is meant; throws when there is none, or more than one. A string may be its verb,
 * its title or its id.
 */
export function pointedAt(card: Json, types: readonly string[], pointer: string | Pointer): CardAction {
  const all = actionsIn(card).filter(({ type }) => types.includes(type));
  const fits = ({ verb, title, id }: CardAction): boolean =>
    typeof pointer === 'string'
      ? [verb, title, id].includes(pointer)
      : (pointer.verb === undefined || pointer.verb === verb) &&
        (pointer.title === undefined || pointer.title === title) &&
        (pointer.id === undefined || pointer.id === id);
  const [action, other] = all.filter(fits);
  const there = all.map(({ title, verb }) => `${title} (${verb ?? 'no verb'})`).join(', ') || 'nothing of the kind';
  if (action === undefined) throw new Error(`nothing like ${JSON.stringify(pointer)} is on the card, only: ${there}`);
  if (other !== undefined) throw new Error(`${JSON.stringify(pointer)} fits more than one of: ${there}`);
  return action;
}
