// Whether each controller lets us in over TLS, whether it is the right one to write to, and how long its certificate lasts.
import { connect } from 'node:tls';
import { withTimeout } from '../concurrency/timeout.ts';
import type { Finding } from '../doctor/check.ts';
import type { Failure } from '../flows/outcome.ts';
import type { Clock } from '../flows/ports.ts';
import { type ConnectionSettings, type DirectoryConnection, defaultConnectMs, tlsOptions } from './connection.ts';
import type { Controllers } from './controllers.ts';

const name = 'directory.controllers';
const certificates = 'directory.certificates';

/** One after the other, in their order: the first wrong password is the last one that is tried. */
export async function controllerFindings(
  controllers: Controllers,
  urls: readonly string[],
): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const [place, url] of urls.entries()) {
    const seen = await controllers.useOnly(url, (connection) => lookAtController(connection, place === 0));
    findings.push(seen.ok ? seen.value : notLetIn(url, seen.failure));
  }
  return findings;
}

async function lookAtController(connection: DirectoryConnection, isFirst: boolean): Promise<Finding> {
  const { url, root } = connection;
  if (root.isReadOnly)
    return {
      ...{ check: name, state: 'failed', what: `${url} is a read-only controller, which cannot set a password.` },
      remedy: 'Name controllers that can write.',
    };
  const head = root.domain === 'not-known' ? undefined : await connection.read(root.domain, ['fSMORoleOwner']);
  const owner = head?.ok === true ? (head.value?.text('fSMORoleOwner') ?? 'not-known') : 'not-known';
  const isPrimary = owner !== 'not-known' && owner === root.controller;
  if (isFirst && !isPrimary)
    return {
      ...{ check: name, state: 'warning', what: `${url} is tried first, and does not have the PDC emulator's role.` },
      remedy: 'Name the one that has it first: it hears of every wrong password, and of every new one at once.',
    };
  return { check: name, state: 'ok', what: `${url} lets the service account in.` };
}

function notLetIn(url: string, failure: Failure): Finding {
  const code = failure.cause.replace(/^ldap: /, '');
  const remedy =
    'remedy' in failure && failure.remedy !== undefined ? failure.remedy : (remedies[code] ?? lookAtNetwork);
  return { check: name, state: 'failed', what: `${url} does not let us in (${failure.cause}).`, remedy };
}

const foreignAuthority = 'Let `caFile` name the certificate of the authority that issued the controller’s one.';
const lookAtNetwork = 'Look at the name, the port, the firewall, and whether LDAPS is on at this controller.';
const remedies: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'The certificate of the controller has ended. Renew it.',
  ERR_TLS_CERT_ALTNAME_INVALID: 'The certificate is for another name. Use the name in it, or issue one for this name.',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: foreignAuthority,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: foreignAuthority,
  SELF_SIGNED_CERT_IN_CHAIN: foreignAuthority,
  DEPTH_ZERO_SELF_SIGNED_CERT: foreignAuthority,
};

const dayMs = 86_400_000;
const warnedDays = 30;

export async function certificateFindings(
  settings: ConnectionSettings & { readonly urls: readonly string[] },
  clock: Clock,
): Promise<readonly Finding[]> {
  const found = settings.urls.map(async (url): Promise<Finding> => {
    const endsAt = await certificateEnd(url, settings);
    if (endsAt === undefined)
      return {
        check: certificates,
        state: 'skipped',
        what: `not seen. ${url} showed no certificate that is accepted.`,
      };
    const days = Math.floor((endsAt - clock.now()) / dayMs);
    if (days < warnedDays)
      return {
        ...{ check: certificates, state: 'warning', what: `The certificate of ${url} ends in ${days} days.` },
        remedy: 'Renew it before: without it nobody can be helped here.',
      };
    return { check: certificates, state: 'ok', what: `The certificate of ${url} lasts for ${days} days.` };
  });
  return Promise.all(found);
}

/** Milliseconds since 1970; undefined where it is not accepted, or nobody answers. */
async function certificateEnd(url: string, settings: ConnectionSettings): Promise<number | undefined> {
  const options = await tlsOptions(settings);
  const target = URL.parse(url);
  if (!options.ok || target === null) return undefined;
  const { hostname: host, port } = target;
  const socket = connect({ ...options.value, host, port: Number(port === '' ? 636 : port) });
  const end = new Promise<number | undefined>((resolve) => {
    socket.once('error', () => resolve(undefined));
    socket.once('secureConnect', () => resolve(Date.parse(socket.getPeerCertificate().valid_to)));
  });
  try {
    return await withTimeout(end, settings.connectTimeoutMs ?? defaultConnectMs);
  } finally {
    socket.destroy();
  }
}
