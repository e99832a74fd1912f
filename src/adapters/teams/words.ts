// The sentences that only this adapter needs: about Teams' own cards and chats, never about a flow.
import { copy } from '../../bot/copy/language.ts';

const { close, somebody, notice, utcTime, dayAndTime, tooOften } = copy;
export const words = {
  ...copy.teams,
  continue: copy.buttons.continue,
  close,
  somebody,
  notice,
  utcTime,
  dayAndTime,
  tooOften,
} as const;
