// Imports the files beside this one with auth0-deploy-cli. Written by `latchkey manifest auth0`.
//
//   node import.mjs --dry-run      shows what the tool would do, and changes nothing
//   node import.mjs                imports the folder `tenant`
//   node import.mjs log-stream     imports the folder `log-stream`, if your plan has log streams
//
// It needs AUTH0_DEPLOY_CLIENT_ID and AUTH0_DEPLOY_CLIENT_SECRET, from the environment or from the file .env in the folder where it is
// started; the environment wins. No secret stands in a file or on a command line: the tool gets
// those that it needs in its environment, and nothing else of yours, because it would take any AUTH0_… there for its own setting.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const tool = 'auth0-deploy-cli@8.44.0';
const root = dirname(fileURLToPath(import.meta.url));
const words = process.argv.slice(2);
const folder = join(root, words.includes('log-stream') ? 'log-stream' : 'tenant');
const unknown = words.filter((word) => !['log-stream', '--dry-run'].includes(word));

function stop(text) {
  process.stderr.write(`${text}\n`);
  process.exit(2);
}

if (unknown.length > 0) stop(`There is no option ${unknown.join(' ')}.`);
if (!existsSync(folder)) stop(`There is no folder ${folder}: this installation has nothing to import there.`);
const { wants, ...config } = JSON.parse(readFileSync(join(folder, 'import.json'), 'utf8'));
// The settings of Latchkey, as its own commands read them. Only those that are named below go on to the tool.
if (existsSync('.env')) process.loadEnvFile?.('.env');
const secrets = {
  AUTH0_CLIENT_ID: 'AUTH0_DEPLOY_CLIENT_ID',
  AUTH0_CLIENT_SECRET: 'AUTH0_DEPLOY_CLIENT_SECRET',
  ...wants,
};
// An undefined keyword would be sent as it stands, and a stream without a password would come of it.
const missing = Object.values(secrets).filter((name) => !process.env[name]);
if (missing.length > 0) {
  const isUnread = existsSync('.env') && process.loadEnvFile === undefined;
  const hint = isUnread ? ' This Node.js cannot read .env: take Node.js 20.12 or later, or export them.' : '';
  stop(`${missing.join(' and ')} must be set.${hint}`);
}
if (process.env.AUTH0_DEPLOY_CLIENT_ID === config.botClientId) {
  stop('AUTH0_DEPLOY_CLIENT_ID is Latchkey’s own application, which must not have these scopes. Make another one.');
}

const passed =
  /^(?:path|home|userprofile|appdata|localappdata|systemroot|comspec|pathext|temp|tmp|tmpdir|https?_proxy|no_proxy|node_extra_ca_certs|npm_config_.*)$/i;
const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => passed.test(name)));
for (const [name, from] of Object.entries(secrets)) env[name] = process.env[from];

const args = ['--yes', '--package', tool, 'a0deploy', 'import', '-c', join(folder, 'config.json'), '-i', folder];
if (words.includes('--dry-run')) args.push('--dry-run');
const child = spawn('npx', args, { env, stdio: 'inherit', shell: process.platform === 'win32' });
child.on('error', () => stop('npx could not be started: it comes with npm.'));
child.on('close', (code) => {
  process.exitCode = code ?? 1;
});
