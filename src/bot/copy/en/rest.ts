// English, for those who write a client of the REST flow.
import type { RestCopy } from '../rest-copy.ts';

export const rest: RestCopy = {
  title: 'Latchkey: password reset and account unlock',
  about:
    'For people who cannot sign in and cannot reach their company chat. Each answer names the next step in data.attributes.nextStep; without one, the request is done. Until a code was accepted, every answer is the same whoever is named. Send the cookie of the last answer with the next request.',
  requests: {
    selectReset: 'Begins a password reset, always with a new session.',
    selectUnlock: 'Begins an account unlock, always with a new session.',
    identify: 'Says who it is for. The code is sent without another request.',
    checkEmail: 'Checks the code that was mailed.',
    checkSms: 'Checks the code that was sent as a text message.',
    resendEmail: 'Mails another code.',
    resendSms: 'Sends another code as a text message.',
    selectContact: 'Chooses where the second code is sent to. The account needs two proofs.',
    checkRecoveryCode: 'Checks a recovery code, as the second proof.',
    setPassword: 'Sets the new password. The browser or program that typed the code sends it.',
    status: 'Says which step is due. Waits a moment where something is in progress.',
  },
  step: 'The session, with the step that is due. Without a step, the request is done.',
  refused: 'What is wrong, and the step that is due, where there is one.',
  retryAfter: 'When to ask again, in seconds.',
  session: 'The session. Send the newest one.',
  members: {
    nextStep: 'Absent where the request is done, or nothing more can be done in it.',
    result: 'What was done.',
    mustChange: 'The new password must be changed at the next sign-in.',
    recoveryCode: 'A recovery code would do as well.',
    contacts: 'The contacts of which one gets the second code. Addresses are masked.',
    contact: 'Who gets the code. The address is masked.',
    approvals: 'How many people of the helpdesk must approve, and how many have.',
    link: 'Opens the page on which a new password is chosen. It is a secret: show it only to the person.',
    until: 'When this step ends.',
    detail: 'Which rule was broken, or why the request has ended.',
    attemptsLeft: 'How many more tries there are.',
  },
};
