// English. Say what happened and what to do, as a good colleague would in a hurry.
import type { Copy } from '../copy.ts';
import { ended } from './ended.ts';
import { enrolment } from './enrolment.ts';
import { helpdesk } from './helpdesk.ts';
import { intentWords } from './intent-words.ts';
import { notices } from './notices.ts';
import { notifications } from './notifications.ts';
import { pages } from './pages.ts';
import { person } from './person.ts';
import { app, commands, slack, teams } from './platforms.ts';
import { recovery } from './recovery.ts';
import { rest } from './rest.ts';
import { utcTime } from './sentence-parts.ts';

export const en: Copy = {
  ...person,
  ...enrolment,
  ...helpdesk,
  ended,
  recovery,
  close: 'Close',
  somebody: 'a colleague',
  notice: 'Please note',
  utcTime,
  dayAndTime: (day, time) => `${day} at ${time}`,
  notifications,
  app,
  commands,
  slack,
  teams,
  pages,
  notices,
  rest,
  intentWords,
};
