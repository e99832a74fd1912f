// What a web page says, without layout and escaping.

/** Every text is escaped, so none is markup. `name`: a person’s name. `code`: text to type or quote exactly. */
export type PlainSpan = string | { readonly strong: string } | { readonly code: string } | { readonly name: string };
export type PlainPhrase = readonly PlainSpan[];

/** `day`, `moment` and `clock` (no day): milliseconds since 1970, in UTC; a browser with JavaScript shows them in its own zone. */
export type PhraseSpan =
  | PlainSpan
  | { readonly day: number }
  | { readonly moment: number }
  | { readonly clock: number };
export type Phrase = readonly PhraseSpan[];

export interface PageText {
  /** For the browser’s tab; the page appends the company’s name. */
  readonly title: string;
  readonly heading: Phrase;
  readonly paragraphs: readonly Phrase[];
  /** The label of the only button, if there is one. */
  readonly button?: string;
  /** Small print under the button. */
  readonly note?: Phrase;
  readonly foot?: Phrase;
}
