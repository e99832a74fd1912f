// The rules by which a password can be refused, in the flows' own words. The password itself never comes into this folder.

/**
 * `too-weak`: the provider's rule about length and kinds of characters, of which it does not say which one. `too-plain`: too few kinds of
 * characters. `not-writable`: it holds something that cannot be typed again, like a control character. `not-ascii`: something that would
 * arrive damaged.
 */
export type PasswordRule =
  | 'too-short'
  | 'too-long'
  | 'too-weak'
  | 'too-plain'
  | 'too-common'
  | 'used-before'
  | 'holds-name'
  | 'not-writable'
  | 'not-ascii';
