// Screen → Card for the helpdesk's channel. It never holds an address, a code, a link or anything else an eavesdropper could use.
import type { HelpdeskScreen } from '../../flows/screen.ts';
import { unreachable } from '../../flows/unreachable.ts';
import type { Copy } from '../copy/copy.ts';
import type { Action, Card, Line } from './card.ts';
import { line, press, summaryOf } from './card-parts.ts';

export function helpdeskCard(screen: HelpdeskScreen, copy: Copy): Card {
  const isUnasked = screen.shows === 'disowned' && screen.isNotice === true;
  const title = isUnasked ? copy.disownedTitle : copy.helpdeskTitle(screen.kind);
  const { lines, actions } = bodyOf(screen, copy);
  return {
    flow: screen.flow,
    version: screen.version,
    title,
    isSelfEvident: true,
    summary: summaryOf(copy.notifications.forHelpdesk(screen), copy),
    lines,
    inputs: [],
    actions,
    closeLabel: copy.close,
  };
}

type Body = { readonly lines: readonly Line[]; readonly actions: readonly Action[] };

function bodyOf(screen: HelpdeskScreen, copy: Copy): Body {
  const { kind } = screen;
  switch (screen.shows) {
    case 'approval':
      return approval(screen, copy);
    case 'approved':
      return settled(line(copy.settledLine(kind, screen, screen.approvals, screen.outcome, screen.askedAt)));
    case 'denied':
      return settled(line(copy.deniedLine(kind, screen, screen.by, screen.at, screen.reason)));
    case 'over':
      return settled(line(copy.overLine(kind, screen, screen.outcome, screen.at)));
    case 'help-wanted':
      return settled(...headed(copy.helpWanted(kind, screen, screen)));
    case 'doubt':
      return {
        lines: headed(copy.doubt(screen, screen.since, screen.lock)),
        actions: [
          press('retry-doubt', copy.buttons.tryAgain, { style: 'primary' }),
          press('settle-doubt', copy.buttons.settled),
        ],
      };
    case 'mismatch':
      return settled(...headed(copy.mismatch(kind, screen, screen.at)));
    case 'disowned':
      return settled(...headed(copy.disownedAlert(screen)));
    default:
      return unreachable(screen);
  }
}

function approval(screen: Extract<HelpdeskScreen, { shows: 'approval' }>, copy: Copy): Body {
  const { kind, proof, lock, earlierUnlocks, approvals, needed, until } = screen;
  const fromWeb = copy.fromWeb(screen);
  return {
    lines: [
      line(copy.request(kind, screen)),
      ...(fromWeb === undefined ? [] : [line(fromWeb, 'alert')]),
      line(copy.requestFacts(kind, proof, earlierUnlocks, lock), 'quiet'),
      ...copy.failedSignIns(lock).map((text) => line(text, 'quiet')),
      ...(needed > 1 ? [line(copy.approvedSoFar(approvals, needed))] : []),
      line(copy.openUntil(until), 'quiet'),
    ],
    actions: [
      press('approve', copy.buttons.approve, { style: 'primary' }),
      press('deny', copy.buttons.deny, { opensWindow: true }),
    ],
  };
}

const settled = (...lines: readonly Line[]): Body => ({ lines, actions: [] });
const headed = (texts: readonly Line['text'][]): readonly Line[] =>
  texts.map((text, index) => line(text, index === 0 ? 'alert' : 'normal'));
