// What a page of a browser session is made from.

import type { EnrolmentView } from '../../flows/enrolment-access.ts';
import type { Instant } from '../../flows/ids.ts';
import type { Told } from '../enrolment-cookie.ts';
import type { HiddenFields } from './form-parts.ts';

export interface Shown {
  readonly view: EnrolmentView;
  readonly now: Instant;
  readonly told?: Told;
  /** For every form of the page. */
  readonly fields: HiddenFields;
  readonly offersRecoveryCodes: boolean;
}

export const secondsUntil = (time: Instant, now: Instant): number => Math.max(1, Math.ceil((time - now) / 1000));
