// What this app uses of Teams: the words that its command list offers. The manifest is made from it; people may type anything else.
import type { Intent } from '../../bot/conversation.ts';

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
    description: 'Choose a new password after a code proves it is you',
  },
  { title: 'unlock', intent: 'unlock', description: 'Unlock your account after a code proves it is you' },
  { title: 'status', intent: 'status', description: 'How your request stands' },
  { title: 'cancel', intent: 'cancel', description: 'Cancel your request' },
  { title: 'help', intent: 'help', description: 'What I can do for you' },
];
