// Whether Auth0 lets us in, what the application may do there, and whether the clocks agree.
import type { Finding } from '../doctor/check.ts';
import { lookScopes, neededScopes } from './application.ts';
import { endpoints } from './endpoints.ts';
import type { CallResult, Failed } from './errors.ts';
import { doubtful, fatal, fine, unseen, wrong } from './finding.ts';
import type { IdTokens } from './id-token.ts';
import type { Management } from './management.ts';
import type { ProviderClock } from './provider-clock.ts';
import type { AccountSessions } from './sessions.ts';

export interface AccessOptions {
  readonly management: Pick<Management, 'granted'>;
  readonly idTokens: Pick<IdTokens, 'ready'>;
  readonly domain: string;
  readonly tenantDomain: string;
}

const mayPass = ({ failure }: Failed): boolean =>
  failure.kind === 'unreachable' || failure.kind === 'rate-limited' || failure.kind === 'malformed';

/** Says of the domains and the credentials whether they are right: Auth0 gives a token for them. */
export async function lookAtAccess(options: AccessOptions): Promise<readonly Finding[]> {
  const token = await options.management.granted(neededScopes);
  if (token.ok)
    return [fine('auth0.credentials', 'Auth0 gives a token for the Management API.'), ...scopesIn(token.value)];
  return [credentialsFinding(token, options), unseen('auth0.scopes', 'There is no token.')];
}

function credentialsFinding(token: Failed, { tenantDomain }: AccessOptions): Finding {
  const { failure } = token;
  const check = 'auth0.credentials';
  if (mayPass(token) || !('remedy' in failure) || failure.remedy === undefined)
    return wrong(
      check,
      `Auth0 gave no token (${failure.cause}).`,
      `Look whether https://${tenantDomain} can be reached from here, by the proxy in HTTPS_PROXY if it is set.`,
    );
  return fatal(check, `Auth0 gives no token (${failure.cause}).`, failure.remedy);
}

/** A scope is named only if it looks like one: the answer is not ours. */
const looksLikeScope = /^[a-z_]{1,40}:[a-z_]{1,60}$/;
const namedAtMost = 20;

/** Without them no account is found, and nobody gets a link. */
const vital: readonly string[] = ['read:users', 'create:user_tickets'];
/** Auth0 offers these on one plan only. */
const byPlan: readonly string[] = [
  ...new Set([endpoints.endSessions, endpoints.endRefreshTokens].flatMap((one) => [...one.scopes])),
];

export function scopesIn(granted: readonly string[] | undefined): readonly Finding[] {
  const check = 'auth0.scopes';
  if (granted === undefined) return [unseen(check, 'Auth0 does not say which scopes the token has.')];
  const missing = neededScopes.filter((scope) => !granted.includes(scope));
  const wanted = missing.filter((scope) => !byPlan.includes(scope));
  const ending = missing.filter((scope) => byPlan.includes(scope));
  const known = new Set([...neededScopes, ...lookScopes]);
  const surplus = granted.filter((scope) => !known.has(scope));
  const grant = 'Auth0: Applications → APIs → Auth0 Management API → Machine to Machine Applications';
  const findings = [
    ...(wanted.length === 0
      ? []
      : [
          (wanted.some((scope) => vital.includes(scope)) ? fatal : wrong)(
            check,
            `The application lacks ${wanted.join(', ')}.`,
            `Grant ${wanted.length === 1 ? 'it' : 'them'}. ${grant}.`,
          ),
        ]),
    ...(ending.length === 0
      ? []
      : [
          doubtful(
            check,
            `The application lacks ${ending.join(', ')}, so nobody is signed out after a reset.`,
            `Grant ${ending.length === 1 ? 'it' : 'them'} if your plan has sessions in the Management API. ${grant}.`,
          ),
        ]),
    ...(surplus.length === 0
      ? []
      : [
          doubtful(
            check,
            `The application has more than it needs: ${surplus
              .filter((scope) => looksLikeScope.test(scope))
              .slice(0, namedAtMost)
              .join(', ')}${surplus.length > namedAtMost ? ' and more' : ''}.`,
            `Take away what no other use needs. ${grant}.`,
          ),
        ]),
  ];
  return findings.length === 0
    ? [fine(check, 'The application has the scopes that it needs, and no others.')]
    : findings;
}

/** Whether codes can be believed: Auth0's keys are found at AUTH0_DOMAIN. */
export async function lookAtKeys({ idTokens, domain }: AccessOptions): Promise<readonly Finding[]> {
  const check = 'auth0.keys';
  const keys: CallResult<void> = await idTokens.ready();
  if (keys.ok) return [fine(check, `Auth0’s signing keys are at https://${domain}.`)];
  const { failure } = keys;
  return [
    wrong(
      check,
      `Auth0’s signing keys could not be read at https://${domain} (${failure.cause}).`,
      'Look whether AUTH0_DOMAIN is right and can be reached from here. Where it is a custom domain, look at Branding → Custom Domains.',
    ),
  ];
}

const doubtfulFromMs = 2_000;
const wrongFromMs = 60_000;

export function lookAtClock({ aheadMs }: Pick<ProviderClock, 'aheadMs'>): readonly Finding[] {
  const check = 'auth0.clock';
  const ahead = aheadMs();
  if (ahead === undefined) return [unseen(check, 'Auth0 gave too few answers to compare the clocks.')];
  const off = Math.abs(ahead);
  const seconds = (off / 1000).toFixed(1);
  if (off < doubtfulFromMs) return [fine(check, 'The clocks of Auth0 and of this machine agree.')];
  const what = `The clock of this machine is ${seconds} seconds ${ahead > 0 ? 'behind' : 'ahead of'} Auth0’s.`;
  const remedy = 'Set the clock of this machine by NTP. If it is right, look at the proxy between Latchkey and Auth0.';
  return [off < wrongFromMs ? doubtful(check, what, remedy) : wrong(check, what, remedy)];
}

export function lookAtSessions({ lastSeen }: Pick<AccountSessions, 'lastSeen'>): Finding {
  const check = 'auth0.sessions';
  const last = lastSeen();
  if (last === undefined)
    return unseen(check, 'Auth0 says whether the plan has it only when somebody is signed out after a reset.');
  if (last === 'asked') return fine(check, 'Auth0 signs people out after a reset.');
  return doubtful(
    check,
    'Auth0 signs nobody out after a reset: the plan does not have it, or the scopes delete:sessions and delete:refresh_tokens are missing. People are told so.',
    'Grant the scopes if the plan has it. Otherwise let sessions be short in Auth0: Settings → Advanced → Session Expiration.',
  );
}
