// The commands that Teams offers for this bot. The manifest is generated from them. People may type anything else too.
import type { Intent } from '../../bot/conversation.ts';
import { copy } from '../../bot/copy/language.ts';

export interface TeamsCommand {
  /** Teams puts this into the compose box; it then arrives as an ordinary message. */
  readonly title: string;
  readonly intent: Intent;
  readonly description: string;
}

export const teamsCommands: readonly TeamsCommand[] = [
  {
    title: 'reset-password',
    intent: 'reset',
    description: copy.commands.reset,
  },
  { title: 'unlock', intent: 'unlock', description: copy.commands.unlock },
  { title: 'change-password', intent: 'change', description: copy.commands.change },
  { title: 'enroll', intent: 'enroll', description: copy.commands.enroll },
  { title: 'status', intent: 'status', description: copy.commands.status },
  { title: 'cancel', intent: 'cancel', description: copy.commands.cancel },
  { title: 'help', intent: 'help', description: copy.commands.help },
];
