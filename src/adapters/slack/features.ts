// The Slack features that this app uses: commands, events and scopes. The manifest and the adapter use the same lists.
import { copy } from '../../bot/copy/language.ts';
import type { FlowKind } from '../../flows/state.ts';

export interface SlackCommand {
  readonly name: string;
  readonly kind: FlowKind;
  readonly description: string;
}

/** Slack's slash commands have no namespace: the app installed last wins. Hence the prefix, e.g. `acme` → `/acme-unlock`. */
export function slackCommands(prefix = ''): readonly SlackCommand[] {
  const plain = prefix.replace(/^\//, '').replace(/-$/, '');
  const start = plain === '' ? '/' : `/${plain}-`;
  return [
    {
      name: `${start}reset-password`,
      kind: 'reset',
      description: copy.commands.reset,
    },
    { name: `${start}unlock`, kind: 'unlock', description: copy.commands.unlock },
    { name: `${start}change-password`, kind: 'change', description: copy.commands.change },
    { name: `${start}enroll`, kind: 'enroll', description: copy.commands.enroll },
  ];
}

/** Events: `name` as in the manifest, `listener` as in the delivered event. */
export const slackEvents = [
  { name: 'message.im', listener: 'message' },
  { name: 'app_home_opened', listener: 'app_home_opened' },
] as const;

/** Every bot scope, with the feature that needs it. */
export const scopeReasons = {
  commands: 'The slash commands.',
  'chat:write': 'Direct messages to people, and cards in helpdesk channels that the bot was invited to.',
  'im:history': 'Receives what people write to the bot in its own direct messages (event message.im), nothing else.',
  'users:read': 'Tells employees from guests, bots, deactivated people and people of other companies.',
  'users:read.email': "Finds the person's account by the work email that Slack confirmed.",
  'channels:read': 'Who is in a public helpdesk channel, and whether it is shared with another company.',
  'groups:read':
    'Who is in a private helpdesk channel that the bot was invited to, and whether it is shared with another company.',
} as const;

/** Read about a helpdesk channel: not needed where the policy names none in Slack. */
const ofChannels: readonly string[] = ['channels:read', 'groups:read'];

/** The fewest scopes for these settings. */
export const requiredScopes = ({ hasChannels = true }: { readonly hasChannels?: boolean } = {}): readonly string[] =>
  Object.keys(scopeReasons).filter((scope) => hasChannels || !ofChannels.includes(scope));
