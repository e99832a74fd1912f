// The new password: it lives in the call that carries it. Its link is opened for the client that has typed the code, and never leaves
// this program.
import type { LinkService } from '../../engine/link-service.ts';
import type { Links } from '../../engine/links.ts';
import type { SelfServiceAccess } from '../../flows/self-service-access.ts';
import { browserAddress } from '../../inbound/browser-address.ts';
import { problem } from './answers.ts';
import { dueIn, type Looks } from './looks.ts';
import { detailsOf } from './password-details.ts';
import { type ProvenStep, unreachableMs } from './second-proof.ts';

export interface NewPasswordParts {
  readonly access: Pick<SelfServiceAccess, 'proven'>;
  /** What the page of ours for a new password does. */
  readonly passwords: Pick<LinkService, 'open' | 'submit'>;
  readonly links: Pick<Links, 'tokenOf' | 'urlOf'>;
  readonly looks: Looks;
}

const savingMs = 2_000;
const passwordStep = 'NEW_PASSWORD_REQUIRED';

export function createSetPassword(parts: NewPasswordParts): (newPassword: string) => ProvenStep {
  const { access, passwords, links } = parts;
  const { status, instead } = parts.looks;
  return (newPassword) => async (visit, flow) => {
    if (flow.state.at === 'setting-password') return problem('BUSY', { nextStep: 'PENDING', inMs: savingMs });
    const token = dueIn(status(visit, flow)) === passwordStep ? links.tokenOf(flow) : undefined;
    if (token === undefined) return instead(visit, flow);
    const opened = flow.state.at === 'link-ready' ? await passwords.open(token, () => true) : undefined;
    const browser = browserAddress(visit.request);
    const typed = {
      ...{ password: newPassword, confirm: newPassword },
      ...(browser === undefined ? {} : { browser }),
    };
    const saved = opened === undefined || opened.is === 'form' ? await passwords.submit(token, typed) : opened;
    switch (saved.is) {
      case 'form': {
        const [first, ...others] = detailsOf(saved.form.faults, saved.form.refused) ?? (['NOT_ACCEPTED'] as const);
        const ofRule = (detail: string) =>
          ({
            code: 'PASSWORD_POLICY_VIOLATED',
            pointer: '/newPassword',
            detail,
            attemptsLeft: saved.form.left,
          }) as const;
        return { is: 'problem', problems: [ofRule(first), ...others.map(ofRule)], nextStep: passwordStep };
      }
      case 'limited':
        return problem('SERVICE_UNAVAILABLE', { nextStep: passwordStep, inMs: saved.inMs });
      case 'unreachable':
        return problem('SERVICE_UNAVAILABLE', { nextStep: passwordStep, inMs: unreachableMs });
      case 'busy':
      case 'saving':
        return problem('BUSY', { nextStep: 'PENDING', inMs: savingMs });
      case 'done':
      case 'unconfirmed':
        return status(visit, (await access.proven(visit.session, 0)) ?? flow);
      default:
        return instead(visit, (await access.proven(visit.session, 0)) ?? flow);
    }
  };
}
