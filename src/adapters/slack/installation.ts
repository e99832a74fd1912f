// The workspace, organisation, bot and app of the token. Asked once, then cached.
import { z } from 'zod';
import { createAnswerCache } from '../../concurrency/answer-cache.ts';
import { type Outcome, success } from '../../flows/outcome.ts';
import type { SlackApi } from './client.ts';

export interface Installation {
  readonly teamId: string;
  readonly enterpriseId?: string;
  readonly botId: string;
  readonly botUserId: string;
  /** Undefined if Slack does not say. Then only the signing secret shows that a request is for this app. */
  readonly appId?: string;
  /** The token's scopes from Slack's response header; empty if the header is missing. */
  readonly scopes: readonly string[];
}

export interface Installed {
  /** Asks Slack unless the answer is cached. A failure is not cached. */
  read(): Promise<Outcome<Installation>>;
  /** The cached answer, without asking Slack. */
  known(): Installation | undefined;
}

const identity = z.object({
  team_id: z.string(),
  user_id: z.string(),
  bot_id: z.string(),
  enterprise_id: z.string().nullish(),
  response_metadata: z.object({ scopes: z.array(z.string()).optional() }).optional(),
});
const bot = z.object({ bot: z.object({ app_id: z.string().optional() }) });

export function createInstalled(api: SlackApi): Installed {
  const installation = createAnswerCache({
    ask: (_token: 'ours') => askInstallation(api),
    keptMs: () => Number.POSITIVE_INFINITY,
    atMost: 1,
  });
  return {
    read: () => installation.get('ours'),
    known() {
      const known = installation.known('ours');
      return known?.ok ? known.value : undefined;
    },
  };
}

async function askInstallation(api: SlackApi): Promise<Outcome<Installation>> {
  const tested = await api.call({
    method: 'auth.test',
    args: {},
    answer: identity,
    lane: 'interactive',
    repeatable: true,
  });
  if (!tested.ok) return tested;
  const { team_id, user_id, bot_id, enterprise_id, response_metadata } = tested.value;
  const about = await api.call({
    method: 'bots.info',
    args: { bot: bot_id },
    answer: bot,
    lane: 'interactive',
    repeatable: false,
  });
  const appId = about.ok ? about.value.bot.app_id : undefined;
  return success({
    teamId: team_id,
    ...(enterprise_id ? { enterpriseId: enterprise_id } : {}),
    botId: bot_id,
    botUserId: user_id,
    ...(appId === undefined ? {} : { appId }),
    scopes: response_metadata?.scopes ?? [],
  });
}

/** Whether the tenant of an ActorId is this installation's own company. */
export const isOwnTenant = (installation: Installation, tenant: string): boolean =>
  tenant === installation.teamId || (installation.enterpriseId !== undefined && tenant === installation.enterpriseId);

/** `claimed`: the app id in a payload. As long as ours is not known, only the signing secret tells. */
export function isForeignApp(installed: Pick<Installed, 'known'>, claimed: unknown): boolean {
  const appId = installed.known()?.appId;
  return appId !== undefined && typeof claimed === 'string' && claimed !== appId;
}
