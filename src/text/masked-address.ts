// What is shown of an address: enough for its owner to know it, too little for anybody else.
import { isShownWhole } from './shown-name.ts';

const hidden = '•••';
/** A label of a domain has at most 63 characters (RFC 1035). */
const maskedCharsAtMost = 80;
/** No address and no number is longer (RFC 5321). */
const addressCharsAtMost = 320;

/** `j•••@g•••.com`: first letters and the last label. Undefined if it is not an address, or if nobody could read what is shown. */
export function maskEmail(address: string): string | undefined {
  if (address.length > addressCharsAtMost) return undefined;
  const at = address.lastIndexOf('@');
  const [local = ''] = address.slice(0, Math.max(at, 0));
  const labels = address.slice(at + 1).split('.');
  const [first = ''] = labels[0] ?? '';
  const last = labels.at(-1) ?? '';
  if (at < 1 || labels.length < 2 || labels.includes('')) return undefined;
  const masked = `${local}${hidden}@${first}${hidden}.${last}`;
  return isShownWhole(masked, maskedCharsAtMost) ? masked : undefined;
}

/** `•••12`: the last two digits. Undefined if the number is too short to hide anything. */
export function maskPhone(number: string): string | undefined {
  if (number.length > addressCharsAtMost) return undefined;
  const digits = number.replaceAll(/\D/g, '');
  return digits.length < 6 ? undefined : `${hidden}${digits.slice(-2)}`;
}
