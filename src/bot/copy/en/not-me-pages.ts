// English for the web page behind *It wasn't me* in a notice. It is read by victims of an attack.
import type { EnrolmentWords } from '../../../text/enrolment-words.ts';

export const notMe: EnrolmentWords['notMe'] = {
  live: (isHelpdeskTold) => ({
    title: 'Was this you?',
    heading: ['Wasn’t this you?'],
    paragraphs: [
      [
        'The recovery contacts or recovery codes of your account were changed, or another chat was connected to it. If it was you, close this page.',
      ],
      [
        `If it wasn’t you, press the button. A contact that was added is removed again. A chat that was connected is disconnected, also if it was connected a short time before and then asked for this. All recovery codes stop working. Nobody can recover your account for 24 hours${isHelpdeskTold ? ', and the helpdesk is told.' : '.'}`,
      ],
    ],
    button: 'It wasn’t me',
  }),
  done: (isHelpdeskTold) => ({
    title: 'We’ve stopped it',
    heading: ['Thank you. We’ve stopped it'],
    paragraphs: [
      [
        `A contact that was added is being removed again. A chat that was connected with this or a short time before is being disconnected. Nobody can recover your account for 24 hours. ${isHelpdeskTold ? 'The helpdesk has been told.' : 'Please tell your helpdesk.'}`,
      ],
      ['If somebody may know your password, change it now, and talk to your helpdesk.'],
    ],
  }),
  dead: {
    title: 'This link doesn’t work any more',
    heading: ['This link doesn’t work any more'],
    paragraphs: [
      ['If you’ve pressed the button before, it’s done. Opening the link again has changed nothing.'],
      ['If you haven’t, and it wasn’t you who changed your contacts, call your helpdesk now.'],
    ],
  },
  unreachable: {
    title: 'That didn’t work yet',
    heading: ['That didn’t work yet'],
    paragraphs: [['Nothing has changed. Try again now. If it doesn’t work then either, call your helpdesk.']],
    button: 'Try again',
  },
};
