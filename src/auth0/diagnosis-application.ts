// How the application of AUTH0_CLIENT_ID is set up.
import type { Finding } from '../doctor/check.ts';
import { callbacksAt, grantTypesFor } from './application.ts';
import { looks } from './endpoints.ts';
import { doubtful, fatal, fine, unseen, whyUnseen, wrong } from './finding.ts';
import { type ApplicationLook, applicationLook } from './look-schemas.ts';
import { otpGrant, passwordRealmGrant } from './schemas.ts';
import type { TenantReader } from './tenant-reader.ts';

export interface ApplicationOptions {
  readonly reader: TenantReader;
  readonly clientId: string;
  readonly publicUrl: string;
  /** Whether a rule of the policy lets people of a database type a password that they know. */
  readonly checksPasswords: boolean;
}

/** Secrets of the application would come without `fields`, if a scope allowed it. */
const fields = 'client_id,grant_types,callbacks,token_endpoint_auth_method,oidc_conformant';

export async function lookAtApplication({
  reader,
  clientId,
  publicUrl,
  checksPasswords,
}: ApplicationOptions): Promise<readonly Finding[]> {
  const path = `/clients/${encodeURIComponent(clientId)}?fields=${encodeURIComponent(fields)}`;
  const seen = await reader.read(looks.application, applicationLook, path);
  if (seen.is !== 'seen')
    return ['auth0.grant-types', 'auth0.callbacks', ofApplication].map((check) => unseen(check, whyUnseen(seen)));
  return [
    ...listFindings({
      check: 'auth0.grant-types',
      ...{
        name: 'grant types',
        wanted: grantTypesFor(checksPasswords),
        vital: [otpGrant],
        has: seen.value.grant_types,
      },
      lacking: (grant) => grantReasons[grant] ?? 'without it Latchkey gets no answer',
      where: 'Auth0: Applications → your application → Advanced Settings → Grant Types',
    }),
    ...listFindings({
      check: 'auth0.callbacks',
      ...{ name: 'callbacks', wanted: callbacksAt(publicUrl), has: seen.value.callbacks },
      lacking: (callback) =>
        callback.endsWith('/change/callback')
          ? 'without it nobody can change a password that they know'
          : 'without it nobody can enrol',
      where: 'Auth0: Applications → your application → Settings → Allowed Callback URLs',
    }),
    ...kindFindings(seen.value),
  ];
}

const grantReasons: Readonly<Record<string, string>> = {
  authorization_code: 'without it nobody can enrol, or change a password that they know',
  [otpGrant]: 'without it codes cannot be checked',
  [passwordRealmGrant]: 'without it the old password cannot be checked where the policy says `change: { via: form }`',
};

const ofApplication = 'auth0.application';
/** Only these are repeated. */
const otherMethods: readonly string[] = ['client_secret_basic', 'private_key_jwt', 'tls_client_auth'];

/** Latchkey proves itself by its secret, in the body of the request. */
function kindFindings({
  token_endpoint_auth_method: method,
  oidc_conformant: isConformant,
}: ApplicationLook): readonly Finding[] {
  const findings: Finding[] = [];
  if (method === 'none')
    findings.push(
      wrong(
        ofApplication,
        'The application needs no secret: whoever knows its client id can have codes checked in its name.',
        'Set Authentication Methods to Client Secret (Post). Auth0: Applications → your application → Credentials.',
      ),
    );
  else if (method !== undefined && method !== 'client_secret_post')
    findings.push(
      doubtful(
        ofApplication,
        `The application proves itself by ${otherMethods.includes(method) ? method : 'another way'}, and Latchkey sends its secret as client_secret_post.`,
        'Set Authentication Methods to Client Secret (Post). Auth0: Applications → your application → Credentials.',
      ),
    );
  if (isConformant === false)
    findings.push(
      doubtful(
        ofApplication,
        'The application is not OIDC conformant, so Auth0 answers it by older rules, which are not tried here.',
        'Switch on OIDC Conformant. Auth0: Applications → your application → Advanced Settings → OAuth.',
      ),
    );
  if (findings.length > 0) return findings;
  if (method === undefined || isConformant === undefined)
    return [
      unseen(ofApplication, 'Auth0 does not show how the application proves itself, or by which rules it is answered.'),
    ];
  return [fine(ofApplication, 'The application proves itself by its secret, and is OIDC conformant.')];
}

interface Listed {
  readonly check: string;
  readonly name: string;
  readonly wanted: readonly string[];
  /** Without them nobody can be helped. */
  readonly vital?: readonly string[];
  readonly has: readonly string[] | undefined;
  /** What does not work without this one. */
  readonly lacking: (one: string) => string;
  readonly where: string;
}

function listFindings({ check, name, wanted, vital = [], has, lacking, where }: Listed): readonly Finding[] {
  if (has === undefined) return [unseen(check, `Auth0 does not show the ${name} of the application.`)];
  const missing = wanted.filter((one) => !has.includes(one));
  const surplus = has.filter((one) => !wanted.includes(one));
  const reasons = [...new Set(missing.map(lacking))].join('; ');
  const lack = missing.some((one) => vital.includes(one)) ? fatal : wrong;
  const findings = [
    ...(missing.length === 0
      ? []
      : [lack(check, `The application lacks ${missing.join(', ')}: ${reasons}.`, `Add it. ${where}.`)]),
    ...(surplus.length === 0
      ? []
      : [
          doubtful(
            check,
            `The application has ${surplus.length} more ${name} than it needs; each is a further way in.`,
            `Leave only ${wanted.join(', ')}. ${where}.`,
          ),
        ]),
  ];
  return findings.length === 0
    ? [fine(check, `The application has the ${name} that it needs, and no others.`)]
    : findings;
}
