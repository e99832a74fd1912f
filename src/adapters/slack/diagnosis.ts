// What the operator's doctor looks at in Slack: the token, its scopes, the helpdesk's channels, who approves, and our own address
// for events. Each look asks Slack anew, because an app is installed again while the server runs.
import { createHmac, randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { Check, Finding } from '../../doctor/check.ts';
import { askOwn, noAnswer } from '../../doctor/own-address.ts';
import { actorId } from '../../flows/ids.ts';
import type { Clock, People } from '../../flows/ports.ts';
import {
  approversCheck,
  callFailed,
  channelCheck,
  ok,
  refusedWords,
  type SetUp,
  skipped,
  stopping,
  useless,
  wrong,
} from '../diagnosis.ts';
import { platform } from './actor.ts';
import type { SlackApi } from './client.ts';
import { requiredScopes, scopeReasons } from './features.ts';
import { type Heard, ownChallenge } from './heard-signatures.ts';
import { createInstalled } from './installation.ts';

export interface SlackDiagnosis {
  readonly api: SlackApi;
  readonly people: Pick<People, 'lookUp'>;
  readonly signingSecret: string;
  /** What came from Slack since the start; nothing where this is not the server. */
  readonly heard: () => Heard;
  readonly clock: Clock;
  readonly setUp: SetUp;
}

export function createSlackChecks(parts: SlackDiagnosis): readonly Check[] {
  const { setUp } = parts;
  return [
    { name: 'slack.token', isFirst: true, alternative: 'platform', run: async () => [await token(parts)] },
    { name: 'slack.scopes', run: () => scopes(parts) },
    ...setUp.channels.map((channel) => ({
      ...{ name: 'slack.channel', ...channelCheck(setUp) },
      run: () => channelFindings(parts, channel),
    })),
    { name: 'slack.approvers', ...approversCheck('slack.approvers', setUp), run: () => approvers(parts) },
    { name: 'slack.request-url', run: async () => [await requestUrl(parts)] },
    { name: 'slack.signing-secret', run: async () => [ofSigningSecret(parts.heard())] },
    { name: 'slack.commands', run: async () => [commands] },
  ];
}

const reinstall =
  'Put the output of `latchkey manifest slack` into the app at api.slack.com/apps → App Manifest, and install the app again.';

async function token({ api }: SlackDiagnosis): Promise<Finding> {
  const check = 'slack.token';
  const installation = await createInstalled(api).read();
  if (!installation.ok) return stopping(callFailed(check, 'Slack', installation.failure), installation.failure);
  const { teamId, enterpriseId, appId } = installation.value;
  const of = enterpriseId === undefined ? '' : ` of the organisation ${enterpriseId}`;
  return ok(
    check,
    `SLACK_BOT_TOKEN is valid: workspace ${teamId}${of}, ${appId === undefined ? 'app not named' : `app ${appId}`}.`,
  );
}

async function scopes({ api, setUp }: SlackDiagnosis): Promise<readonly Finding[]> {
  const check = 'slack.scopes';
  const installation = await createInstalled(api).read();
  if (!installation.ok) return [skipped(check, 'The scopes are not known, because the token was refused.')];
  const granted = installation.value.scopes;
  if (granted.length === 0) return [skipped(check, 'Slack does not say which scopes the token has.')];
  const needed = requiredScopes({ hasChannels: setUp.channels.length > 0 });
  const missing = needed.filter((scope) => !granted.includes(scope));
  // What only a helpdesk channel needs is harmless before there is one.
  const superfluous = granted.filter((scope) => !requiredScopes().includes(scope));
  const findings = [
    ...missing.map((scope) =>
      wrong('failed', check, `The scope ${scope} is missing. It is for: ${reasonOf(scope)}`, reinstall),
    ),
    ...(superfluous.length === 0
      ? []
      : [wrong('warning', check, `Latchkey does not use: ${superfluous.join(', ')}.`, `Remove them. ${reinstall}`)]),
  ];
  return findings.length > 0 ? findings : [ok(check, 'The token has the scopes that are needed.')];
}

const reasonOf = (scope: string): string =>
  Object.entries(scopeReasons).find(([name]) => name === scope)?.[1] ?? 'a feature of this app.';

const flag = z.boolean().nullish();
const channelInfo = z.object({
  channel: z.object({
    is_archived: flag,
    is_member: flag,
    is_private: flag,
    is_ext_shared: flag,
    is_pending_ext_shared: flag,
    is_org_shared: flag,
  }),
});
type ChannelInfo = z.infer<typeof channelInfo>['channel'];

const inviteBot = 'Write /invite @latchkey in the channel.';

async function channelFindings({ api, setUp }: SlackDiagnosis, channel: string): Promise<readonly Finding[]> {
  const check = 'slack.channel';
  const installation = await createInstalled(api).read();
  if (!installation.ok) {
    const finding = skipped(check, `Channel ${channel} was not looked at, because the token was refused.`);
    return [installation.failure.kind === 'misconfigured' ? useless(finding, setUp) : finding];
  }
  const { teamId, botUserId } = installation.value;
  const info = await api.call({
    ...{ method: 'conversations.info', args: { channel }, answer: channelInfo },
    ...{ lane: 'bulk', repeatable: true },
  });
  if (!info.ok && info.failure.kind === 'absent')
    return [
      useless(
        wrong(
          'failed',
          check,
          `Channel ${channel} is not known in workspace ${teamId}, or it is private and the bot is not in it.`,
          `${inviteBot} If it is another channel or another workspace: correct the id in helpdesk.channels of the policy, or set SLACK_BOT_TOKEN to that of the right workspace.`,
        ),
        setUp,
      ),
    ];
  if (!info.ok) return [callFailed(check, 'Slack', info.failure)];
  const findings = [
    ...problemsOf(channel, info.value.channel, setUp),
    ...(await deciders(api, channel, info.value.channel, botUserId, setUp)),
  ];
  const isFine = findings.every(({ state }) => state === 'skipped');
  return isFine
    ? [ok(check, `The bot is in channel ${channel}, which no other company shares.`), ...findings]
    : findings;
}

function problemsOf(channel: string, info: ChannelInfo, setUp: SetUp): readonly Finding[] {
  const check = 'slack.channel';
  const another = 'name another channel in helpdesk.channels of the policy.';
  const problems: readonly (readonly [boolean, Finding])[] = [
    [
      info.is_archived === true,
      useless(
        wrong('failed', check, `Channel ${channel} is archived: no card can be posted.`, `Unarchive it, or ${another}`),
        setUp,
      ),
    ],
    // A bot can still be listed in an archived channel, or not be; the channel itself comes first.
    [
      info.is_archived !== true && info.is_member === false,
      useless(wrong('failed', check, `The bot is not in channel ${channel}.`, inviteBot), setUp),
    ],
    [
      info.is_ext_shared === true,
      useless(
        wrong(
          'failed',
          check,
          `Channel ${channel} is shared with another company: no card is posted there.`,
          `Stop sharing it, or ${another}`,
        ),
        setUp,
      ),
    ],
    [
      info.is_pending_ext_shared === true,
      wrong(
        'failed',
        check,
        `Another company is invited to channel ${channel}.`,
        `Withdraw the invitation, or ${another}`,
      ),
    ],
    [
      info.is_org_shared === true,
      wrong(
        'warning',
        check,
        `Channel ${channel} is shared with other workspaces of your organisation: their people read the cards.`,
        `If that is not intended, ${another}`,
      ),
    ],
  ];
  return problems.flatMap(([applies, finding]) => (applies ? [finding] : []));
}

const members = z.object({ members: z.array(z.string()) });

/** Whether anybody may decide in this channel, where the policy has no list. */
async function deciders(
  api: SlackApi,
  channel: string,
  info: ChannelInfo,
  botUserId: string,
  setUp: SetUp,
): Promise<readonly Finding[]> {
  const check = 'slack.channel';
  const { approvers: named } = setUp;
  if (named === undefined && info.is_private !== true)
    return [
      useless(
        wrong(
          'failed',
          check,
          `Channel ${channel} is public, and the policy does not say who may decide: nobody may.`,
          'Make the channel private, or set helpdesk.approvers.slack of the policy to a list, or to members: then whoever joins the channel may approve.',
        ),
        setUp,
      ),
    ];
  if (named !== undefined && named !== 'members') return [];
  const present = await api.call({
    ...{ method: 'conversations.members', args: { channel, limit: 200 }, answer: members },
    ...{ lane: 'bulk', repeatable: true },
  });
  if (!present.ok) return [skipped(check, `Who is in channel ${channel} cannot be read (${present.failure.cause}).`)];
  if (present.value.members.some((member) => member !== botUserId)) return [];
  const alone = `Nobody but the bot is in channel ${channel}: nobody can approve.`;
  return [useless(wrong('failed', check, alone, 'Invite the helpdesk.'), setUp)];
}

async function approvers({ api, people, setUp }: SlackDiagnosis): Promise<readonly Finding[]> {
  const check = 'slack.approvers';
  const { approvers: listed } = setUp;
  if (listed === undefined || listed === 'members') return [];
  const installation = await createInstalled(api).read();
  if (!installation.ok) return [skipped(check, 'The approvers were not looked up, because the token was refused.')];
  const { teamId, enterpriseId } = installation.value;
  const found = await Promise.all(
    listed.map(async (user) => ({
      user,
      person: await people.lookUp(actorId({ platform, tenant: enterpriseId ?? teamId, user })),
    })),
  );
  const isNobodyKnown = found.every(({ person }) => !person.ok && person.failure.kind === 'absent');
  if (isNobodyKnown)
    return [
      wrong(
        'failed',
        check,
        `None of the approvers of the policy is known in workspace ${teamId}: SLACK_BOT_TOKEN is probably that of another workspace.`,
        'Set SLACK_BOT_TOKEN to the token of the workspace in which the helpdesk works, or correct helpdesk.approvers.slack of the policy.',
      ),
    ];
  const findings = found.flatMap(({ user, person }): readonly Finding[] => {
    if (!person.ok && person.failure.kind === 'absent')
      return [wrong('failed', check, `Approver ${user} does not exist in workspace ${teamId}.`, correctList)];
    if (!person.ok) return [callFailed(check, 'Slack', person.failure)];
    const { value } = person;
    if (value.is === 'employee') return [];
    return [wrong('failed', check, `Approver ${user} may not approve: ${refusedWords[value.because]}.`, correctList)];
  });
  return findings.length > 0
    ? findings
    : [ok(check, `Every approver of the policy (${listed.length}) exists and may approve.`)];
}

const correctList = 'Correct helpdesk.approvers.slack of the policy: profile → ⋮ → Copy member ID.';

/** Signs a request as Slack does when it verifies the address, and looks whether this installation answers it. */
async function requestUrl({ signingSecret, clock, setUp }: SlackDiagnosis): Promise<Finding> {
  const check = 'slack.request-url';
  const path = '/slack/events';
  const url = setUp.own.publicUrl + path;
  const challenge = ownChallenge + randomBytes(24).toString('base64url');
  const body = JSON.stringify({ type: 'url_verification', challenge });
  const timestamp = String(Math.floor(clock.now() / 1000));
  const mac = createHmac('sha256', signingSecret).update(`v0:${timestamp}:${body}`).digest('hex');
  const headers = {
    'content-type': 'application/json',
    'x-slack-request-timestamp': timestamp,
    'x-slack-signature': `v0=${mac}`,
  };
  const asked = await askOwn(setUp.own, path, { method: 'POST', headers, body });
  const silence = await noAnswer(check, setUp.own, asked);
  if (silence !== undefined || asked.kind === 'unanswered') return silence ?? skipped(check, 'Nobody answers.');
  const { status } = asked.response;
  if (status === 200 && asked.text.includes(challenge))
    return ok(check, `${url} answers a request that is signed with SLACK_SIGNING_SECRET.`);
  if (status === 401)
    return wrong(
      'failed',
      check,
      `${url} refuses a request that is signed with SLACK_SIGNING_SECRET.`,
      'The server that answers there has another SLACK_SIGNING_SECRET, or a clock that is minutes off. Start it again with these settings, and set its clock.',
    );
  return wrong(
    'failed',
    check,
    `${url} does not answer as Latchkey does (status ${status}).`,
    `Let the proxy forward POST ${path} unchanged, without a redirect or a sign-in of its own.`,
  );
}

/** Only Slack itself can show whose secret is set. */
function ofSigningSecret(heard: Heard): Finding {
  const check = 'slack.signing-secret';
  if (heard === 'fitting')
    return ok(check, 'Slack has signed a request with SLACK_SIGNING_SECRET: it is that of this app.');
  if (heard === 'unfitting')
    return wrong(
      'warning',
      check,
      'Requests came whose signature does not fit SLACK_SIGNING_SECRET, and none whose signature fits: it is probably that of another app.',
      'Set SLACK_SIGNING_SECRET: api.slack.com/apps → your app → Basic Information → Signing Secret.',
    );
  return skipped(
    check,
    'SLACK_SIGNING_SECRET has the right shape. That it is the one of this app shows only when Slack writes: at the app, Event Subscriptions → Request URL → Retry must say Verified.',
  );
}

/** A line of its own, so that nobody takes silence for success. */
const commands = skipped(
  'slack.commands',
  'Slack does not say which slash commands, events and buttons the app has: they are right if the app was made from `latchkey manifest slack`.',
);
