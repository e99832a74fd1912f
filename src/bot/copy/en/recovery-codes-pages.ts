// English for the web pages on which recovery codes are made and shown.
import type { EnrolmentWords } from '../../../text/enrolment-words.ts';

export const recoveryCodes: EnrolmentWords['recoveryCodes'] = {
  offer: (left) => ({
    title: 'Recovery codes',
    heading: ['Recovery codes'],
    paragraphs: [
      [
        'Some accounts need two proofs before a password is reset or an account is unlocked: a code that we send to one contact, and one more. A recovery code can be the second one, if you can’t reach another contact.',
      ],
      ['You get ten codes to keep on paper.'],
      ...(left === undefined ? [] : [[`You have ${left} left. If you make new ones, those don’t work any more.`]]),
    ],
    button: left === undefined ? 'Make ten codes' : 'Make ten new codes',
  }),
  shown: (usableFrom) => ({
    title: 'Recovery codes',
    heading: ['Your recovery codes'],
    paragraphs: [
      [
        { strong: 'They are shown only this once.' },
        ' Print them, write them down, or copy them to a place that you can open without your work account.',
      ],
      ['Each works once. Earlier codes don’t work any more.'],
      ...(usableFrom === undefined ? [] : [['They can be used from ', { moment: usableFrom }, '.']]),
    ],
  }),
  list: 'Recovery codes',
  leaving: [
    { strong: 'Save them before you leave this page.' },
    ' We can’t show them again. If you lose them, make new ones.',
  ],
  copy: 'Copy all ten',
  copied: 'Copied',
  notCopied: 'Copying isn’t allowed here. Select the codes and copy them yourself, or print them.',
  print: 'Print',
  saved: 'I’ve saved them',
  gone: {
    title: 'Recovery codes',
    heading: ['These codes were shown before'],
    paragraphs: [
      ['Codes are shown only once. If you haven’t saved them, make new ones. The earlier ones stop working then.'],
    ],
    button: 'Make ten new codes',
  },
  back: 'Back to your contacts',
};
