// An emulated tenant that speaks https, with things in it that belong to the customer; the command and the real deploy tool as
// processes of their own.
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { z } from 'zod';
import { type Auth0Server, startAuth0 } from '../../playground/auth0/server.ts';
import { makeCertificate } from '../notices/mail-server.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const cli = join(root, 'src/cli/cli.ts');
const tool = join(root, 'node_modules/.bin/a0deploy');

const publicUrl = 'https://latchkey.acme.example';
export const hookSecret = randomBytes(32).toString('hex');
export const deploySecret = 'the-secret-of-the-application-that-deploys';

/** Of the application that deploys, as the documentation names them. */
export const deployScopes: readonly string[] = [
  ...['clients', 'client_grants', 'connections', 'actions', 'log_streams', 'email_templates'].flatMap((kind) =>
    ['read', 'create', 'update'].map((verb) => `${verb}:${kind}`),
  ),
  ...['read:attack_protection', 'update:attack_protection', 'read:connections_options', 'update:connections_options'],
  ...['read:email_provider', 'read:phone_providers'],
];

/** What an export needs besides. */
export const exportScopes: readonly string[] = [...deployScopes, 'read:tenant_settings', 'read:resource_servers'];

const state = z.enum(['ok', 'warning', 'failed', 'skipped']);
const report = z.object({ findings: z.array(z.object({ check: z.string(), state, what: z.string() })) });
type Finding = z.infer<typeof report>['findings'][number];

export interface Ran {
  readonly code: number;
  readonly out: string;
}

export interface DeployedTenant {
  readonly auth0: Auth0Server;
  /** Host and port. */
  readonly domain: string;
  /** Whoever trusts it trusts the emulator, and the other servers with this certificate. */
  readonly caFile: string;
  readonly folder: string;
  /** `latchkey manifest auth0 DIR`, with what is given over the usual settings; undefined takes one away. */
  manifest(changes?: Readonly<Record<string, string | undefined>>, options?: readonly string[]): Promise<Ran>;
  /** `node DIR/import.mjs …`, in the folder of the project unless another is named. */
  deploy(words?: readonly string[], changes?: Readonly<Record<string, string | undefined>>, cwd?: string): Promise<Ran>;
  /** The real tool's export, into a folder that is returned. */
  exported(): Promise<Ran & { readonly folder: string }>;
  /** The real tool's import of a folder that it exported. */
  importedBack(folder: string): Promise<Ran>;
  /** `latchkey doctor --json` with the settings of a server on this tenant. Slack is on, but nobody is there. */
  doctor(changes: Readonly<Record<string, string | undefined>>): Promise<readonly Finding[]>;
  /** A file that the command wrote. */
  json(path: string): unknown;
}

/** Port and name must be known before the server is there: they are its domain. */
function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

export const certificate = makeCertificate();

export async function openDeployedTenant(
  options: { readonly scopes?: readonly string[]; readonly isNew?: boolean; readonly limits?: boolean } = {},
): Promise<DeployedTenant> {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-tenant-'));
  writeFileSync(join(folder, 'ca.pem'), certificate.cert);
  const port = await freePort();
  const domain = `127.0.0.1:${port}`;
  const auth0 = await startAuth0({
    ...{ domain, port, tls: certificate, clientId: 'TheBotsOwnId', clientSecret: 'the-secret-of-the-bot' },
  });
  const { configuration } = auth0.control;
  const deployer = { app_type: 'non_interactive', grant_types: ['client_credentials'] };
  auth0.control.addClient(
    { id: 'TheDeployersId', name: 'Deployer', secret: deploySecret, fields: deployer },
    options.scopes ?? deployScopes,
  );
  if (options.isNew === true) {
    // Before the installation there is neither the application nor the connections.
    configuration.clients.splice(
      configuration.clients.findIndex(({ id }) => id === 'TheBotsOwnId'),
      1,
    );
    configuration.clientGrants.splice(
      configuration.clientGrants.findIndex((grant) => grant.clientId === 'TheBotsOwnId'),
      1,
    );
    const connections = auth0.control.connections();
    for (const { clients } of connections) clients.clear();
    auth0.control.removeConnection('email');
    auth0.control.removeConnection('sms');
  }
  if (options.limits === true) auth0.control.limitManagement();
  onTestFinished(async () => {
    await auth0.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const { PATH = '', HOME = '' } = process.env;
  const usual = {
    ...{ PATH, HOME, NODE_EXTRA_CA_CERTS: join(folder, 'ca.pem'), POLICY_FILE: 'built-in' },
    ...{ PUBLIC_URL: publicUrl, AUTH0_DOMAIN: domain, WEBHOOK_SECRET: hookSecret },
    ...(options.isNew === true
      ? {}
      : { AUTH0_CLIENT_ID: 'TheBotsOwnId', AUTH0_CLIENT_SECRET: 'the-secret-of-the-bot' }),
    ...{ AUTH0_DEPLOY_CLIENT_ID: 'TheDeployersId', AUTH0_DEPLOY_CLIENT_SECRET: deploySecret },
  };
  const run = (
    file: string,
    args: readonly string[],
    changes: Readonly<Record<string, string | undefined>>,
    cwd = root,
  ) =>
    new Promise<Ran>((resolve) => {
      const env = Object.fromEntries(
        Object.entries({ ...usual, ...changes }).filter(([, value]) => value !== undefined),
      );
      execFile(file, args, { env, cwd, maxBuffer: 1e8 }, (error, out, err) => {
        resolve({ code: typeof error?.code === 'number' ? error.code : 0, out: out + err });
      });
    });
  const written = join(folder, 'written');
  return {
    ...{ auth0, domain, caFile: join(folder, 'ca.pem') },
    folder: written,
    manifest: (changes = {}, more = []) => run(process.execPath, [cli, 'manifest', 'auth0', written, ...more], changes),
    deploy: (words = [], changes = {}, cwd = root) =>
      run(process.execPath, [join(written, 'import.mjs'), ...words], changes, cwd),
    exported: async () => {
      const to = mkdtempSync(join(folder, 'export-'));
      const config = join(to, 'config.json');
      const types = ['clients', 'clientGrants', 'connections', 'databases', 'attackProtection', 'actions', 'triggers'];
      writeFileSync(
        config,
        JSON.stringify({
          ...{ AUTH0_DOMAIN: domain, AUTH0_CLIENT_ID: 'TheDeployersId', AUTH0_CLIENT_SECRET: deploySecret },
          AUTH0_INCLUDED_ONLY: [...types, 'emailTemplates', 'logStreams'],
        }),
      );
      const ran = await run(
        process.execPath,
        [tool, 'export', '-c', config, '--env', 'false', '-f', 'directory', '-o', to],
        {},
      );
      return { ...ran, folder: to };
    },
    importedBack: (from) => {
      const config = join(from, 'config.json');
      const before = z.record(z.string(), z.unknown()).parse(JSON.parse(readFileSync(config, 'utf8')));
      // The tool writes a keyword in the place of the token of a stream.
      const keywords = { LOGSTREAMS_HTTP_SECRET: `Bearer ${hookSecret}` };
      const after = { ...before, AUTH0_ALLOW_DELETE: false, AUTH0_KEYWORD_REPLACE_MAPPINGS: keywords };
      writeFileSync(config, JSON.stringify(after));
      return run(process.execPath, [tool, 'import', '-c', config, '--env', 'false', '-i', from], {});
    },
    doctor: async (changes) => {
      const { out } = await run(process.execPath, [cli, 'doctor', '--json'], {
        ...{ SECRET_KEYS: randomBytes(32).toString('base64'), DATABASE_URL: `sqlite:${folder}/latchkey.db` },
        ...{ SLACK_SIGNING_SECRET: randomBytes(16).toString('hex'), SLACK_BOT_TOKEN: 'xoxb-1-2-abc' },
        SLACK_API_URL: 'http://127.0.0.1:9/api/',
        ...changes,
      });
      return report.parse(JSON.parse(out)).findings;
    },
    json: (path) => JSON.parse(readFileSync(join(written, path), 'utf8')),
  };
}

/** All files below a folder, as one text. */
export function everythingIn(folder: string): string {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile())
    .map((path) => readFileSync(path, 'utf8'))
    .join('\n');
}

/** What the tenant is, without what the emulator only counts. */
export function stateOf({ control }: Auth0Server): unknown {
  const { configuration } = control;
  return JSON.parse(
    JSON.stringify({
      ...configuration,
      bindings: [...configuration.bindings].map(([trigger, bound]) => [trigger, bound.map(({ actionId }) => actionId)]),
      emailTemplates: [...configuration.emailTemplates],
      connections: control.connections().map((each) => ({ ...each, clients: [...each.clients].sort() })),
    }),
  );
}
