// English for the notices by mail. They are read by people who may never have heard of this bot, and by victims of an attack.
import { instant } from '../../../flows/ids.ts';
import { unreachable } from '../../../flows/unreachable.ts';
import type { NoticeCopy, NoticeFacts, NoticeText } from '../../../text/notice-copy.ts';
import type { PlainPhrase } from '../../../text/page-text.ts';
import { fromDay, platformName, utcTime } from './sentence-parts.ts';

/** A day may be far away, so it is always named. */
const at = (time: number): string => utcTime({ time: instant(time), withDay: true });
const from = (time: number): string => utcTime(fromDay(instant(time)));

const subjects: Readonly<Record<NoticeFacts['what'], string>> = {
  added: 'New recovery contact for your account at',
  removed: 'Recovery contact removed from your account at',
  'recovery-codes': 'New recovery codes for your account at',
  bound: 'Another chat connected to your account at',
};
const subject = ({ what, company }: NoticeFacts): string => `${subjects[what]} ${company}`;

const headings: Readonly<Record<NoticeFacts['what'], string>> = {
  added: 'A recovery contact was added to your account at ',
  removed: 'A recovery contact was removed from your account at ',
  'recovery-codes': 'New recovery codes were created for your account at ',
  bound: 'Another chat was connected to your account at ',
};
const heading = ({ what, company }: NoticeFacts): PlainPhrase => [headings[what], { name: company }];

const done: Readonly<Record<NoticeFacts['what'], string>> = {
  added: 'Added',
  removed: 'Removed',
  'recovery-codes': 'Created',
  bound: 'Connected',
};
const details = ({ what, contact, at: when, platform }: NoticeFacts): NoticeText['details'] => [
  ...(contact === undefined ? [] : [[contact.channel === 'email' ? 'Email' : 'Phone', [contact.masked]] as const]),
  [done[what], [at(when)]],
  platform === undefined ? ['Added by', ['your administrator']] : ['Asked for in', [platformName(platform)]],
];

function meaning({ what, usableFrom, mustBeConfirmed }: NoticeFacts): PlainPhrase {
  switch (what) {
    case 'removed':
      return ['No more codes are sent to this contact, so it can no longer be used to get back into your account.'];
    case 'recovery-codes':
      return [
        'Earlier recovery codes no longer work. With a new one and a code from one of your contacts, your password can be reset or your account unlocked',
        ...(usableFrom === undefined ? [', starting now.'] : [', starting ', { strong: from(usableFrom) }, '.']),
      ];
    case 'added':
      if (mustBeConfirmed === true) return ['It can’t be used before you confirm it.'];
      return [
        'Whoever can read messages there can reset your password or unlock your account',
        ...(usableFrom === undefined ? [', starting now.'] : [', starting ', { strong: from(usableFrom) }, '.']),
      ];
    case 'bound':
      return [
        'Whoever uses that chat can ask there for a new password or an unlock. They also need a code from one of your contacts.',
      ];
    default:
      return unreachable(what);
  }
}

const wasYou = ({ platform, mustBeConfirmed }: NoticeFacts): PlainPhrase => [
  { strong: platform === undefined ? 'Is it yours?' : 'Was this you?' },
  mustBeConfirmed === true
    ? ' Then confirm it when you have a minute: add it once more, and type the code that is sent there.'
    : ' Then there is nothing to do.',
];

function wasNot({ platform, mayDisown, helpdeskContact }: NoticeFacts): PlainPhrase {
  const question = { strong: platform === undefined ? 'Not yours?' : 'Not you?' };
  if (mayDisown) return [question, ' Somebody may be trying to get into your account. Stop it here:'];
  const how = helpdeskContact === undefined ? ' Tell your helpdesk at once.' : ' Tell your helpdesk at once:';
  const danger =
    platform === undefined
      ? 'Then somebody else would get codes for your account.'
      : 'Somebody may be trying to get into your account.';
  return [question, ` ${danger}${how}`];
}

const disconnecting = 'disconnect the chat that asked for this if it was connected only a short time before';
const undoing: Readonly<Record<NoticeFacts['what'], string>> = {
  added: `We then remove the new contact, and ${disconnecting}. We also pause`,
  removed: `We then ${disconnecting}. We also pause`,
  'recovery-codes': `We then void the recovery codes, and ${disconnecting}. We also pause`,
  bound: 'We then disconnect that chat and pause',
};

function disown({ what, isHelpdeskTold }: NoticeFacts): NonNullable<NoticeText['disown']> {
  const undone = undoing[what];
  const told = isHelpdeskTold ? ', and tell the helpdesk' : '';
  return {
    button: 'It wasn’t me',
    note: [
      `A page opens and asks you once more. ${undone} password resets and unlocks for your account for 24 hours${told}. The link works for 7 days.`,
    ],
  };
}

export const notices: NoticeCopy = {
  language: 'en',
  contactChanged: (facts) => ({
    subject: subject(facts),
    heading: heading(facts),
    details: details(facts),
    meaning: meaning(facts),
    ifIt: { wasYou: wasYou(facts), wasNot: wasNot(facts) },
    ...(facts.mayDisown ? { disown: disown(facts) } : {}),
    ...(facts.helpdeskContact === undefined ? {} : { helpdesk: ['Helpdesk: ', facts.helpdeskContact] }),
    foot: [
      [
        'You’re getting this email because this address belongs to your account. Messages like this one protect it, so they can’t be turned off.',
      ],
      ['Nobody from the helpdesk will ever ask you for a password or a code.'],
    ],
  }),
};
