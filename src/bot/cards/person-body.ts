// What several cards of a person's own request are made of: what passes by itself, and the buttons that end a request.
import type { Instant } from '../../flows/ids.ts';
import type { FlowKind } from '../../flows/state.ts';
import type { Copy } from '../copy/copy.ts';
import type { Action, Card, Line, Text } from './card.ts';
import { line, press } from './card-parts.ts';
import { askHelpdesk, type HelpdeskWays, type WaysOn } from './ways-on.ts';

/** What rendering needs in addition to the screen. */
export interface PersonCardParts {
  readonly copy: Copy;
  readonly now: Instant;
  /** Whether this card is redrawn at the moment when a button becomes available. If not, the button is shown from the start. */
  readonly isRedrawnInTime: boolean;
  /** The flow's link, while it is valid. */
  readonly linkUrl?: string;
  /** What was wrong with the typed code. Shown beside the input. */
  readonly codeError?: string;
  /** What is to be said about the last press. Shown above the other lines. */
  readonly remarks?: readonly Line[];
  /** A remark says from when the next code may be sent: the card does not say it a second time. */
  readonly saysResend?: boolean;
  readonly helpdesk: HelpdeskWays;
}

/** What a card says about the last press. */
export type AboutPress = Pick<PersonCardParts, 'codeError' | 'remarks' | 'saysResend'>;

/** What differs between the cards of a request: everything but its title and its summary. */
export type PersonBody = Pick<Card, 'lines' | 'inputs' | 'actions'> & Partial<Pick<Card, 'submit' | 'closeLabel'>>;

export const bodyWith = (lines: readonly Line[], ways: WaysOn, more: readonly Action[] = []): PersonBody => ({
  lines: [...lines, ...ways.lines],
  inputs: [],
  actions: [...ways.actions, ...more],
});

/** `again`: the sign-in service asked for a pause until then. */
interface Delayable {
  readonly delayed: boolean;
  readonly again?: Instant;
  readonly until: Instant;
}

/** What passes by itself. Where it takes long, the helpdesk can be asked meanwhile. */
export function underWay(
  { delayed, again, until }: Delayable,
  text: Text,
  { copy, helpdesk }: PersonCardParts,
  paused: (again: Instant) => Text = copy.busy,
): PersonBody {
  if (!delayed) return { lines: [line(text)], inputs: [], actions: [] };
  const why = again === undefined ? copy.delayed(until) : paused(again);
  return bodyWith([line(why, 'alert')], askHelpdesk(helpdesk, copy));
}

export function waiting(
  screen: Delayable,
  text: Text,
  parts: PersonCardParts,
  paused?: (again: Instant) => Text,
): PersonBody {
  const body = underWay(screen, text, parts, paused);
  return { ...body, actions: [...body.actions, cancelAction(parts.copy)] };
}

export const cancelAction = (copy: Copy): Action =>
  press('cancel', copy.buttons.cancel, { confirm: copy.confirmCancel });
type NotMeParts = Pick<PersonCardParts, 'copy' | 'helpdesk'> & { readonly kind: FlowKind };
interface NotMeOptions {
  readonly isKeptFromWindows?: true;
  /** In place of the usual one. */
  readonly question?: string;
}
export const notMe = ({ copy, helpdesk, kind }: NotMeParts, { question, ...more }: NotMeOptions = {}): Action =>
  press('disown', copy.buttons.notMe, {
    confirm: copy.confirmNotMe(kind, helpdesk.hasChannel),
    apart: question ?? copy.notMeQuestion,
    ...more,
  });
/**
 * While nothing has happened yet. Whoever sees the window has just typed the code. The message is for everybody who is signed in as
 * this person: if an impostor typed the code, the person stops them there.
 */
export const notMeYet = (parts: NotMeParts): Action => notMe(parts, { isKeptFromWindows: true });
