// English for the web pages on which recovery codes are made and shown.
import type { EnrolmentWords } from '../../../text/enrolment-words.ts';

export const recoveryCodes: EnrolmentWords['recoveryCodes'] = {
  offer: (left) => ({
    title: 'Recovery codes',
    heading: ['Recovery codes'],
    paragraphs: [
      ['Ten codes to keep on paper. With one of them and one of your contacts, you can recover your account.'],
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
        ' Print them or write them down, and keep them away from your computer.',
      ],
      ['Each works once. Earlier codes don’t work any more.'],
      ...(usableFrom === undefined ? [] : [['They can be used from ', { moment: usableFrom }, '.']]),
    ],
  }),
  list: 'Recovery codes',
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
