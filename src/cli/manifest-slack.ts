// `latchkey manifest slack`: the manifest on standard output, and beside it why the app asks for each scope.
import { slackManifestProblems } from '../../manifest/slack/lint.ts';
import { scopeReasons, slackManifest } from '../../manifest/slack/manifest.ts';
import { platform } from '../adapters/slack/actor.ts';
import type { Policy } from '../config/policy/policy-file.ts';

export interface Printed {
  /** JSON, to be pasted. */
  readonly out: string;
  /** For the administrator who approves it; on standard error, so that it does not get into the file. */
  readonly err: string;
  readonly code: 0 | 1;
}

export function printSlackManifest(publicUrl: string, policy: Pick<Policy, 'slack' | 'helpdesk'>): Printed {
  const hasChannels = policy.helpdesk.channels.some((channel) => channel.platform === platform);
  const { commandPrefix } = policy.slack;
  const manifest = slackManifest({ publicUrl, commandPrefix, hasChannels });
  const problems = slackManifestProblems(manifest);
  if (problems.length > 0) return { out: '', err: `${problems.join('\n')}\n`, code: 1 };
  const { bot } = manifest.oauth_config.scopes;
  const reasons = Object.entries(scopeReasons).filter(([scope]) => bot.includes(scope));
  const width = Math.max(...bot.map((scope) => scope.length));
  const lines = [
    'The app asks for these scopes, and no other:',
    ...reasons.map(([scope, reason]) => `  ${scope.padEnd(width)}  ${reason}`),
    ...(hasChannels
      ? []
      : [
          'The policy names no helpdesk channel in Slack. Once it does, print the manifest again: reading a channel needs two scopes more.',
        ]),
  ];
  return { out: `${JSON.stringify(manifest, undefined, 2)}\n`, err: `${lines.join('\n')}\n`, code: 0 };
}
