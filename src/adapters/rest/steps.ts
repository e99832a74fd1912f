// A request after the proof → the step that is due. What a person sees decides it, as it does in the chat.
import type { MaskedContact } from '../../flows/contact.ts';
import type { Instant } from '../../flows/ids.ts';
import type { PersonScreen } from '../../flows/screen.ts';
import { showPerson } from '../../flows/show.ts';
import type { Channel, Flow } from '../../flows/state.ts';
import { unreachable } from '../../flows/unreachable.ts';
import { notAuthorized, type RestAnswer, written } from './answers.ts';
import type { NextStep, StepAttributes } from './api.ts';
import { endedAs } from './endings.ts';

export interface StepParts {
  /** Of the page for the new password. Undefined where it has no live link. */
  readonly urlOf: (flow: Flow) => string | undefined;
  readonly now: Instant;
}

export const codeStep = (channel: Channel): NextStep => (channel === 'sms' ? 'SMS_OTP_REQUIRED' : 'EMAIL_OTP_REQUIRED');

const soonMs = 2_000;
/** Somebody has to decide, or to read their mail. */
const laterMs = 5_000;

const contactOf = ({ ref, channel, masked }: MaskedContact) => ({ id: ref, channel, masked });

/** `session`: the id that the document has. */
export function stepOf(session: string, flow: Flow, parts: StepParts): RestAnswer {
  const screen = showPerson(flow, parts.now);
  if (screen.shows !== 'ended') return { is: 'step', session, ...dueOf(screen, flow, parts) };
  const end = endedAs(screen.ending, parts.now);
  if (end.is === 'not-done') return end.answer;
  const { is: _is, ...attributes } = end;
  return { is: 'step', session, attributes };
}

/** What is due instead of what was asked for; or how the request has ended. */
export function insteadOf(session: string, flow: Flow, parts: StepParts): RestAnswer {
  const step = stepOf(session, flow, parts);
  return step.is === 'step' ? notAuthorized(step.attributes.nextStep) : step;
}

interface Due {
  readonly attributes: StepAttributes;
  readonly inMs?: number;
}

const pending: Due = { attributes: { nextStep: 'PENDING' }, inMs: soonMs };
const contactRequired = (contacts: readonly MaskedContact[], recoveryCode: true | undefined): Due => ({
  attributes: {
    nextStep: 'CONTACT_REQUIRED',
    contacts: contacts.map(contactOf),
    ...(recoveryCode === undefined ? {} : { recoveryCode }),
  },
});

function dueOf(screen: Exclude<PersonScreen, { shows: 'ended' }>, flow: Flow, parts: StepParts): Due {
  switch (screen.shows) {
    case 'choose-contact':
      return contactRequired(screen.contacts, screen.recoveryCode);
    case 'enter-code':
    case 'code-dead':
      return {
        attributes: {
          nextStep: codeStep(screen.contact.channel),
          contact: contactOf(screen.contact),
          ...(screen.recoveryCode === undefined ? {} : { recoveryCode: screen.recoveryCode }),
        },
      };
    case 'enter-recovery-code':
      return { attributes: { nextStep: 'RECOVERY_CODE_REQUIRED' } };
    case 'waiting-for-helpdesk': {
      const approvals = { needed: screen.needed, given: screen.approvals.length };
      const until = written(screen.until);
      return { attributes: { nextStep: 'APPROVAL_REQUIRED', approvals, until }, inMs: laterMs };
    }
    case 'link':
    case 'link-opened':
      return linkDue(screen, flow, parts);
    case 'link-mailed':
      return { attributes: { nextStep: 'PASSWORD_LINK_MAILED', until: written(screen.until) }, inMs: laterMs };
    case 'password-page':
      return flow.state.at === 'setting-password'
        ? pending
        : { attributes: { nextStep: 'NEW_PASSWORD_REQUIRED', until: written(screen.until) } };
    case 'looking-you-up':
    case 'sending-code':
    case 'checking-code':
    case 'checking-recovery-code':
    case 'verified':
    case 'unlocking':
    case 'mailing-link':
    case 'confirming-password':
    case 'in-doubt':
    // None of these is shown to somebody who typed a name.
    case 'change-link':
    case 'remove-contact':
    case 'removing':
    case 'contacts':
      return pending;
    default:
      return unreachable(screen);
  }
}

/** The page at the provider can be opened as long as its link lives; then the change that is made there is waited for. */
function linkDue(
  screen: Extract<PersonScreen, { shows: 'link' | 'link-opened' }>,
  flow: Flow,
  { urlOf }: StepParts,
): Due {
  const until = written(screen.until);
  if (screen.shows === 'link' && screen.isHere === true)
    return { attributes: { nextStep: 'NEW_PASSWORD_REQUIRED', until } };
  const link = urlOf(flow);
  return link === undefined
    ? pending
    : { attributes: { nextStep: 'PASSWORD_LINK_REQUIRED', link, until }, inMs: laterMs };
}
