// `latchkey manifest auth0 DIR`: reads the tenant, writes the files for auth0-deploy-cli, and says what they would change.
// Changes nothing at Auth0, and writes no secret.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { hookKeyword, type PartPlan, type TenantPlan } from '../../manifest/auth0/draft.ts';
import { isTenantError, readTenant } from '../../manifest/auth0/read-tenant.ts';
import type { ResetPageBrand } from '../../manifest/auth0/reset-page.ts';
import { grantedScopes, planTenant } from '../../manifest/auth0/tenant-plan.ts';
import { callbacksAt } from '../auth0/application.ts';
import { scopeReasons } from '../auth0/scopes.ts';
import { type ForAuth0Manifest, readForAuth0Manifest } from '../config/config.ts';
import { readWithPolicy } from '../config/installation.ts';
import { checksKnownPasswords, type Policy } from '../config/policy/policy-file.ts';
import { mailedSeconds } from '../flows/limits.ts';
import { someLinksAreMailed } from '../flows/policy.ts';
import { useProxyAndKeepConnections } from '../outbound/dispatcher.ts';

export interface Auth0ManifestOrder {
  readonly folder: string;
  readonly replacesMailText: boolean;
  readonly hasFewestScopes: boolean;
  readonly wantsResetPage: boolean;
}

/** A misspelt option must not be taken for nothing. */
export function auth0ManifestOrder(args: readonly string[]): Auth0ManifestOrder | undefined {
  const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true, strict: false });
  const {
    'replace-mail-text': replacesMailText = false,
    'fewest-scopes': hasFewestScopes = false,
    'reset-page': wantsResetPage = false,
    ...unknown
  } = values;
  const [folder, ...more] = positionals;
  if (folder === undefined || more.length > 0 || Object.keys(unknown).length > 0) return undefined;
  if (typeof replacesMailText !== 'boolean' || typeof hasFewestScopes !== 'boolean') return undefined;
  if (typeof wantsResetPage !== 'boolean') return undefined;
  return { folder, replacesMailText, hasFewestScopes, wantsResetPage };
}

const options = {
  'replace-mail-text': { type: 'boolean' },
  'fewest-scopes': { type: 'boolean' },
  'reset-page': { type: 'boolean' },
} as const;

const usualName = 'Latchkey';

/** The exit code: 0 if the files are written, 1 if not. */
export async function writeAuth0Manifest(
  { folder, wantsResetPage, ...wishes }: Auth0ManifestOrder,
  env: NodeJS.ProcessEnv,
): Promise<number> {
  const { settings: config, found } = readWithPolicy(env, readForAuth0Manifest, { mayLackPolicy: true });
  const { policy } = found;
  if (isForeign(folder)) {
    say(`${folder} has other files. Name a new folder, or one that this command wrote.`);
    return 1;
  }
  useProxyAndKeepConnections();
  const { tenantDomain, baseUrl, clientId, deploy } = config;
  const access = { tenantDomain, ...(baseUrl === undefined ? {} : { baseUrl }) };
  try {
    const seen =
      deploy === undefined
        ? undefined
        : await readTenant(
            { ...access, ...deploy },
            {
              ...{ clientId, clientName: usualName, connections: policy.connections },
              ...{ hookSecret: config.hookSecret, wantsResetPage },
            },
          );
    const ownName = seen?.client?.['name'];
    const plan = planTenant(
      {
        publicUrl: config.publicUrl,
        callbacks: callbacksAt(config.publicUrl),
        checksPasswords: checksKnownPasswords(policy),
        tenantDomain,
        clientId: clientId ?? idIn(seen?.client),
        clientName: typeof ownName === 'string' ? ownName : usualName,
        connections: policy.connections,
        linkSeconds: someLinksAreMailed(policy.rules) ? mailedSeconds : policy.limits.linkSeconds,
        hasHook: config.hookSecret !== undefined,
        ...(wantsResetPage ? { resetPage: brandOf(policy) } : {}),
        ...wishes,
      },
      seen,
    );
    writeFolder(folder, () => writeFiles(folder, plan, config));
    tell({ folder, plan, config, wasRead: seen !== undefined, scopes: grantedScopes(wishes) });
    return 0;
  } catch (error) {
    if (!isTenantError(error)) throw error;
    say(`${error.message} Nothing was written.`);
    return 1;
  }
}

const brandOf = ({ companyName, helpdesk }: Policy): ResetPageBrand => ({
  ...(companyName === undefined ? {} : { companyName }),
  ...(helpdesk.contact === undefined ? {} : { contact: helpdesk.contact }),
});

function idIn(client: Readonly<Record<string, unknown>> | undefined): string | undefined {
  const id = client?.['client_id'];
  return typeof id === 'string' ? id : undefined;
}

const marker = 'import.mjs';
const firstLine = '// Imports the files beside this one with auth0-deploy-cli. Written by `latchkey manifest auth0`.';
const template = new URL('../../manifest/auth0/code/import.mjs', import.meta.url);

/** Whether something in it would be overwritten that is not ours. */
function isForeign(folder: string): boolean {
  const script = join(folder, marker);
  if (existsSync(script)) return readFileSync(script, 'utf8').split('\n', 1)[0] !== firstLine;
  return ['tenant', 'log-stream', 'replaced'].some((name) => existsSync(join(folder, name)));
}

function writeFolder(folder: string, write: () => void): void {
  try {
    write();
  } catch (error) {
    const { code } = Object(error);
    throw new Error(`${folder} cannot be written (${code}). Say where: latchkey manifest auth0 DIR`, { cause: error });
  }
}

/** Files of an earlier run go: they hold what the tenant had then, and an import would bring it back. */
function writeFiles(folder: string, plan: TenantPlan, config: ForAuth0Manifest): void {
  mkdirSync(folder, { recursive: true });
  for (const [name, files] of [
    ['tenant', plan.files],
    ['log-stream', plan.streamFiles],
  ] as const) {
    rmSync(join(folder, name), { recursive: true, force: true });
    if (files.size === 0) continue;
    const all = new Map([...files, ...settingsOf(files, config)]);
    for (const [path, content] of all) writeBelow(join(folder, name), path, content);
  }
  // Kept from earlier runs: by now the tenant may have nothing but ours.
  for (const [path, content] of plan.replaced) writeBelow(join(folder, 'replaced'), path, content);
  writeFileSync(join(folder, marker), readFileSync(template));
}

function writeBelow(folder: string, path: string, content: string): void {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
}

/** The names by which the tool knows the folders. Of what is not named it touches nothing. */
const kinds: Readonly<Record<string, string>> = {
  clients: 'clients',
  grants: 'clientGrants',
  connections: 'connections',
  'attack-protection': 'attackProtection',
  actions: 'actions',
  triggers: 'triggers',
  emails: 'emailTemplates',
  pages: 'pages',
  'log-streams': 'logStreams',
};

function settingsOf(
  files: ReadonlyMap<string, string>,
  { tenantDomain, baseUrl, clientId }: ForAuth0Manifest,
): ReadonlyMap<string, string> {
  const folders = new Set([...files.keys()].map((path) => path.slice(0, path.indexOf('/'))));
  const needsHook = [...files.values()].some((text) => text.includes(`##${hookKeyword}##`));
  const config = {
    AUTH0_DOMAIN: baseUrl === undefined ? tenantDomain : new URL(baseUrl).host,
    ...(baseUrl === undefined ? {} : { AUTH0_AUDIENCE: `https://${tenantDomain}/api/v2/` }),
    AUTH0_ALLOW_DELETE: false,
    AUTH0_INCLUDED_ONLY: [...folders].map((name) => kinds[name] ?? name),
    AUTH0_INCLUDED_CONNECTIONS: ['email', 'sms'],
  };
  const about = {
    wants: needsHook ? { [hookKeyword]: 'WEBHOOK_SECRET' } : {},
    ...(clientId === undefined ? {} : { botClientId: clientId }),
  };
  const json = (value: unknown) => `${JSON.stringify(value, undefined, 2)}\n`;
  return new Map([
    ['config.json', json(config)],
    ['import.json', json(about)],
  ]);
}

interface Told {
  readonly folder: string;
  readonly plan: TenantPlan;
  readonly config: ForAuth0Manifest;
  readonly wasRead: boolean;
  readonly scopes: readonly string[];
}

function tell({ folder, plan, config, wasRead, scopes }: Told): void {
  const list = (head: string, lines: readonly string[]) =>
    lines.length === 0 ? [] : [head, ...lines.map((line) => `  - ${line}`), ''];
  const run = `node ${join(folder, marker)}`;
  say(
    [
      wasRead
        ? `The tenant ${config.tenantDomain} was read. What it has is kept, unless a line below says otherwise.`
        : `The tenant ${config.tenantDomain} was not read: AUTH0_DEPLOY_CLIENT_ID and AUTH0_DEPLOY_CLIENT_SECRET are not set. These files are for a first installation and leave out whatever could replace something of yours.`,
      '',
      'The import would change:',
      ...plan.parts.flatMap(linesOf),
      '',
      ...list('Why the application has each scope:', scopes.map(reasonLine)),
      ...list('Know before you import:', plan.warnings),
      ...list('Left to do by hand:', plan.steps),
      'Next:',
      `  ${run} --dry-run     shows it again; “should be deleted” there names other people's things, and deletes nothing`,
      `  ${run}               imports it`,
      ...(plan.streamFiles.size === 0 ? [] : [`  ${run} log-stream    on a plan that has log streams`]),
    ].join('\n'),
  );
}

const reasonLine = (scope: string): string => `${scope}: ${scopeReasons[scope] ?? 'a call of Latchkey'}`;

function linesOf({ what, is, lines, note }: PartPlan): readonly string[] {
  const more = note === undefined ? [] : [`      ${note}`];
  if (is === 'unseen') return [`  ? ${what}: written; what the tenant has was not seen`];
  if (is === 'new') return [`  + ${what}: new`];
  if (lines.length === 0) return [`  = ${what}: stays as it is`, ...more];
  return [`  ~ ${what}:`, ...lines.map((line) => `      ${line}`), ...more];
}

const say = (text: string): void => void process.stdout.write(`${text}\n`);
