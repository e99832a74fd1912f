// For somebody who is bound to an account that was changed from another chat: what happened, and how to stop it.
import type { ContactChange } from '../../flows/enrolment-ports.ts';
import type { Copy } from '../copy/copy.ts';
import type { Card } from './card.ts';
import { line, summaryOf } from './card-parts.ts';
import { askHelpdesk, type HelpdeskWays } from './ways-on.ts';

/** `mayDisown`: the card has the link *It wasn't me*, which opens a page that asks once more. */
export function drawChatNotice(change: ContactChange, mayDisown: boolean, helpdesk: HelpdeskWays, copy: Copy): Card {
  const [first = [], ...rest] = copy.changedElsewhere(change);
  const ways = askHelpdesk(helpdesk, copy);
  const link = {
    ...({ kind: 'link', act: 'follow-link', label: copy.buttons.notMe, url: change.disownUrl } as const),
    isSecondary: true,
  } as const;
  return {
    version: 0,
    title: copy.productTitle,
    isSelfEvident: true,
    summary: summaryOf(copy.notifications.changedElsewhere(change.what), copy),
    lines: [
      line(first, 'alert'),
      ...rest.map((text) => line(text)),
      line(copy.wasItYou(mayDisown), 'normal'),
      ...ways.lines,
    ],
    inputs: [],
    actions: [...(mayDisown ? [link] : []), ...ways.actions],
    closeLabel: copy.close,
  };
}
