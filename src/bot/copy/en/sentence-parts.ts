// Parts of English sentences that several texts use.

import type { DenyReason } from '../../../flows/ending.ts';
import { type Instant, instant } from '../../../flows/ids.ts';
import type { Approval } from '../../../flows/state.ts';
import type { Text, TimeSpan } from '../../cards/card.ts';

/** The approvers of a request, as `A and B`. */
export const people = (approvals: readonly Approval[]): Text =>
  approvals.flatMap((approval, index) => [...(index === 0 ? [] : [' and ']), { person: approval.by }]);

const told: Readonly<Record<DenyReason, string>> = {
  'not-convinced': "they couldn't make sure that it's you",
  suspicious: 'the request looked unusual',
  'contact-helpdesk': 'please talk to them first',
  'not-entitled': "this account can't be changed here",
};

/** What the person reads of a denial. The agent reads it too, before they choose. */
export const declined = (reason: DenyReason): string => `The helpdesk declined: ${told[reason]}.`;

const platforms: Readonly<Record<string, string>> = { slack: 'Slack', teams: 'Microsoft Teams' };

export const platformName = (platform: string): string => platforms[platform] ?? 'your company chat';

export const minutes = (seconds: number): string => {
  const whole = Math.max(1, Math.round(seconds / 60));
  return whole === 1 ? '1 minute' : `${whole} minutes`;
};

/** A wait, so never too short. */
const minutesUp = (seconds: number): string => minutes(Math.ceil(seconds / 60) * 60);

/** The same, in seconds if it is less than a minute. */
export const waitFor = (seconds: number): string => {
  if (seconds >= 60) return minutesUp(seconds);
  return seconds === 1 ? '1 second' : `${seconds} seconds`;
};

const minuteMs = 60_000;
/** From when something is possible. Times are shown without seconds, so this is the next full minute: never too early. */
export const from = (time: Instant): TimeSpan => ({ time: instant(Math.ceil(time / minuteMs) * minuteMs) });

/** The same, up to a day away. */
export const fromDay = (time: Instant): TimeSpan => ({ ...from(time), withDay: true });

/** A time in UTC, for places that cannot show it in the reader's own zone. */
export function utcTime({ time, withDay, toTheSecond }: TimeSpan): string {
  // Rounded up, so that nobody comes a moment too early.
  const written = new Date(toTheSecond === true ? Math.ceil(time / 1000) * 1000 : time).toISOString();
  const day = withDay === true ? `${written.slice(0, 10)}, ` : '';
  return `${day}${written.slice(11, toTheSecond === true ? 19 : 16)} UTC`;
}
