// The rest of the tenant: protection against guessing, Actions, the log stream, the mail of Forgot password?, the custom domain.
import type { Finding } from '../doctor/check.ts';
import { shownName } from '../text/shown-name.ts';
import { looks } from './endpoints.ts';
import { doubtful, fatal, fine, unseen, whyUnseen, wrong } from './finding.ts';
import {
  type BindingLook,
  bindingsLook,
  bruteForceLook,
  customDomainsLook,
  logStreamsLook,
  mailTemplateLook,
} from './look-schemas.ts';
import type { TenantReader } from './tenant-reader.ts';

export interface ProtectionOptions {
  readonly reader: TenantReader;
  readonly codeAttempts: number;
  readonly codeFailuresPerDay: number;
}

const protectionPage = 'Auth0: Security → Attack Protection → Brute-force Protection';

export async function lookAtProtection(options: ProtectionOptions): Promise<readonly Finding[]> {
  const check = 'auth0.brute-force';
  const seen = await options.reader.read(looks.bruteForce, bruteForceLook, '/attack-protection/brute-force-protection');
  if (seen.is !== 'seen') return [unseen(check, whyUnseen(seen))];
  const { enabled, shields = [], allowlist = [], max_attempts: most } = seen.value;
  if (enabled === false || !shields.includes('block'))
    return [
      doubtful(
        check,
        'Brute-force protection blocks nobody, so passwords can be guessed at the login page, and there is nothing to unlock.',
        `Switch it on, with blocking. ${protectionPage}.`,
      ),
    ];
  if (most === undefined || most > options.codeFailuresPerDay)
    return [fine(check, 'Brute-force protection is on, and blocks no contact before our own limits do.')];
  if (allowlist.length > 0)
    return [
      fine(
        check,
        'Brute-force protection is on. Its allow list must hold the address from which Latchkey calls Auth0.',
      ),
    ];
  const what = `Brute-force protection blocks a contact for up to 30 days after ${most} wrong codes; ours allows ${options.codeFailuresPerDay} a day.`;
  const remedy = `Set its threshold to ${options.codeFailuresPerDay + 1} or more, or put the address from which Latchkey calls Auth0 on its allow list. ${protectionPage}.`;
  return [(most <= options.codeAttempts ? wrong : doubtful)(check, what, remedy)];
}

export interface ActionsOptions {
  readonly reader: TenantReader;
  readonly clientId: string;
}

/** An Action that looks at the client id, or is ours and does. */
const namesUs = ({ action, display_name: shown }: BindingLook, clientId: string): boolean =>
  action?.code?.includes(clientId) === true || /^Latchkey /.test(action?.name ?? shown ?? '');

const actionsCheck = 'auth0.actions';

/** They run when a code is checked, too, and can refuse it or ask for a second factor there. */
export async function lookAtActions({ reader, clientId }: ActionsOptions): Promise<readonly Finding[]> {
  const check = actionsCheck;
  const seen = await reader.read(looks.bindings, bindingsLook, '/actions/triggers/post-login/bindings?per_page=100');
  if (seen.is !== 'seen') return [unseen(check, whyUnseen(seen))];
  const findings = actionFindings(seen.value.bindings, clientId);
  return findings.length === 0 ? [fine(check, 'No Action after login is in the way of codes.')] : findings;
}

export function actionFindings(bindings: readonly BindingLook[], clientId: string): readonly Finding[] {
  return bindings.flatMap((binding) => {
    const { action, display_name: shown } = binding;
    const name = `“${shownName(action?.name ?? shown ?? 'without a name')}”`;
    return [
      ...(action?.all_changes_deployed === false
        ? [
            doubtful(
              actionsCheck,
              `The Action ${name} has changes that are not deployed.`,
              'Deploy it. Auth0: Actions → Library.',
            ),
          ]
        : []),
      ...(namesUs(binding, clientId) ? [] : [foreign(name, action?.code)]),
    ];
  });
}

/** What it does can be seen only so far: the words of Auth0's own interface. */
function foreign(name: string, code: string | undefined): Finding {
  const does = [
    ...(code?.includes('api.access.deny') === true ? ['can deny the sign-in'] : []),
    ...(code !== undefined && /api\.(?:multifactor|authentication)\./.test(code)
      ? ['can ask for a second factor']
      : []),
  ];
  const what = does.length === 0 ? '' : ` and ${does.join(' and ')}`;
  return doubtful(
    actionsCheck,
    `The Action ${name} also runs when a code is checked${what}, and does not name this application.`,
    'Let it pass over this application: `if (event.client.client_id === "…") return;` with AUTH0_CLIENT_ID as its first line. Otherwise codes may be refused.',
  );
}

export interface StreamOptions {
  readonly reader: TenantReader;
  readonly publicUrl: string;
  /** Whether WEBHOOK_SECRET is set. */
  readonly hasHook: boolean;
}

const streamPage = 'Auth0: Monitoring → Streams';

export async function lookAtStream({ reader, publicUrl, hasHook }: StreamOptions): Promise<readonly Finding[]> {
  const check = 'auth0.log-stream';
  const hook = `${publicUrl}/hooks/auth0`;
  const seen = await reader.read(looks.logStreams, logStreamsLook, '/log-streams');
  if (seen.is !== 'seen') return [unseen(check, whyUnseen(seen))];
  const ours = seen.value.filter(({ type, sink }) => type === 'http' && sink?.httpEndpoint === hook);
  const isActive = ours.some(({ status }) => status === 'active');
  if (ours.length === 0)
    return hasHook
      ? [
          doubtful(
            check,
            `WEBHOOK_SECRET is set, but no log stream goes to ${hook}.`,
            `Add one, unless an Action calls it: without either, a changed password is noticed up to a minute later. ${streamPage}.`,
          ),
        ]
      : [fine(check, 'There is no log stream to Latchkey; a changed password is noticed within a minute.')];
  if (!hasHook)
    return [
      wrong(
        check,
        `A log stream goes to ${hook}, but WEBHOOK_SECRET is not set, so it is refused there.`,
        'Set WEBHOOK_SECRET to the secret behind `Bearer` in the stream.',
      ),
    ];
  if (isActive) return [fine(check, 'The log stream to Latchkey is active.')];
  return [
    wrong(
      check,
      'The log stream to Latchkey is paused or suspended: Auth0 stops one that is refused or not answered for long.',
      `Compare its token with WEBHOOK_SECRET, then start it again. ${streamPage}.`,
    ),
  ];
}

/** Auth0's default: five days. */
const usualLifeSeconds = 432_000;
const lifeAtMostSeconds = 3_600;

/** The link in the mail that people get from Auth0's own login page: whoever reads the mailbox has the account. */
export async function lookAtResetMail(reader: TenantReader): Promise<readonly Finding[]> {
  const check = 'auth0.reset-mail';
  const seen = await reader.read(looks.mailTemplate, mailTemplateLook, '/email-templates/reset_email');
  if (seen.is === 'unseen') return [unseen(check, seen.why)];
  const seconds = (seen.is === 'seen' ? seen.value.urlLifetimeInSeconds : undefined) ?? usualLifeSeconds;
  if (seconds <= lifeAtMostSeconds)
    return [fine(check, `The link of Auth0’s own reset mail can be used for ${Math.round(seconds / 60)} minutes.`)];
  return [
    doubtful(
      check,
      `The link of Auth0’s own reset mail can be used for ${Math.round(seconds / 360) / 10} hours.`,
      'Set its lifetime to 600 seconds, or an hour at most. Auth0: Branding → Email Templates → Change Password (Link).',
    ),
  ];
}

export interface DomainOptions {
  readonly reader: TenantReader;
  readonly domain: string;
  readonly tenantDomain: string;
}

export async function lookAtDomain({ reader, domain, tenantDomain }: DomainOptions): Promise<readonly Finding[]> {
  const check = 'auth0.custom-domain';
  if (domain === tenantDomain) return [];
  const seen = await reader.read(looks.customDomains, customDomainsLook, '/custom-domains');
  if (seen.is !== 'seen') return [unseen(check, whyUnseen(seen))];
  const ours = seen.value.find((one) => one.domain === domain);
  if (ours?.status === 'ready') return [fine(check, `The custom domain ${domain} is ready.`)];
  if (ours !== undefined)
    return [
      fatal(
        check,
        `The custom domain ${domain} is not ready.`,
        'Finish its verification. Auth0: Branding → Custom Domains.',
      ),
    ];
  return [
    fatal(
      check,
      `The tenant has no custom domain ${domain}.`,
      'Set AUTH0_DOMAIN to one that is listed in Auth0 under Branding → Custom Domains, or to the tenant’s own domain.',
    ),
  ];
}
