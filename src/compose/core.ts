// The core between the outbound and the inbound side: the engine, and the conversation that the inbound side hands requests to.
import { randomBytes } from 'node:crypto';
import type { Logger } from 'pino';
import { createOwnerOf } from '../bot/account-owners.ts';
import type { HelpdeskWays } from '../bot/cards/ways-on.ts';
import { createChatNotices } from '../bot/chat-notices.ts';
import { type ContactLists, createContactLists } from '../bot/contact-list.ts';
import type { Conversation } from '../bot/conversation.ts';
import { copy } from '../bot/copy/language.ts';
import { createConversation } from '../bot/create-conversation.ts';
import type { Naming } from '../bot/display-names.ts';
import { type Approvers, createApprovers } from '../bot/helpdesk/entitlement.ts';
import { createRequestHelp } from '../bot/helpdesk/help-request.ts';
import { createCompareIdentities } from '../bot/helpdesk/same-person.ts';
import { createReminding } from '../bot/reminding.ts';
import { createRequests, type Requests } from '../bot/requests.ts';
import { createPresentation, type Presentation } from '../bot/surfaces/presenter.ts';
import { createThrottle } from '../bot/throttle.ts';
import { createPriorityQueue, type PriorityQueue } from '../concurrency/priority-queue.ts';
import type { Config } from '../config/config.ts';
import { isSelfServiceOn, type Policy } from '../config/policy/policy-file.ts';
import { createEngine, type Engine } from '../engine/engine.ts';
import { createLinks, type Links } from '../engine/links.ts';
import { createNoticeLinks } from '../engine/notice-links.ts';
import { createPolicyOf } from '../engine/policy-of.ts';
import { allNeedApproval, allNeedTwoProofs } from '../flows/policy.ts';
import type { Clock } from '../flows/ports.ts';
import type { FlowStore } from '../flows/store.ts';
import type { Metrics } from '../observability/metrics.ts';
import { createSigningKeys } from '../signing-keys.ts';
import type { Outside } from './outside.ts';
import { type Beats, createSelfServiceOf, createTypedIdentification, type SelfService } from './self-service.ts';

export interface Core {
  readonly engine: Engine;
  readonly approvers: Approvers;
  readonly requests: Requests;
  readonly conversation: Conversation;
  readonly priorityQueue: PriorityQueue;
  readonly links: Links;
  /** Absent: everybody comes by chat. */
  readonly selfService?: SelfService;
}

export interface CoreParts {
  readonly config: Config;
  readonly policy: Policy;
  readonly store: FlowStore;
  readonly outside: Outside;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly beats?: Beats;
  readonly namesAtOnce?: number;
}

export function createCore(parts: CoreParts): Core {
  const { config, policy, store, outside, clock, metrics } = parts;
  const { auth0, people, messengers } = outside;
  const log = parts.log.child({ part: 'bot' });
  const names = namesFor(parts);
  const helpdesk = policy.helpdesk.channels.filter(({ platform }) => messengers.has(platform));
  const keys = createSigningKeys(config.secretKeys);
  const links = createLinks(keys, config.publicUrl);
  const noticeLinks = createNoticeLinks(keys, config.publicUrl);
  const { contact } = policy.helpdesk;
  const ways: HelpdeskWays = {
    hasChannel: helpdesk.length > 0,
    ...(contact === undefined ? {} : { contact }),
    ...(asksMoreOfEverybody(policy) ? {} : { hasForgotLink: auth0.forgotLink.isOffered }),
  };
  const { directory } = auth0;
  const contactLists = createContactLists({ people, directory, bindings: store.bindings, policy, clock });
  const presentation = createPresentation({
    ...{ store, messengers, helpdesk, links, contactLists, ways, names, clock, log },
    approvers: policy.helpdesk.approvers,
    copy,
  });
  const rules = { ...policy, hasHelpdesk: helpdesk.length > 0 };
  const typed = createTypedIdentification(parts);
  const engine = createEngine({
    ...{ store, clock, links },
    policy: rules,
    policyOf: createPolicyOf(rules, policy.selfService.extraApprovals),
    world: {
      typed,
      ...auth0,
      ...outside.accounts,
      ...{ people, presenter: presentation, notices: outside.notices, clock, log: parts.log.child({ part: 'engine' }) },
      chatNotices: createChatNotices({ people, messengers, names, ways, copy }),
      bindings: store.bindings,
      occasions: store.occasions,
      noticeUrl: noticeLinks.noticeUrl,
    },
    enrolment: { signIns: auth0.signIns, publicUrl: config.publicUrl, keys, noticeLinks, rules: policy.contacts },
    recoveryCodes: {
      ...{ codes: store.recoveryCodes, keys, random: randomBytes },
      coolOffHours: policy.contacts.coolOffHours,
    },
    passwordChanges: auth0.passwordChanges,
    log: parts.log.child({ part: 'engine' }),
    observe: metrics.effect,
    observeUnmatched: metrics.unmatched,
    observeEnded: metrics.ended,
    occasions: store.occasions,
    observeOccasion: metrics.occasion,
  });
  const approvers = createApprovers({ policy: policy.helpdesk, people, messengers, log });
  const front = { engine, presentation, contactLists, approvers, helpdesk, names, ways, log };
  const selfService = isSelfServiceOn(policy) ? { selfService: createSelfServiceOf(parts, engine, typed) } : {};
  return { engine, approvers, links, ...selfService, ...createFrontEnd(parts, front) };
}

/** Then a mail alone is less than the company asks for, and Latchkey shows nobody the way around it. */
const asksMoreOfEverybody = ({ rules }: Policy): boolean => allNeedApproval(rules) || allNeedTwoProofs(rules, 'reset');

function namesFor({ store, outside, clock }: CoreParts): Naming {
  const { directory } = outside.auth0;
  const { nameOf } = outside;
  return {
    nameOf,
    ownerOf: createOwnerOf({ directory, bindings: store.bindings, copy, clock }),
    unnamed: copy.unnamed,
  };
}

interface FrontEndParts {
  readonly engine: Engine;
  readonly presentation: Presentation;
  readonly contactLists: ContactLists;
  readonly approvers: Approvers;
  readonly helpdesk: Policy['helpdesk']['channels'];
  readonly names: Naming;
  readonly ways: HelpdeskWays;
  readonly log: Logger;
}

/** What the inbound side of the adapters needs: the requests and the conversation about them. */
function createFrontEnd(
  { store, outside, clock, metrics }: CoreParts,
  { engine, presentation, contactLists, approvers, helpdesk, names, ways, log }: FrontEndParts,
): Pick<Core, 'requests' | 'conversation' | 'priorityQueue'> {
  const { auth0, people, messengers } = outside;
  const throttle = createThrottle(clock);
  const priorityQueue = createPriorityQueue();
  const requests = createRequests({
    ...{ engine, store, throttle, clock, log },
    surfaces: presentation,
    queue: priorityQueue,
    observe: metrics.request,
  });
  const compareIdentities = createCompareIdentities({ people, directory: auth0.directory, bindings: store.bindings });
  const requestHelp = createRequestHelp({ helpdesk, messengers, people, names, clock, log });
  const conversation = createConversation({
    ...{ requests, presentation, throttle, contactLists, names, log },
    reminding: createReminding({ nudges: store.nudges, contactLists, clock, log }),
    decision: { engine, store, entitled: approvers.entitled, compareIdentities },
    help: { requestHelp, ways, clock },
    copy,
  });
  return { requests, conversation, priorityQueue };
}
