// English for failed sign-ins: how many, since when and from where.
import type { FailedSignIns, LockFacts, SignInOrigin } from '../../../flows/lock.ts';
import type { Text } from '../../cards/card.ts';

export const failed = (count: number): string => (count === 1 ? '1 failed sign-in' : `${count} failed sign-ins`);

/** `in the Netherlands`, and not `in Netherlands`. */
const withArticle =
  /^(United |Netherlands$|Philippines$|Maldives$|Bahamas$|Gambia$|Comoros$|Dominican R|Central African R)|Islands$|Territor/;

function countryName(code: string): string {
  // Anything else would be an error here.
  if (!/^[A-Z]{2}$/.test(code)) return code;
  const name = new Intl.DisplayNames(['en'], { type: 'region' }).of(code) ?? code;
  return withArticle.test(name) ? `the ${name}` : name;
}

/** `Outlook on a phone in Germany`, or as much of it as is known. */
function originWords({ application, device, country }: SignInOrigin): string {
  const used = application === undefined ? (device === undefined ? '' : `a ${device}`) : application;
  const on = application === undefined || device === undefined ? '' : ` on a ${device}`;
  if (country === undefined) return `${used}${on}`;
  return used === '' ? countryName(country) : `${used}${on} in ${countryName(country)}`;
}

const each = (origins: readonly SignInOrigin[]): string =>
  origins.map((origin) => `${origin.count} from ${originWords(origin)}`).join(', ');

/** Its beginning, where one origin has most of them. */
function mostFrom({ count, origins }: FailedSignIns): string | undefined {
  const [first] = origins;
  if (first === undefined) return '';
  if (first.count === count) return count === 1 ? `, from ${originWords(first)}` : `, all from ${originWords(first)}`;
  return first.count * 2 > count ? `, most from ${originWords(first)}` : undefined;
}

/** The directory is named by the sentence before. */
const startOf = ({ of }: LockFacts, { count, isAtLeast, since }: FailedSignIns): Text => {
  const [where, atLeast] = of === 'both' ? ['At the sign-in service: ', 'at least '] : ['', 'At least '];
  return [`${where}${isAtLeast === true ? atLeast : ''}${failed(count)} since `, { time: since }];
};

/** For the person: `12 failed sign-ins since 08:10, most from Outlook on a phone in Germany.` */
export function triedMostly(lock: LockFacts): readonly Text[] {
  const { signIns } = lock;
  if (signIns === undefined) return [];
  return [[...startOf(lock, signIns), `${mostFrom(signIns) ?? `: ${each(signIns.origins)}`}.`]];
}

/** For the helpdesk, which reads of the others too: `12 failed sign-ins since 08:10: 8 from Outlook on a phone in Germany, 4 from …` */
export function triedFrom(lock: LockFacts | undefined): readonly Text[] {
  if (lock?.signIns === undefined) return [];
  const { count, origins } = lock.signIns;
  const isFromOne = origins.length === 0 || origins[0]?.count === count;
  return [[...startOf(lock, lock.signIns), `${isFromOne ? mostFrom(lock.signIns) : `: ${each(origins)}`}.`]];
}
