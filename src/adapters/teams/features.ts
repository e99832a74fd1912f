// What this app uses of Teams: the words that its command list offers. The manifest is made from it; people may type anything else.
import type { Intent } from '../../bot/conversation.ts';
import { copy } from '../../bot/copy/language.ts';

export interface TeamsCommand {
  /** What is put into the compose box and then arrives as an ordinary message. */
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
  { title: 'status', intent: 'status', description: copy.commands.status },
  { title: 'cancel', intent: 'cancel', description: copy.commands.cancel },
  { title: 'help', intent: 'help', description: copy.commands.help },
];
