// Shows a flow on all its surfaces: open windows, the private message, the helpdesk's cards, the home page.
import type { Logger } from 'pino';
import type { Links } from '../../engine/links.ts';
import type { Presenter } from '../../engine/perform.ts';
import type { ActorId, FlowId } from '../../flows/ids.ts';
import type { Outcome } from '../../flows/outcome.ts';
import type { Clock } from '../../flows/ports.ts';
import type { Flow } from '../../flows/state.ts';
import type { Flows, Surfaces } from '../../flows/store.ts';
import type { Card } from '../cards/card.ts';
import type { AboutPress } from '../cards/person-body.ts';
import type { HelpdeskWays } from '../cards/ways-on.ts';
import type { ContactLists } from '../contact-list.ts';
import type { Copy } from '../copy/copy.ts';
import type { ApproverPolicy } from '../helpdesk/entitlement.ts';
import { type CardPostingParts, createCardPosting } from './card-posting.ts';
import { createDrawing, type Drawing } from './drawing.ts';
import { createFlowCards } from './flow-card.ts';
import { createHomePage } from './home-page.ts';
import { createHomeRefresh } from './home-refresh.ts';
import { createNewsDrawing } from './news-drawing.ts';
import { createNewsPost } from './news-post.ts';
import { createOrphanAdoption, type OrphanAdoption } from './orphan-adoption.ts';
import { createReposting } from './reposting.ts';
import { createWindowAnswers, type WindowAnswers } from './window-answers.ts';
import { createWindowLocks } from './window-locks.ts';

export interface Presentation extends Presenter, OrphanAdoption, WindowAnswers, Pick<Drawing, 'bringUpToDate'> {
  /** The current helpdesk card of a flow, for this channel (`platform:channel`). Undefined: not a helpdesk channel, or no card. */
  helpdeskCard(flow: FlowId, channel: string): Promise<Card | undefined>;
  /** The card that the person sees now. */
  personCard(flow: Flow, more?: AboutPress): Card;
  /** The cards of a person's home page: the open requests, their contacts, and the choices. */
  home(actor: ActorId): Promise<readonly Card[]>;
  /** Posts the private message again at the end of the chat, for a person who asked again. The old message then points to it. */
  repeat(flow: FlowId): Promise<Outcome<void>>;
}

export interface PresentParts extends Omit<CardPostingParts, 'newsPost'> {
  readonly approvers: ApproverPolicy['approvers'];
  readonly store: Flows & Surfaces;
  readonly links: Links;
  readonly contactLists: ContactLists;
  readonly ways: HelpdeskWays;
  readonly copy: Copy;
  readonly clock: Clock;
  readonly log: Logger;
}

export function createPresentation(parts: PresentParts): Presentation {
  const { store, messengers, copy, log } = parts;
  const cards = createFlowCards(parts);
  const cardPosting = createCardPosting({ ...parts, newsPost: createNewsPost(parts) });
  const locks = createWindowLocks();
  const home = createHomePage(parts, cards.person);
  const homeRefresh = createHomeRefresh({ messengers, home, contactLists: parts.contactLists, log });
  const reposting = createReposting({ store, messengers, cards, cardPosting, copy });
  const news = createNewsDrawing({ store, cardPosting, reposting, locks });
  const drawing = createDrawing({ store, cards, cardPosting, news, homeRefresh, locks, log });
  return {
    ...createOrphanAdoption({ store, cardPosting, bringUpToDate: drawing.bringUpToDate }),
    ...createWindowAnswers({ store, cardPosting, drawing, reposting, locks, log }),
    show: drawing.show,
    bringUpToDate: drawing.bringUpToDate,
    personCard: cards.person,
    async helpdeskCard(id, channel) {
      const flow = cardPosting.isHelpdesk(channel) ? await store.read(id) : undefined;
      return flow === undefined ? undefined : cards.for('helpdesk', flow);
    },
    home,
    repeat: (id) => drawing.inTurn(id, 'person', () => reposting.postAnew(id)),
  };
}
