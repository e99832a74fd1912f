// The words that the bot understands.

/** The words that the bot understands. Each expression is tested on lower-case text and must take linear time. */
export interface IntentWords {
  readonly cancel: RegExp;
  readonly status: RegExp;
  readonly reset: RegExp;
  readonly unlock: RegExp;
  /** To change a password that is known: the command, and what people write for it. */
  readonly change: RegExp;
  readonly enroll: RegExp;
  /** To see, add or remove a contact, or to have a new one: in other words than `enroll`. */
  readonly ownContacts: RegExp;
  /** A phone or mailbox that codes can no longer reach. */
  readonly lostContact: RegExp;
  /** A few words may stand in between, as in "did not ask for this unlock". A comma ends the negated part. */
  readonly negated: RegExp;
  readonly notMine: RegExp;
  readonly question: RegExp;
  /** A question of somebody who may have seen what others did. It must reach a person, not start a request. */
  readonly suspects: RegExp;
  /** A whole text that asks for help, or what the bot can do. */
  readonly help: RegExp;
  readonly lockedOut: RegExp;
  readonly forgotPassword: RegExp;
  readonly thanks: RegExp;
  readonly greeting: RegExp;
  /** One whole word that asks for nothing, greetings and thanks included. A text of such words only needs no choices. */
  readonly pleasantry: RegExp;
  /** Things that have nothing to do with an account. */
  readonly otherThing: RegExp;
  /** Anything that may have to do with an account. */
  readonly accountThing: RegExp;
  /** Words for a code. Ignores upper and lower case. */
  readonly namesCode: RegExp;
  /** A word for a password or code, and what follows it: the second group is what it is said to be. Ignores case, finds all. */
  readonly tellsSecret: RegExp;
}
