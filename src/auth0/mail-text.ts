// Whether a text that Auth0 sends has one of Auth0's words in it, as an administrator may write it.

/** Liquid allows spaces, a filter behind the word, and a dash that takes white space away. */
const words = /\{\{-?\s*([\w.]+)/g;

export const saysIn = (text: string, word: string): boolean =>
  [...text.matchAll(words)].some(([, found]) => found === word);
