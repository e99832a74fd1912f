// What the web pages say, as a type: the bot's copy holds the sentences by language, the pages hold layout and escaping.

/** Plain text is never markup: the page escapes all of it. `name` is a person's name, `code` is to be typed or quoted as it stands. */
export type PhraseSpan = string | { readonly strong: string } | { readonly code: string } | { readonly name: string };
export type Phrase = readonly PhraseSpan[];

export interface PageText {
  /** For the browser's tab; the company's name is put behind it. */
  readonly title: string;
  readonly heading: Phrase;
  readonly paragraphs: readonly Phrase[];
  /** What its one button says, where it has one. */
  readonly button?: string;
  /** Small print under the button. */
  readonly note?: Phrase;
  readonly foot?: Phrase;
}

export interface PageCopy {
  /** As in the `lang` attribute of HTML. */
  readonly language: string;
  /** Who runs this, what it keeps and what not. */
  readonly about: (company: string) => PageText;
  /** The link may be used: one button. `givenName` as the directory has it, where it has one. */
  readonly live: (givenName: string | undefined) => PageText;
  /** Used, expired, foreign, guessed or misspelt: nobody learns which. */
  readonly dead: PageText;
  readonly busy: PageText;
  readonly unreachable: PageText;
  readonly refused: PageText;
  /** The form was sent from another website. */
  readonly foreign: PageText;
  /** The sign-in page is at a host that the form may not lead to by itself. */
  readonly elsewhere: (host: string) => PageText;
  readonly crowded: PageText;
  /** `reference`: what finds the request in the log. */
  readonly broken: (reference: string) => PageText;
  /** Stands under every page. */
  readonly promise: Phrase;
  /** What a button says once it was pressed. */
  readonly opening: string;
}
