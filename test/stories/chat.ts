// A person at a chat client, in words that hold on every platform. They see what the platform would show them.

export interface Chat {
  /** Types the command. */
  asks(what: 'reset-password' | 'unlock' | 'change-password' | 'enroll', words?: string): Promise<void>;
  /** The same, without waiting for the result. */
  fires(what: 'reset-password' | 'unlock'): Promise<void>;
  /** Writes a private message to the bot. */
  writes(words: string): Promise<void>;
  /** Waits until the window shows this, or, without a window, the newest private message. */
  sees(text: string | RegExp): Promise<string>;
  /** The same, but only in a window. */
  seesInWindow(text: string | RegExp): Promise<string>;
  /** What the person sees now. */
  screen(): string;
  /** Waits until this error is shown beside the input. */
  seesBesideInput(text: string | RegExp): Promise<string>;
  /** Waits until the newest private message shows this. */
  reads(text: string | RegExp): Promise<string>;
  /** The newest private message as it is now. */
  message(): string;
  /** Every private message of the bot as it is now, oldest first. */
  messages(): readonly string[];
  /** What the phone showed of the bot's messages, oldest first. */
  notifications(): readonly string[];
  /** Short messages that only this person sees, beside the request's own message; newest last. */
  whispers(): readonly string[];
  hears(text: string | RegExp): Promise<string>;
  /** The options in the window, or, without a window, in the newest private message. */
  choices(): readonly string[];
  picks(label: string | RegExp): Promise<void>;
  /** Presses the window's main button, or, without a window, that of the newest private message. */
  submits(): Promise<void>;
  types(code: string): Promise<void>;
  /** Fills in the line that asks what the trouble is about. */
  describes(trouble: string): Promise<void>;
  /** The labels of the buttons that the person sees. */
  buttons(): readonly string[];
  /** Waits until the person sees exactly these buttons. */
  isOffered(...labels: readonly string[]): Promise<void>;
  /** Presses a button in the window, or, without a window, in the newest private message. */
  presses(label: string): Promise<void>;
  /**
   * Goes from a message about the request to where the person can act: a window that the message opens, or the message
   * itself.
   */
  continues(): Promise<void>;
  pressesInMessage(label: string): Promise<void>;
  /** The question that the newest private message asks before it sends this press. Undefined: none. */
  asksBefore(label: string): Question | undefined;
  /** Prepares a press on the newest private message as it is now, to be sent later, by this person or by a forger. */
  remembers(label: string): (by: Chat) => Promise<void>;
  /** Sends a press that `remembers` has prepared. */
  forges(press: Forged): Promise<void>;
  /** The link of a button in the newest private message. */
  linkOf(label: string): string | undefined;
  /** If one is open. */
  closesWindow(): Promise<void>;
}

export interface Question {
  readonly text: string;
  /** The button that sends. */
  readonly yes: string;
  readonly isWarning: boolean;
}

/** The content of a press, in the platform's format. */
export interface Forged {
  readonly place: string;
  readonly button: string;
}

/** The helpdesk's channel as one of its members sees it. */
export interface HelpdeskChannel {
  /** The cards, oldest first. */
  cards(): readonly string[];
  /** What this agent's phone showed of the bot's messages in this channel, oldest first. */
  notifications(): readonly string[];
  seesCard(text: string | RegExp): Promise<string>;
  /** Presses the button on the newest card that has it. */
  presses(label: string): Promise<void>;
  /** Prepares a press on the card as it is now, to be sent when the card may have changed. */
  remembers(label: string): () => Promise<void>;
  /** Waits until the newest card has exactly these buttons. */
  isOffered(...labels: readonly string[]): Promise<void>;
  picks(label: string | RegExp): Promise<void>;
  submits(): Promise<void>;
  /** Waits until a form is open and shows this. */
  seesForm(text: string | RegExp): Promise<string>;
  whispers(): readonly string[];
  hears(text: string | RegExp): Promise<string>;
}

export const shows = (text: string, wanted: string | RegExp): boolean =>
  typeof wanted === 'string' ? text.includes(wanted) : wanted.test(text);

/** These texts in this order, with anything between them. */
export const inOrder = (...texts: readonly string[]): RegExp =>
  new RegExp(texts.map((text) => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')).join('.*'), 's');

const lookEveryMs = 10;

/**
 * Waits until `look` returns something; the error says what was there instead. The limit is a number of looks, not a
 * time: a busy machine looks less often, so its load does not make the wait fail.
 */
export async function eventually<T>(
  look: () => T | undefined | Promise<T | undefined>,
  otherwise: () => string,
  withinMs = 10_000,
): Promise<T> {
  for (let left = withinMs / lookEveryMs; left > 0; left -= 1) {
    const found = await look();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
  }
  throw new Error(`it never came; there was:\n${otherwise()}`);
}

/** Waits until this text matches. */
export const eventuallyShows = (text: () => string, wanted: string | RegExp): Promise<string> =>
  eventually(
    () => (shows(text(), wanted) ? text() : undefined),
    () => `${text()}\n(wanted: ${String(wanted)})`,
  );
