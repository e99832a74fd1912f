// Whose token this is: workspace, organisation, bot and app, asked once and remembered.
import { z } from 'zod';
import { type Outcome, success } from '../../flows/outcome.ts';
import type { SlackApi } from './client.ts';

export interface Installation {
  readonly teamId: string;
  readonly enterpriseId?: string;
  readonly botId: string;
  readonly botUserId: string;
  /** Undefined where Slack does not say; then requests are told apart by the signing secret alone. */
  readonly appId?: string;
  /** The token's scopes, as Slack's header has them; empty where it has none. */
  readonly scopes: readonly string[];
}

export interface Installed {
  /** Asks Slack unless it is known already. A failure is not remembered. */
  read(): Promise<Outcome<Installation>>;
  /** What is known without asking. */
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
  let known: Installation | undefined;
  let asking: Promise<Outcome<Installation>> | undefined;
  const ask = async (): Promise<Outcome<Installation>> => {
    const asked = await askSlack(api);
    if (asked.ok) known = asked.value;
    return asked;
  };
  return {
    async read() {
      if (known !== undefined) return success(known);
      asking ??= ask().finally(() => {
        asking = undefined;
      });
      return asking;
    },
    known: () => known,
  };
}

async function askSlack(api: SlackApi): Promise<Outcome<Installation>> {
  const lane = 'interactive';
  const tested = await api.call({ method: 'auth.test', args: {}, answer: identity, lane, repeatable: true });
  if (!tested.ok) return tested;
  const { team_id, user_id, bot_id, enterprise_id, response_metadata } = tested.value;
  const about = await api.call({
    method: 'bots.info',
    args: { bot: bot_id },
    answer: bot,
    lane,
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

/** Whether a tenant of an ActorId is this installation's own company. */
export const isOwnTenant = (installation: Installation, tenant: string): boolean =>
  tenant === installation.teamId || (installation.enterpriseId !== undefined && tenant === installation.enterpriseId);
