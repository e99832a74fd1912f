// Every mutant of this project.
import { auth0 } from './lists/auth0.ts';
import { bot } from './lists/bot.ts';
import { contacts } from './lists/contacts.ts';
import { engine } from './lists/engine.ts';
import { enrolment } from './lists/enrolment.ts';
import { enrolmentPages } from './lists/enrolment-pages.ts';
import { entrances } from './lists/entrances.ts';
import { flows } from './lists/flows.ts';
import { house } from './lists/house.ts';
import { ldap } from './lists/ldap.ts';
import { noticesByMail } from './lists/notices.ts';
import { recoveryPages } from './lists/recovery-pages.ts';
import { rest } from './lists/rest.ts';
import { secondProof } from './lists/second-proof.ts';
import { slack } from './lists/slack.ts';
import { teams } from './lists/teams.ts';
import { telling } from './lists/telling.ts';
import { web } from './lists/web.ts';
import type { Mutant } from './mutant.ts';

export const mutants: readonly Mutant[] = [
  ...flows,
  ...rest,
  ...entrances,
  ...secondProof,
  ...bot,
  ...auth0,
  ...contacts,
  ...noticesByMail,
  ...ldap,
  ...slack,
  ...teams,
  ...web,
  ...enrolment,
  ...enrolmentPages,
  ...recoveryPages,
  ...engine,
  ...telling,
  ...house,
];
