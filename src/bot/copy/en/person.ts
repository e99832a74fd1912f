// English for people and their own requests.
import type { Instant } from '../../../flows/ids.ts';
import type { Text } from '../../cards/card.ts';
import type { PersonCopy } from '../person-copy.ts';
import { from, minutes, people } from './sentence-parts.ts';

const t = (time: Instant) => ({ time });
const b = (strong: string) => ({ strong });

const deadCodes = {
  'used-up': 'That code no longer works.',
  expired: 'That code has expired.',
  'too-old': 'That code was sent before this request.',
};

/** In seconds as long as somebody may wait for it in front of the screen. */
const wait = (from: Instant, now: Instant): Text => {
  const seconds = Math.max(1, Math.ceil((from - now) / 1000));
  if (seconds > 120) return ['at ', { time: from, toTheSecond: true }];
  return [`in ${seconds === 1 ? '1 second' : `${seconds} seconds`}`];
};

/** With so few recovery codes left, it is time for new ones. */
const fewCodes = 2;

const disownedAs = {
  reset: " that this wasn't you",
  unlock: " that this wasn't you",
  change: " that this wasn't you",
  enroll: " that you didn't make this change",
  imported: " that this contact isn't yours",
};

export const person: PersonCopy = {
  title: {
    reset: 'Reset your password',
    unlock: 'Unlock your account',
    change: 'Change your password',
    enroll: 'Your recovery contacts',
  },
  unaskedTitle: 'Your work account',
  productTitle: 'Passwords and accounts',
  homeTitle: 'Locked out?',
  homeOtherTitle: 'Need something else?',
  notNow: 'Not now',
  buttons: {
    forgotPassword: 'Forgot password',
    lockedOut: 'Locked out',
    somethingElse: 'Something else',
    askHelpdesk: 'Ask the helpdesk',
    continue: 'Continue',
    enterCode: 'Enter code',
    sendCode: 'Send code',
    verify: 'Verify',
    sendAgain: 'Send again',
    sendNew: 'Send a new code',
    otherContact: 'Use another contact',
    recoveryCode: 'Use a recovery code',
    useContact: 'Use a contact',
    cancel: 'Cancel this request',
    startAgain: 'Start again',
    choosePassword: 'Choose a new password',
    changePassword: 'Change password',
    openAgain: 'Open the page again',
    notMe: "It wasn't me",
    approve: 'Approve',
    deny: 'Deny…',
    submitDenial: 'Deny',
    tryAgain: 'Retry the unlock',
    settled: 'Mark as resolved',
  },
  notMeQuestion: "Didn't ask for this?",
  unaskedQuestion: { changed: 'Not you?', imported: 'Not yours?' },
  confirmNotMe: (kind, isTold) => ({
    title: 'Stop everything?',
    text: `We'll end every open request and link, ${kind === 'enroll' ? 'remove what was added, ' : ''}sign you out everywhere, and pause password resets and unlocks for your account for 24 hours.${isTold ? " We'll also tell the helpdesk." : ''}`,
    yes: 'Stop it and sign me out',
    no: 'Go back',
    isDanger: true,
  }),
  confirmCancel: {
    title: 'Cancel this request?',
    text: 'Nothing has been changed. You can start again at any time.',
    yes: 'Cancel it',
    no: 'Keep it',
  },

  lookingUp: (kind) => [
    kind === 'change' ? 'One moment. Looking up your account…' : 'One moment. Looking up your recovery contacts…',
  ],
  delayed: (until) => [
    "We can't reach the sign-in service right now. Nothing has changed. We'll keep trying until ",
    t(until),
    ' and write to you here.',
  ],
  busy: (again) => [
    "The sign-in service is very busy right now. Nothing has changed. We'll continue at ",
    from(again),
    ' and write to you here.',
  ],
  codesPaused: (again) => [
    'No codes can be sent right now. You can get one from ',
    from(again),
    ". Nothing has changed. We'll send yours then and write to you here.",
  ],
  willSend: ["We'll send a code to one of your recovery contacts."],
  willSendTo: (channel, masked) => [
    "We'll send a code to your contact: ",
    b(`${channel === 'email' ? 'email' : 'text message'} ${masked}`),
    '.',
  ],
  secondProof: (first, count, hasRecoveryCode) => {
    const code = first === 'email' ? 'The code from your email' : 'The code from your phone';
    const contact = `a code from ${count === 1 ? 'your other contact' : 'another contact'}`;
    const what = hasRecoveryCode ? (count === 0 ? 'a recovery code' : `${contact}, or a recovery code`) : contact;
    return [`${code} was correct. Your account needs one more proof that it's you: ${what}.`];
  },
  enterRecoveryCode: ['Enter one of your recovery codes: the codes that you kept when you set up your contacts.'],
  recoveryCodeLabel: 'Recovery code',
  recoveryCodeHint: 'For example 0A1B2-C3D4-E5F6, in upper or lower case',
  recoveryCodeRules: ['Each code works once. Nobody from the helpdesk will ever ask for it.'],
  wrongRecoveryCode: "That isn't one of your unused recovery codes. Check it, or use another.",
  notARecoveryCode: "A recovery code looks like 0A1B2-C3D4-E5F6. This didn't count as a try.",
  recoveryCodeUnchecked: ["We couldn't check that code, and it may no longer work. Please use another."],
  recoveryCodesLeft: (left) => {
    const remaining = left === 1 ? 'You have 1 recovery code left.' : `You have ${left} recovery codes left.`;
    if (left > fewCodes) return [remaining];
    const state = left === 0 ? 'That was your last recovery code.' : remaining;
    return [`${state} Make new ones soon: send me "enroll".`];
  },
  contactLabel: 'Send the code to',
  contactOption: (channel, masked) => `${channel === 'email' ? 'Email' : 'Text'} ${masked}`,
  sending: (masked) => ['Sending a code to ', b(masked), '…'],
  enterCode: (channel, masked) => [`Enter the code we ${channel === 'email' ? 'sent' : 'texted'} to `, b(masked), '.'],
  codeLabel: 'Code',
  codeHint: '6 digits',
  codeRules: (until) => ['It works until ', t(until), '. Nobody from the helpdesk will ever ask for it.'],
  wrongCode: (left) => `That isn't the code. ${left === 1 ? '1 try' : `${left} tries`} left.`,
  notACode: "A code has 6 digits. This didn't count as a try.",
  codeTooShort:
    "A code has 6 digits. This didn't count as a try. If the code we sent you is shorter, tell the helpdesk.",
  unchecked: (left, checkFrom) => [
    "We couldn't check the code just now. Nothing has changed. Please enter it again",
    ...(checkFrom === undefined ? [] : [' from ', from(checkFrom)]),
    `. You have ${left === 1 ? '1 try' : `${left} tries`} left.`,
  ],
  resendFrom: (from) => ['No code yet? You can ask for another at ', { time: from, toTheSecond: true }, '.'],
  resendIn: (from, now) => ['You can ask for another code ', ...wait(from, now), '.'],
  nextCodeIn: (from, now) => [
    "We've just sent a code, or it's still on its way. You can ask for another code ",
    ...wait(from, now),
    '.',
  ],
  sendingElsewhere: [
    "We're sending the code for your other request right now, and two at once are easy to mix up. Please try again in a moment.",
  ],
  codeDead: (why) => [deadCodes[why], ' Get a new one?'],
  noMoreCodes: (possible) => ['No more codes for now. You can ask for a new one from ', from(possible), '.'],
  checking: ['Checking your code…'],
  verified: ["You're verified."],
  verifiedLooking: ["You're verified. One moment…"],
  helpdeskAsked: (usual, until) => [
    'The helpdesk has been asked',
    usual === undefined ? '. ' : `. They usually answer within ${minutes(usual)}. `,
    "You'll see the answer here by ",
    from(until),
    ' at the latest.',
  ],
  approvalsSoFar: (granted, needed) => [`${granted} of ${needed} approvals so far.`],
  unlocking: (approvals) =>
    approvals.length === 0
      ? ['Unlocking your account…']
      : ['Approved by ', ...people(approvals), '. Unlocking your account…'],
  changeLink: ['You need your current password for this. In your browser, you sign in with it or type it once more.'],
  changeNeedsSignIn: [
    'Your account needs more than the password, so nothing is changed yet. Press the button once more and sign in.',
  ],
  signedInThere: ["You're signed in. Choose your new password in the browser in which you signed in."],
  goOnThere: ['Closed that page? Then start again.'],
  changeLinkRules: (until) => [
    'The button works until ',
    t(until),
    ". Don't know your password any more? Then press Forgot password.",
  ],
  linkRules: (until) => ['The button works once, until ', t(until), '. It opens your browser.'],
  linkRetried: (again) => [
    "We couldn't open the password page just now. Nothing has changed. Please press the button again",
    ...(again === undefined ? [] : [' from ', from(again)]),
    '.',
  ],
  linkOpened: (until) => [
    'The password page is open. Save your new password there before ',
    t(until),
    '. This message will then update by itself.',
  ],
  openAgain: (until) => [
    'Closed the page? Until ',
    t(until),
    ' you can open it again. The earlier page then stops working.',
  ],
  mailingLink: (isAgain) => [
    isAgain
      ? 'Asking the sign-in service to send the email again…'
      : "You're verified. Asking the sign-in service to email you a link…",
  ],
  linkMailed: ['An email with a link is on its way to your work address. Open it, and choose a new password there.'],
  mailRules: (until) => [
    'Only the newest link works, until ',
    t(until),
    '. Once your new password is saved, this message will update by itself.',
  ],
  mailAgainFrom: (from) => ['No email yet? You can have it sent again at ', { time: from, toTheSecond: true }, '.'],
  nextMailIn: (from, now) => ['The email was just sent. You can have it sent again ', ...wait(from, now), '.'],
  noMailLeft: ['No email yet? Look in your spam folder, or ask the helpdesk.'],
  ownPageRules: (until) => ['The button works until ', t(until), '. It opens your browser.'],
  ownPageOpened: (until) => [
    'The page for your new password is open. Save your new password there before ',
    t(until),
    '. This message will then update by itself.',
  ],
  openOwnPageAgain: ['Closed the page? Open it again with the button.'],
  passwordsPaused: (again) => [
    'The sign-in service is very busy right now. Nothing has changed. You can save your new password from ',
    from(again),
    '.',
  ],
  confirmingPassword: (until) => [
    "We couldn't confirm whether your new password was saved. We're checking, and will write to you here by ",
    from(until),
    ' at the latest. You can try to sign in with it meanwhile.',
  ],
  inDoubt: (isTold) => [
    `We couldn't confirm whether your account was unlocked. ${isTold ? 'The helpdesk has been asked to check. You can try to sign in meanwhile.' : 'Try to sign in; if that fails, ask the helpdesk.'}`,
  ],
  disowned: (what, at, isTold) => [
    'We were told at ',
    t(at),
    disownedAs[what],
    ". We've stopped everything that was in progress and are signing you out everywhere. Password resets and unlocks for your account are paused for 24 hours",
    isTold ? ', and the helpdesk has been told.' : '. Please tell the helpdesk.',
  ],
  pauseLifted: (disownedAt, liftedAt) => [
    'We were told at ',
    t(disownedAt),
    " that this wasn't you, and we paused password resets and unlocks for your account. An administrator lifted the pause at ",
    t(liftedAt),
    ". Didn't you ask for that? Tell the helpdesk now.",
  ],
  disownedRequest: [
    "If your password doesn't work any more, whoever asked has set another one. Please ask the helpdesk to reset it.",
  ],
  disownedChange: (changedAt) => [
    'Your password was changed at ',
    t(changedAt),
    '. Please ask the helpdesk to reset it.',
  ],

  help: [
    ['I can help you reset or change your password, unlock your account, and keep your recovery contacts up to date.'],
    [
      b('Forgot password'),
      ' gets you a link to choose a new one. ',
      b('Locked out'),
      ' sends a request to unlock your account. ',
      b('change-password'),
      ' is for a password that you still know. ',
      b('Recovery contacts'),
      ' shows where we send your codes, and lets you add or remove one.',
    ],
    [
      "To make sure it's you, we send a code to one of your recovery contacts. Enter it only in the field where I ask for it, never in a message.",
    ],
    [
      'You can also type ',
      ...[b('reset-password'), ', ', b('unlock'), ', ', b('change-password'), ', ', b('enroll'), ', '],
      ...[b('status'), ' or ', b('cancel'), '.'],
    ],
  ],
  threeChoices: ['What happened?'],
  lostContact: [
    'Locked out? Choose what happened. Still able to sign in? Then remove the lost phone or email, and add another contact.',
  ],
  greeting: [
    'Hello! I can reset your password, unlock your account, or show your recovery contacts. Write ',
    b('reset password'),
    ', ',
    b('unlock'),
    ' or ',
    b('enroll'),
    ', or ',
    b('help'),
    ' to see more.',
  ],
  thanks: ["You're welcome."],
  smallTalk: ["I'm here if you need me. Write ", b('help'), ' to see what I can do.'],
  otherTrouble: [
    'I can only help with a forgotten password or a locked account. For anything else, press the button to reach the helpdesk.',
  ],
  noteIntro: ["I'll ask the helpdesk to write to you."],
  noteLabel: 'What is it about?',
  noteHint: 'One short line',
  noteRule: ["Don't write passwords or codes here. The helpdesk never needs them."],
  helpdeskTold: ["I've told the helpdesk that you need help. They can write to you here."],
  helpdeskTelling: ["I'm telling the helpdesk. If nobody writes to you within an hour, please call them."],
  helpdeskKnows: (since) => ['I told the helpdesk at ', t(since), ' that you need help. In a hurry? Please call them.'],
  helpdeskNotReached: ["I couldn't reach the helpdesk just now. Please call them."],
  askHelpdeskYourself: ['I can only help with a forgotten password or a locked account. Please ask the helpdesk.'],
  forgotOnSignInPage: [
    "If your company's sign-in page shows ",
    b('Forgot password?'),
    ', you can also use that. It sends a link for a new password to your work address.',
  ],
  helpdeskContact: (contact) => ['Helpdesk: ', contact],
  nothingOpen: ['You have no open request.'],
  nothingOpenButLast: ['You have no open request. This was the last one:'],
  cancelWhich: (open) => [
    open === 1
      ? 'Only this request is open. Do you want to cancel it?'
      : `You have ${open === 2 ? 'two' : 'several'} open requests. Which one do you want to cancel?`,
  ],
  cancelButton: {
    reset: 'Cancel password reset',
    unlock: 'Cancel unlock',
    change: 'Cancel password change',
    enroll: 'Stop changing contacts',
  },
  continuedBelow: ['This request continues in a newer message below.'],
  codeInMessage: [
    "That looked like a code, so I've ignored it. Enter codes only in the field where I ask for them. If somebody asked you to send it here, tell the helpdesk.",
  ],
  homeOtherIntro: ['For something other than what is open above.'],
  homeIntro: ['Get back into your account in a minute or two, with a code we send to one of your recovery contacts.'],
  tooOften: "That's a lot of requests in a short time. Please wait a minute and try again.",
  sorry: 'Something went wrong on our side. Nothing has changed. Please try again in a moment, or ask the helpdesk.',
  oldButton: ['This button is from an older message and no longer works. To see what I can do, send me "help".'],
};
