// The few sentences that only this adapter can need to say: about Slack's own buttons and windows, never about a flow.
export const words = {
  somebody: 'somebody',
  moment: 'One moment…',
  momentTitle: 'One moment',
  notice: 'Please note',
  close: 'Close',
  continue: 'Continue',
  submit: 'Continue',
  oldButton: 'This button is from an old message. Please start again, for example on my Home tab.',
  oldWindow: 'This window is from an old version. Please close it and start again.',
  noWindow: "Slack couldn't open a window just now. Nothing has changed. Please press the button again.",
  tooOften: "That's a lot of requests in a short time. Please wait a minute, then try once more.",
  sentInPrivate: "I've sent you the answer as a direct message.",
  finished: 'All done here. You can close this window.',
  sorry: 'Something went wrong on our side. Nothing has changed. Please try again in a moment.',
} as const;
