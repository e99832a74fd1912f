// From where somebody tried to sign in, as one entry of the tenant's log tells it: in words that name no person. The address is never
// read, and what is read of the browser is only whether it is that of a phone.
import { applicationCharsAtMost, type SignInOrigin } from '../flows/lock.ts';
import { beginning } from '../text/bounded-text.ts';
import { shownName } from '../text/shown-name.ts';
import type { FailureEntry } from './schemas.ts';

export type EntryOrigin = Omit<SignInOrigin, 'count'>;

export function originIn({ client_name, isMobile, user_agent, location_info }: FailureEntry): EntryOrigin {
  const application = applicationIn(client_name ?? '');
  const device = deviceIn(isMobile, user_agent ?? '');
  const country = countryIn(location_info?.country_code ?? '');
  return {
    ...(application === undefined ? {} : { application }),
    ...(device === undefined ? {} : { device }),
    ...(country === undefined ? {} : { country }),
  };
}

/** Applications have names of people, and addresses, where somebody has called them so. A number with dots may be an IP address. */
const addressLike = /@|:\/\/|www\.|\d\.\d+\.\d|[\da-f]:[\da-f]*:/i;

/** Administrators write it, and whoever may register an application by themselves. */
function applicationIn(name: string): string | undefined {
  const shown = shownName(name, applicationCharsAtMost);
  // In the whole name: what is cut off may have made it an address.
  return shown === '' || addressLike.test(beginning(name, 1_000)) ? undefined : shown;
}

const browserCharsAtMost = 500;
const tablet = /ipad|tablet/i;
const phone = /mobile|iphone|android|windows phone/i;
const computer = /windows|mac os|macintosh|linux|x11|cros|chrome os/i;

/** Without a browser, Auth0 calls everything no mobile device. */
function deviceIn(isMobile: boolean | undefined, browser: string): SignInOrigin['device'] {
  const read = beginning(browser, browserCharsAtMost);
  if (tablet.test(read)) return undefined;
  if (isMobile === true || (isMobile === undefined && phone.test(read))) return 'phone';
  if (phone.test(read) || read.trim() === '') return undefined;
  return isMobile === false || computer.test(read) ? 'computer' : undefined;
}

/** Only a code that has a name: Auth0's source writes others for proxies and for places that it does not know. */
function countryIn(code: string): string | undefined {
  if (!/^[A-Z]{2}$/.test(code) || /^(AA|Q[M-Z]|X[A-JL-Z]|ZZ|EU|EZ|UN)$/.test(code)) return undefined;
  const names = new Intl.DisplayNames(['en'], { type: 'region', fallback: 'none' });
  return names.of(code) === undefined ? undefined : code;
}
