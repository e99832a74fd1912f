// The sentence of a notification: what happened or what to do, and for whom. A lock screen shows its first words only, so it begins
// with them. It is plain text, without an address, a code, a link or a masked contact.
import type { HelpdeskScreen, PersonScreen } from '../../flows/screen.ts';
import { unreachable } from '../../flows/unreachable.ts';
import type { Copy } from '../copy/copy.ts';

/** Undefined: the card's own summary says it. */
export function pushToPerson(screen: PersonScreen, { push }: Copy): string | undefined {
  switch (screen.shows) {
    case 'choose-contact':
      return push.chooseContact;
    case 'enter-code':
      return push.enterCode;
    case 'waiting-for-helpdesk':
      return push.helpdeskAsked;
    case 'unlocking':
      return push.unlocking;
    case 'link':
      return screen.isApproved ? push.approvedLink : push.link;
    case 'in-doubt':
      return push.inDoubt;
    case 'ended':
      return screen.disownedAt === undefined ? push.ended(screen) : undefined;
    case 'looking-you-up':
    case 'sending-code':
    case 'code-dead':
    case 'checking-code':
    case 'verified':
    case 'link-opened':
      return undefined;
    default:
      return unreachable(screen);
  }
}

/** `name`: of the person who asked. */
export function pushToHelpdesk(screen: HelpdeskScreen, name: string, { push }: Copy): string | undefined {
  const { kind } = screen;
  switch (screen.shows) {
    case 'approval':
      return push.request(kind, name);
    case 'doubt':
      return push.doubt(name);
    case 'disowned':
      return push.disowned(name, screen.changedAt !== undefined);
    case 'help-wanted':
      return push.helpWanted(kind, name);
    case 'mismatch':
      return push.mismatch(kind, name);
    case 'over':
    case 'approved':
      if (screen.outcome === 'expired') return push.unanswered(kind, name);
      return screen.outcome === 'unconfirmed' ? push.unconfirmed(name) : undefined;
    case 'denied':
      return undefined;
    default:
      return unreachable(screen);
  }
}
