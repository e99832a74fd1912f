// What the operator's doctor looks at in Teams: the secret, the connector's keys and address, the helpdesk's channels, who approves,
// and our own address for activities.
import type { Check, Finding } from '../../doctor/check.ts';
import { askOwn, noAnswer } from '../../doctor/own-address.ts';
import { type Failure, isFinal, type Outcome } from '../../flows/outcome.ts';
import { brokenConnection } from '../../outbound/network-error.ts';
import {
  approversCheck,
  callFailed,
  channelCheck,
  ok,
  type SetUp,
  skipped,
  stopping,
  useless,
  wrong,
} from '../diagnosis.ts';
import { sameCase } from './actor.ts';
import { insiderId } from './channels.ts';
import type { Connector } from './connector.ts';
import type { Origins } from './origins.ts';
import type { MemberRecord } from './payload.ts';
import type { TeamsReferences } from './references.ts';
import type { Services } from './services.ts';
import { fetchKeys } from './signing-keys.ts';

export interface TeamsDiagnosis {
  /** Asks Entra for a new token. */
  login(): Promise<Outcome<string>>;
  readonly metadataUrl: string;
  readonly connector: Pick<Connector, 'members'>;
  readonly services: Services;
  readonly references: Pick<TeamsReferences, 'latestServiceUrl'>;
  readonly origins: Origins;
  readonly tenantId: string;
  readonly setUp: SetUp;
}

export function createTeamsChecks(parts: TeamsDiagnosis): readonly Check[] {
  const { channels } = parts.setUp;
  const looks = new Map<string, Promise<Look>>();
  const lookAt = (channel: string): Promise<Look> => {
    const look = looks.get(channel) ?? lookAtChannel(channel, parts);
    looks.set(channel, look);
    return look;
  };
  return [
    {
      name: 'teams.secret',
      isFirst: true,
      alternative: 'platform',
      run: async () => [await secret(parts)],
    },
    // Nothing that a start could wait for, or tell anybody: it is in the report alone.
    { name: secretExpiry.check, run: async () => [secretExpiry] },
    { name: 'teams.signing-keys', run: async () => [await signingKeys(parts)] },
    { name: 'teams.service-url', run: async () => [await serviceUrl(parts)] },
    ...channels.map((channel) => ({
      ...{ name: 'teams.channel', ...channelCheck(parts.setUp) },
      run: async () => findingsOf(channel, await lookAt(channel), parts),
    })),
    {
      name: 'teams.approvers',
      ...approversCheck('teams.approvers', parts.setUp),
      run: async () => approvers(await Promise.all(channels.map(lookAt)), parts),
    },
    { name: 'teams.endpoint', run: async () => [await endpoint(parts)] },
  ];
}

async function secret({ login }: TeamsDiagnosis): Promise<Finding> {
  const token = await login();
  if (!token.ok) return stopping(callFailed('teams.secret', 'Entra', token.failure), token.failure);
  return ok('teams.secret', 'Entra accepts TEAMS_APP_ID and TEAMS_APP_PASSWORD in the tenant TEAMS_TENANT_ID.');
}

const secretExpiry = skipped(
  'teams.secret-expiry',
  'Entra does not tell the app when its secret ends: put the date into a calendar (App registrations → Certificates & secrets).',
);

async function signingKeys({ metadataUrl }: TeamsDiagnosis): Promise<Finding> {
  const check = 'teams.signing-keys';
  try {
    const keys = await fetchKeys(metadataUrl);
    if (keys.size > 0) return ok(check, `The Bot Connector's signing keys for Teams can be fetched (${keys.size}).`);
    return wrong('failed', check, 'None of the signing keys is for Teams: no activity would be believed.', mendKeys);
  } catch (error) {
    const cause = brokenConnection(error)?.code ?? 'not readable';
    return wrong('failed', check, `The Bot Connector's signing keys cannot be fetched (${cause}).`, mendKeys);
  }
}

const mendKeys =
  'Remove TEAMS_OPENID_METADATA_URL unless your cloud needs another one, and let this server reach login.botframework.com, through HTTPS_PROXY where there is a proxy.';

async function serviceUrl({ references, origins }: TeamsDiagnosis): Promise<Finding> {
  const check = 'teams.service-url';
  const known = await references.latestServiceUrl();
  if (known === undefined)
    return skipped(
      check,
      'Where Teams is answered is not known here: the server learns it when somebody writes to the bot, and looks at it then.',
    );
  if (origins.isAllowed(known))
    return ok(check, 'The address at which Teams is answered is one of TEAMS_SERVICE_URLS.');
  return wrong(
    'failed',
    check,
    'People were met at an address of Teams that TEAMS_SERVICE_URLS does not allow: nothing can be sent to them.',
    'Set TEAMS_SERVICE_URLS to the origins of your cloud; without it Microsoft’s public cloud is allowed.',
  );
}

type Look =
  | { readonly is: 'seen'; readonly members: readonly MemberRecord[] }
  | { readonly is: 'no-token' | 'refused'; readonly failure: Failure };

async function lookAtChannel(channel: string, { connector, services, login }: TeamsDiagnosis): Promise<Look> {
  const token = await login();
  if (!token.ok) return { is: 'no-token', failure: token.failure };
  const members = await services.atOne((at) => connector.members(at, channel));
  return members.ok ? { is: 'seen', members: members.value } : { is: 'refused', failure: members.failure };
}

async function findingsOf(channel: string, look: Look, parts: TeamsDiagnosis): Promise<readonly Finding[]> {
  const { setUp, references, origins } = parts;
  if (look.is === 'seen') return channelFindings(channel, look.members, parts);
  const { kind } = look.failure;
  if (look.is === 'no-token') {
    const finding = skipped('teams.channel', `Channel ${channel} was not looked at, because Entra gave no token.`);
    return [kind === 'misconfigured' ? useless(finding, setUp) : finding];
  }
  // Before anybody has written, the address at which the company is served is a guess, and a channel may be absent there alone.
  const isKnown = kind !== 'absent' || origins.isAllowed(await references.latestServiceUrl());
  const isLasting = isFinal(kind) || kind === 'misconfigured';
  const finding = notSeen(channel, look.failure);
  return [isLasting && isKnown ? useless(finding, setUp) : finding];
}

function notSeen(channel: string, failure: Failure): Finding {
  const check = 'teams.channel';
  if (failure.kind === 'absent')
    return wrong(
      'failed',
      check,
      `Teams does not know channel ${channel}, or the bot is in none of its team's channels.`,
      'Correct the id in helpdesk.channels of the policy: the channel’s ⋯ → Get link to channel, with %3a as : and %40 as @. Then add the app to the team: ⋯ → Manage team → Apps.',
    );
  if (failure.kind === 'refused')
    return wrong(
      'failed',
      check,
      `The bot may not read channel ${channel} (${failure.cause}).`,
      'Add the app to the team: ⋯ → Manage team → Apps. Use a standard channel: private and shared ones are not supported.',
    );
  if (failure.kind === 'misconfigured')
    return wrong(
      'failed',
      check,
      `Teams does not accept the bot's token (${failure.cause}): the Azure Bot belongs to another app or tenant.`,
      'In the Azure portal, make the Azure Bot as Single Tenant with the app registration of TEAMS_APP_ID and TEAMS_TENANT_ID.',
    );
  return callFailed(check, 'Teams', failure);
}

function channelFindings(
  channel: string,
  members: readonly MemberRecord[],
  { tenantId, setUp }: TeamsDiagnosis,
): readonly Finding[] {
  const check = 'teams.channel';
  const insiders = members.filter((member) => insiderId(member, tenantId) !== undefined).length;
  const outsiders = members.length - insiders;
  const findings: Finding[] = [];
  if (setUp.approvers === 'members' && insiders === 0)
    findings.push(
      useless(
        wrong(
          'failed',
          check,
          `Nobody of the company is in channel ${channel}: nobody can approve.`,
          'Add the helpdesk to the team.',
        ),
        setUp,
      ),
    );
  if (outsiders > 0)
    findings.push(
      wrong(
        'warning',
        check,
        `${outsiders} of ${members.length} people in channel ${channel} are guests or of another company: they read the cards, and may not approve.`,
        'Remove them from the team, or name another channel in helpdesk.channels of the policy.',
      ),
    );
  return findings.length > 0 ? findings : [ok(check, `The bot is in the team of channel ${channel}.`)];
}

/** Whoever approves has to be in one of the channels. */
function approvers(looks: readonly Look[], { tenantId, setUp }: TeamsDiagnosis): readonly Finding[] {
  const check = 'teams.approvers';
  const { approvers: listed } = setUp;
  if (listed === undefined || listed === 'members' || looks.length === 0) return [];
  if (looks.some(({ is }) => is === 'no-token'))
    return [skipped(check, 'The approvers were not looked up, because Entra gave no token.')];
  const seen = looks.flatMap((look) => (look.is === 'seen' ? look.members : []));
  const isAllSeen = looks.every(({ is }) => is === 'seen');
  if (!isAllSeen) return [skipped(check, 'The approvers were not looked up, because not every channel could be read.')];
  const findings = listed.flatMap((objectId): readonly Finding[] => {
    const member = seen.find((one) => sameCase(one.aadObjectId ?? one.objectId ?? '') === sameCase(objectId));
    if (member === undefined)
      return [
        wrong(
          'failed',
          check,
          `Approver ${objectId} is in none of the helpdesk's channels in Teams: they see no card, or do not exist.`,
          'Add them to the team, or correct helpdesk.approvers.teams of the policy: it has Entra object ids.',
        ),
      ];
    if (insiderId(member, tenantId) !== undefined) return [];
    return [
      wrong(
        'failed',
        check,
        `Approver ${objectId} is a guest or of another company, and may not approve.`,
        'Remove them from helpdesk.approvers.teams of the policy.',
      ),
    ];
  });
  return findings.length > 0
    ? findings
    : [ok(check, `Every approver of the policy (${listed.length}) is in a helpdesk channel and may approve.`)];
}

/** Without a token nobody may be let in: so a refusal is the right answer. */
async function endpoint({ setUp }: TeamsDiagnosis): Promise<Finding> {
  const check = 'teams.endpoint';
  const path = '/api/messages';
  const url = setUp.own.publicUrl + path;
  const headers = { 'content-type': 'application/json' };
  const asked = await askOwn(setUp.own, path, { method: 'POST', headers, body: '{}' });
  const silence = await noAnswer(check, setUp.own, asked);
  if (silence !== undefined || asked.kind === 'unanswered') return silence ?? skipped(check, 'Nobody answers.');
  const { status } = asked.response;
  if (status === 401)
    return ok(
      check,
      `${url} is there, and refuses whoever is not the Bot Connector. That the Azure Bot names it as its messaging endpoint cannot be seen.`,
    );
  return wrong(
    'failed',
    check,
    `${url} does not answer as Latchkey does (status ${status} in place of 401).`,
    `Let the proxy forward POST ${path} unchanged, without a redirect or a sign-in of its own.`,
  );
}
