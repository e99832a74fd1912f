// The country of a phone number, as far as the number tells.
import { beginning } from './bounded-text.ts';

/** Longer than every number (E.164 allows 15 digits). */
const charsAtMost = 32;

/**
 * ISO 3166, e.g. `DE`; the calling code, e.g. `+881`, where the number belongs to no country or it cannot be told to which; `unknown`.
 * `phone`: with a plus and its calling code.
 */
export async function phoneCountry(phone: string): Promise<string> {
  const { parsePhoneNumberFromString } = await import('libphonenumber-js/max');
  const number = parsePhoneNumberFromString(beginning(phone, charsAtMost), { extract: false });
  if (number === undefined) return 'unknown';
  return number.country ?? `+${number.countryCallingCode}`;
}
