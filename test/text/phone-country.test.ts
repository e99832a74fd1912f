import { expect, it } from 'vitest';
import { phoneCountry } from '../../src/text/phone-country.ts';

it.each([
  ['+4915112345678', 'DE'],
  ['+14165550123', 'CA'],
  ['+12125550123', 'US'],
  ['+447400123456', 'GB'],
  // Satellites belong to no country.
  ['+88112345678', '+881'],
  ['', 'unknown'],
  ['no number', 'unknown'],
  ['+'.repeat(100_000), 'unknown'],
])('the country of %s is %s', async (phone, country) => {
  expect(await phoneCountry(phone)).toBe(country);
});
