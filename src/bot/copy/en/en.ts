// English. Say what happened and what to do, as a good colleague would in a hurry.
import type { Copy } from '../copy.ts';
import { ended } from './ended.ts';
import { enrolment } from './enrolment.ts';
import { helpdesk } from './helpdesk.ts';
import { intentWords } from './intent-words.ts';
import { notifications } from './notifications.ts';
import { pages } from './pages.ts';
import { person } from './person.ts';
import { app, commands, slack, teams } from './platforms.ts';

export const en: Copy = {
  ...person,
  ...enrolment,
  ...helpdesk,
  ended,
  close: 'Close',
  somebody: 'a colleague',
  notice: 'Please note',
  utcTime: ({ time, withDay, toTheSecond }) => {
    // Rounded up, so that nobody comes a moment too early.
    const written = new Date(toTheSecond === true ? Math.ceil(time / 1000) * 1000 : time).toISOString();
    const day = withDay === true ? `${written.slice(0, 10)}, ` : '';
    return `${day}${written.slice(11, toTheSecond === true ? 19 : 16)} UTC`;
  },
  dayAndTime: (day, time) => `${day} at ${time}`,
  notifications,
  app,
  commands,
  slack,
  teams,
  pages,
  intentWords,
};
