// The texts that this adapter itself needs: about Slack's buttons and windows, never about a flow.
import { copy } from '../../bot/copy/language.ts';

const { close, somebody, notice, utcTime, dayAndTime, tooOften, sorry } = copy;
export const words = {
  ...copy.slack,
  continue: copy.buttons.continue,
  enterCode: copy.buttons.enterCode,
  close,
  somebody,
  notice,
  utcTime,
  dayAndTime,
  tooOften,
  sorry,
} as const;
