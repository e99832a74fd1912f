// The current state of a flow → the card for a viewer.
import type { Links } from '../../engine/links.ts';
import { actorParts } from '../../flows/ids.ts';
import type { Clock } from '../../flows/ports.ts';
import type { Viewer } from '../../flows/screen.ts';
import { showHelpdesk, showPerson } from '../../flows/show.ts';
import type { Flow } from '../../flows/state.ts';
import type { Card } from '../cards/card.ts';
import { helpdeskCard } from '../cards/helpdesk-card.ts';
import type { AboutPress, PersonCardParts } from '../cards/person-body.ts';
import { personCard } from '../cards/person-card.ts';
import type { HelpdeskWays } from '../cards/ways-on.ts';
import type { Copy } from '../copy/copy.ts';
import type { Messenger } from '../messenger.ts';

export interface FlowCards {
  /** The card for the person. */
  person(flow: Flow, more?: AboutPress): Card;
  /** Undefined if this state has no helpdesk card. */
  for(viewer: Viewer, flow: Flow): Card | undefined;
}

export function createFlowCards(parts: {
  readonly messengers: ReadonlyMap<string, Pick<Messenger, 'keepsTyped'>>;
  readonly links: Links;
  readonly ways: HelpdeskWays;
  readonly copy: Copy;
  readonly clock: Clock;
}): FlowCards {
  const { messengers, links, ways, copy, clock } = parts;
  const person: FlowCards['person'] = (flow, more = {}) => {
    const linkUrl = links.urlOf(flow);
    const isRedrawnInTime = messengers.get(actorParts(flow.actor).platform)?.keepsTyped === true;
    const link = linkUrl === undefined ? {} : { linkUrl };
    const drawing: PersonCardParts = { copy, now: clock.now(), isRedrawnInTime, helpdesk: ways, ...link, ...more };
    return personCard(showPerson(flow, clock.now()), drawing);
  };
  return {
    person,
    for(viewer, flow) {
      if (viewer === 'person') return person(flow);
      const screen = showHelpdesk(flow);
      return screen === undefined ? undefined : helpdeskCard(screen, copy);
    },
  };
}
