// The container image without a container engine: what the file says by rules, and what it copies started as the image would.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { chmod, chown, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { DockerfileParser } from 'dockerfile-ast';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { freePort } from '../../playground/free-port.ts';
import { read, root } from './files.ts';

const containerfile = read('deploy/container/Containerfile');
const parsed = DockerfileParser.parse(containerfile);
const instructions = parsed.getInstructions().map((one) => ({
  keyword: one.getKeyword(),
  words: one.getArguments().map((word) => word.getValue()),
  text: one.getRawArgumentsContent() ?? '',
  whole: one.getTextContent(),
}));
const all = (keyword: string) => instructions.filter((one) => one.keyword === keyword);
/** What stands after the last FROM. */
const final = instructions.slice(instructions.findLastIndex(({ keyword }) => keyword === 'FROM'));
const ofImage = (keyword: string) => final.filter((one) => one.keyword === keyword);
const list = (text: string): readonly string[] => z.array(z.string()).parse(JSON.parse(text));
/** What of this folder is in the image: from → to. */
const copies = ofImage('COPY')
  .filter(({ whole }) => !whole.includes('--from='))
  .flatMap(({ words }) => words.slice(0, -1).map((from) => ({ from, to: words.at(-1) ?? '' })));
const lock = z
  .object({ packages: z.record(z.string(), z.object({ dev: z.boolean().optional() })) })
  .parse(JSON.parse(read('package-lock.json')));
const manifest = z
  .object({ version: z.string(), optionalDependencies: z.record(z.string(), z.string()) })
  .parse(JSON.parse(read('package.json')));

describe('The Containerfile', () => {
  it('has a base with the exact version of the runtime that the lock file names', () => {
    const versions = new Set(Object.values(manifest.optionalDependencies));
    expect(versions.size).toBe(1);
    for (const { words } of all('FROM'))
      expect(words[0]).toBe(`docker.io/library/node:${[...versions][0]}-trixie-slim`);
  });

  it('installs what the lock file says, and nothing for development', () => {
    const installs = all('RUN').filter(({ text }) => text.includes('npm'));
    expect(installs.map(({ text }) => text)).toContain('["npm", "ci", "--omit=dev"]');
    expect(containerfile).not.toMatch(/npm (?:install|i)\b|curl|wget|\bADD\b/);
    const packages = [...containerfile.matchAll(/apt-get install (.*?) &&/g)].map(([, words]) => words);
    expect(packages).toEqual(['-y --no-install-recommends postgresql-client-17']);
    // .npmrc says that no script of a package runs.
    expect(all('COPY')[0]?.words).toContain('.npmrc');
    expect(read('.npmrc')).toMatch(/^ignore-scripts=true$/m);
  });

  it('ends as a numeric user who is not root, and starts without a shell', () => {
    const user = ofImage('USER').at(-1)?.words[0] ?? '';
    expect(user).toMatch(/^[1-9]\d{3,}:[1-9]\d{3,}$/);
    expect(final.findIndex(({ keyword }) => keyword === 'USER')).toBeLessThan(
      final.findIndex(({ keyword }) => keyword === 'ENTRYPOINT'),
    );
    expect(list(ofImage('ENTRYPOINT')[0]?.text ?? '')[0]).toBe('/app/node_modules/.bin/node');
    expect(ofImage('CMD')).toEqual([]);
    expect(ofImage('COPY').filter(({ whole }) => whole.includes('--chown'))).toEqual([]);
  });

  it('has PostgreSQL’s programs of the version of the server that the compose file starts, at least', () => {
    const [, client] = /postgresql-client-(\d+)/.exec(containerfile) ?? [];
    const [, server] = /postgres:(\d+)[\d.]*-trixie/.exec(read('deploy/container/compose.yaml')) ?? [];
    expect(Number(client)).toBeGreaterThanOrEqual(Number(server));
  });

  it('has one folder that can be written, and keeps the database there', () => {
    expect(ofImage('VOLUME').map(({ text }) => list(text))).toEqual([['/data']]);
    expect(containerfile).toMatch(/install -d -o 10001 -g 10001 -m 0700 \/data \/copies$/m);
    expect(containerfile).toMatch(/DATABASE_URL=sqlite:\/data\//);
  });

  it('lets nothing into the build but what it copies', () => {
    const lines = read('deploy/container/Containerfile.dockerignore')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'));
    expect(lines[0]).toBe('*');
    const needed = all('COPY')
      .filter(({ whole }) => !whole.includes('--from='))
      .flatMap(({ words }) => words.slice(0, -1).filter((word) => !word.startsWith('--')));
    expect(
      lines
        .slice(1)
        .map((line) => line.slice(1))
        .toSorted(),
    ).toEqual([...new Set(needed)].toSorted());
  });

  it('names the release', () => {
    for (const path of [
      'deploy/container/Containerfile',
      'deploy/container/compose.yaml',
      'deploy/kubernetes/latchkey.yaml',
    ])
      expect(read(path)).toContain(`latchkey:${manifest.version}`);
  });
});

/** The user of the image where this test may become them and they can read the project; else whoever runs the test. */
const strangerId = 10001;
const node = join(root, 'node_modules/.bin/node');
const canBeStranger =
  process.getuid?.() === 0 && spawnSync(node, ['-e', '0'], { uid: strangerId, gid: strangerId }).status === 0;
const asStranger = canBeStranger ? { uid: strangerId, gid: strangerId } : {};

describe('What the image holds', () => {
  let folder = '';
  let port = 0;
  let server: ChildProcess | undefined;
  const output: Buffer[] = [];
  const logged = (): string => Buffer.concat(output).toString();
  const env = (): NodeJS.ProcessEnv => ({
    NODE_ENV: 'production',
    HOST: '127.0.0.1',
    PORT: String(port),
    POLICY_FILE: 'built-in',
    DATABASE_URL: `sqlite:${folder}/data/latchkey.db`,
    PUBLIC_URL: 'https://latchkey.acme.example',
    SECRET_KEYS: randomBytes(32).toString('base64'),
    AUTH0_DOMAIN: 'acme.eu.auth0.com',
    AUTH0_CLIENT_ID: 'client',
    AUTH0_CLIENT_SECRET: randomBytes(24).toString('hex'),
    AUTH0_BASE_URL: 'http://127.0.0.1:9',
    SLACK_SIGNING_SECRET: randomBytes(16).toString('hex'),
    SLACK_BOT_TOKEN: 'xoxb-1-2-abc',
    SLACK_API_URL: 'http://127.0.0.1:9/api/',
  });
  const inImage = (path: string): string => path.replace(/^\/app\//, `${folder}/app/`);

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'latchkey-image-'));
    await chmod(folder, 0o755);
    const app = join(folder, 'app');
    for (const { from, to } of copies.filter(({ to }) => !to.startsWith('/')))
      cpSync(join(root, from), join(app, to.endsWith('/') ? join(to, from) : to), { recursive: true });
    for (const [path, { dev }] of Object.entries(lock.packages)) {
      const [, name = ''] = /^node_modules\/((?:@[^/]+\/)?[^/]+)$/.exec(path) ?? [];
      if (name === '' || dev === true || !existsSync(join(root, path))) continue;
      mkdirSync(dirname(join(app, path)), { recursive: true });
      symlinkSync(join(root, path), join(app, path));
    }
    mkdirSync(join(app, 'node_modules/.bin'));
    symlinkSync(node, join(app, 'node_modules/.bin/node'));
    for (const name of ['data', 'copies']) {
      mkdirSync(join(folder, name));
      if (canBeStranger) await chown(join(folder, name), strangerId, strangerId);
    }
    if (!canBeStranger) await chmod(app, 0o555);
    port = await freePort();
  });
  afterAll(async () => {
    if (server !== undefined && server.exitCode === null) {
      server.kill('SIGKILL');
      await once(server, 'exit');
    }
    if (!canBeStranger) await chmod(join(folder, 'app'), 0o755);
    await rm(folder, { recursive: true, force: true });
  });

  it('starts as its user with a folder that cannot be written, passes its health check, and stops on SIGTERM', async () => {
    const [program = '', ...args] = list(ofImage('ENTRYPOINT')[0]?.text ?? '');
    server = spawn(inImage(program), args, { cwd: join(folder, 'app'), env: env(), ...asStranger });
    const { stdout, stderr } = server;
    for (const stream of [stdout, stderr]) stream?.on('data', (chunk: Buffer) => output.push(chunk));
    await expect.poll(logged, { timeout: 60_000 }).toContain('"msg":"ready"');
    const health = ofImage('HEALTHCHECK')[0]?.text ?? '';
    const [check = '', ...words] = list(health.slice(health.indexOf('[')));
    const asked = (to: number) =>
      spawnSync(inImage(check), words, { env: { PORT: String(to) }, ...asStranger, timeout: 10_000 }).status;
    expect(asked(port)).toBe(0);
    // Nobody listens there.
    expect(asked(9)).toBe(1);
    server.kill('SIGTERM');
    expect(await once(server, 'exit')).toEqual([0, null]);
    expect(logged()).toContain('"msg":"stopped"');
  });

  it('has the operator’s commands, also those that read and write files', async () => {
    const script = join(folder, 'latchkey');
    await writeFile(script, read('deploy/container/latchkey').replace('cd /app', `cd '${folder}/app'`));
    const run = (...args: string[]) =>
      spawnSync('/bin/sh', [script, ...args], { cwd: '/', env: env(), ...asStranger, encoding: 'utf8' });
    expect(run('help').stdout).toContain('requests list');
    expect(run('requests', 'list')).toMatchObject({ status: 0 });
    expect(JSON.parse(run('manifest', 'slack').stdout)).toHaveProperty('display_information');
    expect(run('backwards').status).not.toBe(0);

    const copy = join(folder, 'copies/latchkey.db');
    expect(run('backup', copy)).toMatchObject({ status: 0, stdout: expect.stringContaining('checked') });
    expect(run('restore', copy, '--yes')).toMatchObject({ status: 0 });
    expect(run('migrate')).toMatchObject({ status: 0, stdout: 'The database is up to date.\n' });

    const teams = { ...env(), TEAMS_APP_ID: randomUUID() };
    const ofTeams = (...args: string[]) =>
      spawnSync('/bin/sh', [script, 'manifest', 'teams', ...args], {
        cwd: '/',
        env: teams,
        ...asStranger,
        encoding: 'utf8',
      });
    expect(ofTeams(join(folder, 'copies/teams.zip'))).toMatchObject({
      ...{ status: 0, stdout: expect.stringMatching(/version \d+\.\d+\.\d+/) },
    });
    // The folder of the code cannot be written.
    expect(ofTeams()).toMatchObject({ status: 1, stderr: expect.stringContaining('latchkey manifest teams FILE') });
  });
});
