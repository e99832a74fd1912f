// How a person proves that it is them: the contact, the code, and where a second proof is needed, a recovery code.
import type { PersonScreen } from '../../flows/screen.ts';
import type { Copy } from '../copy/copy.ts';
import type { Action, Input } from './card.ts';
import { line, press } from './card-parts.ts';
import { bodyWith, cancelAction, notMeYet, type PersonBody, type PersonCardParts } from './person-body.ts';
import { askHelpdesk } from './ways-on.ts';

/** After a first proof, what it leads on to; and whoever did not give it can stop it. */
type SecondProof = Pick<Extract<PersonScreen, { shows: 'choose-contact' }>, 'kind' | 'first' | 'recoveryCode'>;

const orRecoveryCode = ({ recoveryCode }: SecondProof, copy: Copy): readonly Action[] =>
  recoveryCode === true ? [press('use-recovery-code', copy.buttons.recoveryCode)] : [];

const orNotMe = ({ kind, first }: SecondProof, parts: PersonCardParts): readonly Action[] =>
  first === undefined ? [] : [notMeYet({ ...parts, kind })];

export function chooseContact(
  screen: Extract<PersonScreen, { shows: 'choose-contact' }>,
  parts: PersonCardParts,
): PersonBody {
  const { copy } = parts;
  const { contacts, first: firstProof, recoveryCode = false } = screen;
  const submit = { act: 'send-code', label: copy.buttons.sendCode } as const;
  const again =
    firstProof === undefined
      ? []
      : [line(copy.secondProof(firstProof.channel, contacts.length, recoveryCode), 'success')];
  const actions = [...orRecoveryCode(screen, copy), cancelAction(copy), ...orNotMe(screen, parts)];
  const [only, ...others] = contacts;
  if (only !== undefined && others.length === 0) {
    return { lines: [...again, line(copy.willSendTo(only.channel, only.masked))], inputs: [], submit, actions };
  }
  const choices = contacts.slice(0, 10).map(({ ref, channel, masked }) => ({
    value: ref,
    label: copy.contactOption(channel, masked),
  }));
  const [first] = choices;
  const input: Input = {
    kind: 'choice',
    name: 'contact',
    label: copy.contactLabel,
    choices,
    ...(first === undefined ? {} : { initial: first.value }),
  };
  return { lines: [...again, line(copy.willSend)], inputs: [input], submit, actions };
}

export function enterRecoveryCode(
  screen: Extract<PersonScreen, { shows: 'enter-recovery-code' }>,
  parts: PersonCardParts,
): PersonBody {
  const { copy, codeError } = parts;
  const error = codeError ?? (screen.after === 'wrong' ? copy.wrongRecoveryCode : undefined);
  const input: Input = {
    ...{ kind: 'code', name: 'code', label: copy.recoveryCodeLabel, hint: copy.recoveryCodeHint, hasLetters: true },
    ...{ minLength: 1, maxLength: 40, which: 'recovery-code' },
    ...(error === undefined ? {} : { error }),
  };
  return {
    lines: [
      // Where contacts are left as well, the choice before this has said it.
      ...(screen.hasOtherContacts ? [] : [line(copy.secondProof(screen.first.channel, 0, true), 'success')]),
      ...(screen.after === 'unchecked' ? [line(copy.recoveryCodeUnchecked, 'alert')] : []),
      line(copy.enterRecoveryCode),
      line(copy.recoveryCodeRules, 'quiet'),
    ],
    inputs: [input],
    submit: { act: 'submit-recovery-code', label: copy.buttons.verify },
    actions: [
      ...(screen.hasOtherContacts ? [press('other-contact', copy.buttons.useContact)] : []),
      cancelAction(copy),
      notMeYet({ ...parts, kind: screen.kind }),
    ],
  };
}

export function enterCode(screen: Extract<PersonScreen, { shows: 'enter-code' }>, parts: PersonCardParts): PersonBody {
  const { copy, now, codeError, isRedrawnInTime, saysResend = false } = parts;
  const error = codeError ?? (screen.after === 'wrong' ? copy.wrongCode(screen.attemptsLeft) : undefined);
  const input: Input = {
    kind: 'code',
    name: 'code',
    label: copy.codeLabel,
    hint: copy.codeHint,
    // Whatever is typed reaches the server, which says what a code looks like. The platforms' own words would be others.
    minLength: 1,
    maxLength: 40,
    which: String(screen.codeUntil),
    ...(error === undefined ? {} : { error }),
  };
  const mayNotYet = screen.canResend && screen.resendFrom > now;
  const comesLater = mayNotYet && isRedrawnInTime;
  return {
    lines: [
      ...(screen.after === 'unchecked' ? [line(copy.unchecked(screen.attemptsLeft, screen.checkFrom), 'alert')] : []),
      line(copy.enterCode(screen.contact.channel, screen.contact.masked)),
      line(copy.codeRules(screen.codeUntil), 'quiet'),
      // Where the button is there from the start, only somebody who presses it too early is told from when it works.
      ...(comesLater && !saysResend ? [line(copy.resendFrom(screen.resendFrom), 'quiet')] : []),
    ],
    inputs: [input],
    submit: { act: 'submit-code', label: copy.buttons.verify },
    actions: [
      ...(screen.canResend && !comesLater ? [press('resend-code', copy.buttons.sendAgain)] : []),
      ...(screen.hasOtherContacts ? [press('other-contact', copy.buttons.otherContact)] : []),
      ...orRecoveryCode(screen, copy),
      cancelAction(copy),
      ...orNotMe(screen, parts),
    ],
  };
}

export function codeDead(screen: Extract<PersonScreen, { shows: 'code-dead' }>, parts: PersonCardParts): PersonBody {
  const { copy, now, helpdesk, saysResend = false } = parts;
  const rest = [
    ...(screen.hasOtherContacts ? [press('other-contact', copy.buttons.otherContact)] : []),
    ...orRecoveryCode(screen, copy),
    cancelAction(copy),
    ...orNotMe(screen, parts),
  ];
  if (!screen.canResend) {
    return bodyWith([line(copy.noMoreCodes(screen.resendFrom), 'alert')], askHelpdesk(helpdesk, copy), rest);
  }
  const mayNotYet = screen.resendFrom > now;
  const dead = line(copy.codeDead(screen.why), 'alert');
  if (!mayNotYet) {
    const again = press('resend-code', copy.buttons.sendNew, { style: 'primary' });
    return { lines: [dead], inputs: [], actions: [again, ...rest] };
  }
  const from = saysResend ? [] : [line(copy.resendFrom(screen.resendFrom), 'quiet')];
  return bodyWith([dead, ...from], askHelpdesk(helpdesk, copy), rest);
}
