// The rest of the tenant: the log stream, the mail of Forgot password?, the custom domain.
import type { Finding } from '../doctor/check.ts';
import { mailedSeconds } from '../flows/limits.ts';
import { isToldByAction, type StreamOptions } from './diagnosis-notice.ts';
import { looks } from './endpoints.ts';
import { doubtful, fatal, fine, unseen, whyUnseen, wrong } from './finding.ts';
import { customDomainsLook, logStreamsLook, type MailTemplateLook, mailTemplateLook } from './look-schemas.ts';
import { saysIn } from './mail-text.ts';
import type { TenantReader } from './tenant-reader.ts';

const streamPage = 'Auth0: Monitoring → Streams';

export async function lookAtStream(options: StreamOptions): Promise<readonly Finding[]> {
  const { reader, publicUrl, hasHook } = options;
  const check = 'auth0.log-stream';
  const hook = `${publicUrl}/hooks/auth0`;
  const seen = await reader.read(looks.logStreams, logStreamsLook, '/log-streams');
  if (seen.is !== 'seen') return [unseen(check, whyUnseen(seen))];
  const ours = seen.value.filter(({ type, sink }) => type === 'http' && sink?.httpEndpoint === hook);
  const isActive = ours.some(({ status }) => status === 'active');
  if (ours.length === 0 && hasHook && (await isToldByAction(options)))
    return [fine(check, 'There is no log stream to Latchkey; an Action tells of a changed password.')];
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
const resetMail = 'auth0.reset-mail';
const resetMailPage = 'Auth0: Branding → Email Templates → Change Password (Link)';

/**
 * The link in the mail that people get from Auth0's own login page: whoever reads the mailbox has the account. `mailsLinks`: a rule has
 * Auth0 send it after a proof here, too.
 */
export async function lookAtResetMail(reader: TenantReader, mailsLinks: boolean): Promise<readonly Finding[]> {
  const seen = await reader.read(looks.mailTemplate, mailTemplateLook, '/email-templates/reset_email');
  if (seen.is === 'unseen') return [unseen(resetMail, seen.why)];
  const template = seen.is === 'seen' ? seen.value : {};
  const findings = [
    ...textFindings(template),
    ...lifeFindings(template.urlLifetimeInSeconds ?? usualLifeSeconds, mailsLinks),
  ];
  const minutes = Math.round((template.urlLifetimeInSeconds ?? usualLifeSeconds) / 60);
  return findings.length > 0
    ? findings
    : [fine(resetMail, `The link of Auth0’s own reset mail can be used for ${minutes} minutes.`)];
}

function lifeFindings(seconds: number, mailsLinks: boolean): readonly Finding[] {
  if (mailsLinks && seconds < mailedSeconds)
    return [
      doubtful(
        resetMail,
        `The link of Auth0’s own reset mail can be used for ${Math.round(seconds / 60)} minutes, but people with \`via: email\` are told that it works for an hour.`,
        `Set its lifetime to ${mailedSeconds} seconds. ${resetMailPage}.`,
      ),
    ];
  if (seconds <= lifeAtMostSeconds) return [];
  return [
    doubtful(
      resetMail,
      `The link of Auth0’s own reset mail can be used for ${Math.round(seconds / 360) / 10} hours.`,
      mailsLinks
        ? `Set its lifetime to ${mailedSeconds} seconds. ${resetMailPage}.`
        : `Set its lifetime to 600 seconds, or an hour at most. ${resetMailPage}.`,
    ),
  ];
}

/** Without a text of the tenant's own, Auth0's holds, which has the link. */
function textFindings({ enabled, body }: MailTemplateLook): readonly Finding[] {
  if (enabled === false)
    return [
      doubtful(
        resetMail,
        'The tenant’s own reset mail is switched off, so its text and its lifetime may not hold.',
        `Switch it on, or look at what people get. ${resetMailPage}.`,
      ),
    ];
  if (body === undefined || body === null || saysIn(body, 'url')) return [];
  return [
    wrong(
      resetMail,
      'The text of Auth0’s own reset mail lacks the link, so nobody who presses “Forgot password?” can go on.',
      `Write {{ url }} into it. ${resetMailPage}.`,
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
