// The few sentences that only this adapter can need to say: about Slack's own buttons and windows, never about a flow.
import { copy } from '../../bot/copy/language.ts';

const { close, somebody, notice, utcTime, dayAndTime, tooOften, sorry } = copy;
export const words = {
  ...copy.slack,
  continue: copy.buttons.continue,
  close,
  somebody,
  notice,
  utcTime,
  dayAndTime,
  tooOften,
  sorry,
} as const;
