// The few sentences that only this adapter can need to say: about Teams' own cards and chats, never about a flow.
export const words = {
  somebody: 'a colleague',
  notice: 'Please note',
  close: 'Close',
  submit: 'Continue',
  back: 'Go back',
  required: 'Please fill this in.',
  oldButton: 'This button is from an old message. Please start again: type unlock or reset-password.',
  tooOften: "That's a lot of requests in a short time. Please wait a minute, then try once more.",
  answeredInPrivate: "I've answered you in our private chat.",
  writeInPrivate:
    "This works in private only, and I can't write to you yet. Please open a chat with me and say it there. If you don't find me, add me under Apps.",
  employeesOnly: 'Only employees of this company can use this, so nothing was done.',
  cannotConfirm:
    "We couldn't confirm with Teams who you are just now. Nothing has changed. Please try again in a moment.",
  notHere: "You aren't in this conversation any more, so nothing was done.",
  stillAtIt: 'This takes a little longer. The message changes by itself.',
  noted: 'Noted. The message changes by itself.',
  pressAgain:
    'Your Teams could not show the answer here. Please use the buttons of the message in an up-to-date Teams.',
} as const;
