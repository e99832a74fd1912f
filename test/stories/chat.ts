// A person at a chat client, in words that hold on every platform. What she sees is what the platform would show her.

export interface Chat {
  /** Types the command. */
  asks(what: 'reset-password' | 'unlock', words?: string): Promise<void>;
  /** The same, without a look at what becomes of it. */
  fires(what: 'reset-password' | 'unlock'): Promise<void>;
  /** Writes to the bot in private. */
  writes(words: string): Promise<void>;
  /** Waits until the window, or without one the newest private message, shows this. */
  sees(text: string | RegExp): Promise<string>;
  /** The same, and only in a window. */
  seesInWindow(text: string | RegExp): Promise<string>;
  /** What is in front of her now. */
  screen(): string;
  /** What is wrong, told beside the input. */
  seesBesideInput(text: string | RegExp): Promise<string>;
  /** Waits until the newest private message shows this. */
  reads(text: string | RegExp): Promise<string>;
  /** What stands in the newest private message now. */
  message(): string;
  /** Every private message of the bot as it stands now, the oldest first. */
  messages(): readonly string[];
  /** Sentences to her alone, beside what goes on; the newest last. */
  whispers(): readonly string[];
  hears(text: string | RegExp): Promise<string>;
  /** The choices in the window. */
  choices(): readonly string[];
  picks(label: string | RegExp): Promise<void>;
  /** The window's main button. */
  submits(): Promise<void>;
  types(code: string): Promise<void>;
  /** The labels of the buttons in front of her. */
  buttons(): readonly string[];
  /** Waits until exactly these buttons are in front of her. */
  isOffered(...labels: readonly string[]): Promise<void>;
  /** A button in the window, or without one in the newest private message. */
  presses(label: string): Promise<void>;
  /** From a message about her request to where she can act on it: a window that it opens, or the message itself. */
  continues(): Promise<void>;
  pressesInMessage(label: string): Promise<void>;
  /** A press on the newest private message as it is now, to be carried out later, by her or by somebody who forges it. */
  remembers(label: string): (by: Chat) => Promise<void>;
  /** Sends a press that a `remembers` prepared. */
  forges(press: Forged): Promise<void>;
  /** The address behind a button of the newest private message. */
  linkOf(label: string): string | undefined;
  /** Where there is one. */
  closesWindow(): Promise<void>;
}

/** What a press says, in the platform's own terms. */
export interface Forged {
  readonly place: string;
  readonly button: string;
}

/** The helpdesk's channel as one of its members sees it. */
export interface Desk {
  /** The cards, oldest first. */
  cards(): readonly string[];
  seesCard(text: string | RegExp): Promise<string>;
  /** On the newest card that has such a button. */
  presses(label: string): Promise<void>;
  /** A press prepared on what stands there now, to be carried out when the card may look different. */
  remembers(label: string): () => Promise<void>;
  /** Waits until the newest card has exactly these buttons. */
  isOffered(...labels: readonly string[]): Promise<void>;
  picks(label: string | RegExp): Promise<void>;
  submits(): Promise<void>;
  /** Waits for a form to open, and for what stands in it. */
  seesForm(text: string | RegExp): Promise<string>;
  whispers(): readonly string[];
  hears(text: string | RegExp): Promise<string>;
}

export const shows = (text: string, wanted: string | RegExp): boolean =>
  typeof wanted === 'string' ? text.includes(wanted) : wanted.test(text);

/** These texts one after the other, with anything between them. */
export const inOrder = (...texts: readonly string[]): RegExp =>
  new RegExp(texts.map((text) => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')).join('.*'), 's');

const lookEveryMs = 10;

/**
 * Waits until `look` gives something; says what was there instead when it never does. Patience is counted in looks: a
 * machine that is busy elsewhere looks seldom, and nobody runs out of it because of that.
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

/** Waits until this text shows what is wanted. */
export const eventuallyShows = (text: () => string, wanted: string | RegExp): Promise<string> =>
  eventually(
    () => (shows(text(), wanted) ? text() : undefined),
    () => `${text()}\n(wanted: ${String(wanted)})`,
  );
