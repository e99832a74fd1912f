// The systemd unit, read by systemd's own tool where this machine has it.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { settings } from '../../src/config/variables.ts';
import { titled } from '../skipped-reporter.ts';
import { read, root } from './files.ts';

const unit = read('deploy/systemd/latchkey.service');
const values = (key: string): readonly string[] =>
  [...unit.matchAll(new RegExp(`^${key}=(.*)$`, 'gm'))].map(([, value]) => value ?? '');
/** The lowest that its author reached; 0 is best, and below 2 systemd itself says OK. */
const exposureAtMost = 15;
const toolMissing = spawnSync('systemd-analyze', ['--version']).status === 0 ? undefined : 'no systemd-analyze';

function analyzed(text: string, ...args: readonly string[]) {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-unit-'));
  try {
    const path = join(folder, 'latchkey.service');
    writeFileSync(path, text);
    const { status, stdout, stderr } = spawnSync('systemd-analyze', [...args, path], { encoding: 'utf8' });
    return { status, text: `${stdout}${stderr}` };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe.skipIf(toolMissing !== undefined)(titled('systemd', toolMissing), () => {
  const installed = unit.replaceAll('/opt/latchkey/', root).replaceAll('=/opt/latchkey', `=${root}`);

  it('reads the unit without a complaint', () => {
    expect(analyzed(installed, 'verify')).toEqual({ status: 0, text: '' });
    expect(analyzed(installed.replace('RestartSec=', 'RestratSec='), 'verify').text).toContain('RestratSec');
  });

  it('counts the service among those that are exposed little', () => {
    const args = ['security', '--offline=yes', '--no-pager', `--threshold=${exposureAtMost}`];
    expect(analyzed(installed, ...args).status).toBe(0);
    const weaker = installed.replace(/^(?:CapabilityBoundingSet|SystemCallFilter)=.*$/gm, '');
    expect(analyzed(weaker, ...args).status).not.toBe(0);
  });
});

it('starts the program as installing.md says, and stops it in its time', () => {
  const start = 'node --expose-gc --import ./src/compile-cache.mjs src/main.ts';
  expect(values('ExecStart')).toEqual([`/opt/latchkey/node_modules/.bin/${start}`]);
  expect(read('docs/installing.md')).toContain(`node_modules/.bin/${start}`);
  expect(Number(values('TimeoutStopSec')[0])).toBeGreaterThanOrEqual(10);
});

describe('the commands of the operator, as operating.md has them,', () => {
  const [, section = ''] = read('docs/operating.md').split('\n## systemd\n');
  const blocks = (section.split('\n## ')[0] ?? '').match(/```sh\n[\s\S]*?```/g)?.join('\n') ?? '';
  const state = `/var/lib/${values('StateDirectory')[0]}/`;

  it('have the settings, the user and the folder of the service', () => {
    for (const property of ['StateDirectory', 'EnvironmentFile', 'WorkingDirectory', 'DynamicUser', 'UMask'])
      expect(blocks).toContain(`-p ${property}=${values(property)[0]}`);
    for (const setting of values('Environment')) expect(blocks).toContain(`-E ${setting}`);
  });

  it('read and write files only where they can: a transient unit with DynamicUser sees the rest read-only', () => {
    const files = [...blocks.matchAll(/^lk (?:backup|restore) (\S+)/gm)].map(([, file]) => file ?? '');
    expect(files.map((file) => file.startsWith(state))).toEqual([true, true]);
    expect(blocks).toContain(`install -m 600 -o "$(stat -c %u ${state}.)" FILE ${state}\nlk restore ${state}FILE`);
    expect(blocks).not.toMatch(/^lk (?:manifest|contacts)/m);
  });

  it('find the settings as root, by a link that the service does not meet', () => {
    expect(blocks).toMatch(/^ln -s latchkey\.env \/etc\/latchkey\/\.env /m);
    expect(values('WorkingDirectory')).not.toContain('/etc/latchkey');
  });
});

it('leaves no .env where the service runs: it would be refused there, since only root can read it', () => {
  const installing = unit.slice(0, unit.indexOf('[Unit]'));
  expect(installing).toMatch(/^# +mv \.env \/etc\/latchkey\/latchkey\.env;/m);
  expect(installing).not.toMatch(/install .*\.env /);
  expect(values('EnvironmentFile')).toEqual(['/etc/latchkey/latchkey.env']);
});

it('sets only what is a setting, and no secret', () => {
  const known = Object.keys(settings(true).shape);
  const names = values('Environment').map((one) => one.split('=')[0] ?? '');
  expect(names.filter((name) => !known.includes(name))).toEqual([]);
  expect(names).toContain('NODE_ENV');
});

it('can write its own state and nothing else, and is nobody', () => {
  expect(unit).toMatch(/^ProtectSystem=strict$/m);
  expect(unit).toMatch(/^DynamicUser=yes$/m);
  expect(unit).not.toMatch(/^(?:ReadWritePaths|User)=/m);
  expect(values('Environment')).toContain(`DATABASE_URL=sqlite:/var/lib/${values('StateDirectory')[0]}/latchkey.db`);
});
