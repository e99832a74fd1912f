// The `.env` file: what holds from it, what it is refused for, and that no value of it is ever repeated.
import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readConfig, readForMigrating } from '../../src/config/config.ts';
import { adoptEnvFile, type EnvFileReport } from '../../src/config/env-file.ts';
import { isConfigError, settingNames } from '../../src/config/variables.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'latchkey-env-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const write = (content: string | Uint8Array): void => writeFileSync(join(folder, '.env'), content, { mode: 0o600 });

interface Adopted {
  readonly env: Record<string, string | undefined>;
  readonly report: EnvFileReport;
}

function adopted(content: string | Uint8Array, env: Record<string, string | undefined> = {}): Adopted {
  write(content);
  return { env, report: adoptEnvFile(env, folder) };
}

const refusal = (
  env: Record<string, string | undefined>,
  read: (env: Record<string, string | undefined>) => unknown = readConfig,
): string => {
  try {
    read(env);
  } catch (error) {
    if (isConfigError(error)) return error.message;
    throw error;
  }
  return 'started';
};

describe('what holds', () => {
  it('is what the file sets and the environment does not', () => {
    const { env, report } = adopted('HOST=0.0.0.0\nPORT=80\nPUBLIC_URL=https://a.example\n', {
      PORT: '81',
      HOST: '0.0.0.0',
    });
    expect(env).toEqual({ HOST: '0.0.0.0', PORT: '81', PUBLIC_URL: 'https://a.example' });
    expect([...report.taken]).toEqual([['PUBLIC_URL', 3]]);
    expect(report.overridden).toEqual(['PORT']);
  });

  it('is the file beside an empty variable, which counts as not set', () => {
    expect(adopted('PORT=80', { PORT: '' }).env).toEqual({ PORT: '80' });
  });

  it('is nothing for an empty line in the file: the default holds, or the environment', () => {
    expect(adopted('PORT=\nHOST=""\n', { HOST: 'localhost' }).env).toEqual({ HOST: 'localhost' });
  });

  it('is nothing where there is no file', () => {
    const env = { PORT: '80' };
    const report = adoptEnvFile(env, folder);
    expect([env, report.path, report.problems, report.warnings]).toEqual([{ PORT: '80' }, undefined, [], []]);
  });

  it.each([
    ['a comment and empty lines', '# who reads this\n\n   \n  # more\nPORT=80'],
    ['lines of Windows', 'HOST=localhost\r\nPORT=80\r\n'],
    ['a mark of UTF-8 in front', '\uFEFFPORT=80'],
    ['export in front', 'export PORT=80'],
    ['white space around', '  PORT = 80  \t'],
    ['double quotation marks', 'PORT="80"'],
    ['single quotation marks', "PORT='80'"],
    ['other quotation marks', 'PORT=`80`'],
    ['a comment behind the value', 'PORT=80 # of the proxy'],
    ['a comment behind quotation marks', 'PORT="80" # "of" the proxy'],
  ])('may be written with %s', (_what, content) => {
    const { env, report } = adopted(content);
    expect([env['PORT'], report.problems]).toEqual(['80', []]);
  });

  it.each([
    [
      "SMTP_URL='smtps://u:p#w@mail.example:465?from=Acme #1 <a@b.example>'",
      'smtps://u:p#w@mail.example:465?from=Acme #1 <a@b.example>',
    ],
    ["SMTP_URL='$\u007bA}$(b)'", '$\u007bA}$(b)'],
    ['SMTP_URL=a$b=c', 'a$b=c'],
    ['SMTP_URL="it\'s"', "it's"],
  ])('has signs that mean something elsewhere: %s', (content, value) => {
    expect(adopted(content).env).toEqual({ SMTP_URL: value });
  });

  it('is read as Node.js itself reads it, or not at all', () => {
    // Of spaces alone at the end of a file Node.js makes a value; nobody means one.
    const isBlank = (signs: string): boolean => /^[ \t]+$/.test(signs);
    const piece = fc.constantFrom(...'"\'`#$ {(}\\\tab=n;\u00a0');
    fc.assert(
      fc.property(
        fc.array(
          fc
            .array(piece, { maxLength: 9 })
            .map((signs) => signs.join(''))
            .filter((signs) => !isBlank(signs)),
          { maxLength: 4 },
        ),
        (values) => {
          const content = values.map((value, index) => `${settingNames[index]}=${value}`).join('\n');
          const { env, report } = adopted(content);
          const ofNode = Object.entries(parseEnv(content)).filter(([, value]) => value !== '');
          if (report.problems.length === 0) expect(env).toEqual(Object.fromEntries(ofNode));
        },
      ),
      { numRuns: 500 },
    );
  });

  it('is also the proxy for outgoing calls, unless the environment sets it in either spelling', () => {
    expect(adopted('HTTPS_PROXY=http://p.example:3128\nno_proxy=localhost').env).toEqual({
      HTTPS_PROXY: 'http://p.example:3128',
      no_proxy: 'localhost',
    });
    for (const [here, there] of [
      ['https_proxy', 'HTTPS_PROXY'],
      ['HTTPS_PROXY', 'https_proxy'],
    ] as const) {
      const { env, report } = adopted(`${here}=http://p.example`, { [there]: 'http://other.example' });
      expect(env).toEqual({ [there]: 'http://other.example' });
      expect(report.overridden).toEqual([here]);
    }
  });
});

describe('a line that is not understood stops the start, with its number and without its value', () => {
  it.each([
    ['SLACK_BOT_TOKEN: planted', 'is no setting. Write it like NAME=value'],
    ['planted', 'is no setting'],
    ['SLACK-BOT-TOKEN=planted', 'is no setting'],
    ['SLACK_BOT_\u200bTOKEN=planted', 'has an invisible character in the name'],
    ['\u00a0\u200bPORT=planted', 'has an invisible character in the name'],
    ['SLACK_BOT_TOKEN="planted', 'SLACK_BOT_TOKEN begins with a quotation mark that the line does not end'],
    ["SLACK_BOT_TOKEN='planted", 'SLACK_BOT_TOKEN begins with a quotation mark'],
    ['SLACK_BOT_TOKEN="pla"nted', 'SLACK_BOT_TOKEN has something behind the quotation mark that ends it'],
    ['SLACK_BOT_TOKEN="planted"#', 'SLACK_BOT_TOKEN has something behind the quotation mark'],
    ['SLACK_BOT_TOKEN=pla#nted', 'SLACK_BOT_TOKEN has a # outside of quotation marks'],
    ['SLACK_BOT_TOKEN=#planted', 'SLACK_BOT_TOKEN has a # outside of quotation marks'],
    ['SLACK_BOT_TOKEN=$\u007bPLANTED}', 'SLACK_BOT_TOKEN has a $ with a bracket, but nothing is filled in here'],
    ['SLACK_BOT_TOKEN="$(cat planted)"', 'SLACK_BOT_TOKEN has a $ with a bracket'],
    ['SLACK_BOT_TOKEN=pla\rPORT=planted', 'SLACK_BOT_TOKEN has a control character'],
    ['PORT=1\nPORT=planted', 'sets PORT again, after line 3'],
    // A piece of a key in base64 looks like a name.
    ['plantedMfYxQbWzRkPqLsVtNjHgDcAeUoIyTBKAxZw=', 'the name there is no setting'],
    ['abcdefplanteddeadbeefdeadbeef=x#y', 'the name there has a #'],
  ])('%s', (line, says) => {
    const { env, report } = adopted(`# first\n\n${line}\n`);
    const text = [...report.problems, ...report.warnings].join('\n');
    expect(text).toMatch(/^\.env:[34]: /);
    expect(text).toContain(says);
    expect(text.toLowerCase()).not.toContain('planted');
    if (report.problems.length > 0)
      expect(refusal(env)).toContain(`The file .env needs attention before Latchkey can start:\n  .env:`);
  });

  it('and nobody is told that a name is not set which such a line may set', () => {
    const { env } = adopted('SLACK_BOT_TOKEN: xoxb-1\nSLACK_SIGNING_SECRET="8f742231b10e8888abcd99a1b2c385a5\n');
    expect(refusal(env)).toContain('PUBLIC_URL is not set');
    expect(refusal(env)).not.toMatch(/SLACK_\w+ is not set/);
  });
});

describe('a file that cannot be used stops the start, and says nothing of the settings that it may hold', () => {
  const says = (report: EnvFileReport, env: Record<string, string | undefined>): string => {
    expect(refusal(env)).not.toContain('is not set');
    expect(refusal(env, readForMigrating)).toContain('before `latchkey migrate` can do its work');
    return report.problems.join('\n');
  };

  it.each([
    ['is longer than 65536 bytes', 'A'.repeat(65_537)],
    ['has more than 1000 lines', '\n'.repeat(1_000)],
    ['is not a text in UTF-8', new Uint8Array(Buffer.from('\uFEFFPORT=80', 'utf16le'))],
    ['is not a text in UTF-8', new Uint8Array([80, 61, 0])],
    ['is not a text in UTF-8', new Uint8Array(randomBytes(400)).fill(0xff, 0, 1)],
  ])('%s', (what, content) => {
    const { env, report } = adopted(content);
    expect(says(report, env)).toContain(`.env ${what}`);
  });

  it('is not a file', () => {
    mkdirSync(join(folder, '.env'));
    const env = {};
    expect(says(adoptEnvFile(env, folder), env)).toContain('.env is not a file');
  });

  it('is a link to nothing', () => {
    symlinkSync(join(folder, 'secrets'), join(folder, '.env'));
    const env = {};
    expect(says(adoptEnvFile(env, folder), env)).toContain('.env is a link to a file that is not there');
  });

  it('cannot be read', () => {
    // A folder with this name would need a longer path than any system allows; root may read every file.
    symlinkSync('.env', join(folder, '.env'));
    const env = {};
    expect(says(adoptEnvFile(env, folder), env)).toContain('.env cannot be read (ELOOP)');
  });
});

describe('a warning', () => {
  it.each([
    [0o600, undefined],
    [0o640, undefined],
    [0o400, undefined],
    [0o644, 'can be read by other users'],
    [0o604, 'can be read by other users'],
    [0o660, 'can be changed by other users'],
    [0o602, 'can be changed by other users'],
  ])('about permissions of %o: %s', (mode, says) => {
    write('PORT=80');
    chmodSync(join(folder, '.env'), mode);
    const { warnings } = adoptEnvFile({}, folder);
    expect(warnings).toEqual(says === undefined ? [] : [expect.stringContaining(says)]);
  });

  it.each([
    [
      'SLACK_SIGNINGSECRET=planted',
      'SLACK_SIGNINGSECRET is no setting, and has no effect. Did you mean SLACK_SIGNING_SECRET?',
    ],
    ['PUBLIC_ULR=planted', 'Did you mean PUBLIC_URL?'],
    ['secret_keys=planted', 'Did you mean SECRET_KEYS?'],
    ['FAVOURITE_COLOUR=planted', 'FAVOURITE_COLOUR is no setting, and has no effect. Remove it'],
    ['FAVOURITE_COLOUR=', 'FAVOURITE_COLOUR is no setting'],
    ['NODE_EXTRA_CA_CERTS=/planted.pem', 'NODE_EXTRA_CA_CERTS has no effect in this file. Set it in the environment'],
    ['NODE_OPTIONS=planted', 'NODE_OPTIONS has no effect in this file'],
    ['NODE_TLS_REJECT_UNAUTHORIZED=0', 'NODE_TLS_REJECT_UNAUTHORIZED has no effect in this file'],
  ])('about a name that has no effect: %s', (line, says) => {
    const { env, report } = adopted(`# first\n${line}\n`);
    expect(report.warnings).toEqual([expect.stringContaining(says)]);
    expect(report.warnings[0]).toMatch(/^\.env:2: /);
    expect(report.warnings[0]).not.toContain('planted');
    expect(env).toEqual({});
  });

  it('not about what only Compose reads, which is in the same file', () => {
    const compose = readFileSync(new URL('../../deploy/container/compose.yaml', import.meta.url), 'utf8');
    const names = new Set([...compose.matchAll(/\$\{([A-Z_]+)/g)].map(([, name]) => name));
    expect(names.size).toBeGreaterThan(0);
    for (const name of names) {
      const { env, report } = adopted(`${name}=planted`);
      expect([env, report.warnings, report.problems]).toEqual([{}, [], []]);
    }
  });

  it('not about what Node.js has from the environment as well', () => {
    expect(adopted('NODE_EXTRA_CA_CERTS=/a.pem', { NODE_EXTRA_CA_CERTS: '/a.pem' }).report.warnings).toEqual([]);
  });
});

it('a setting that is refused is named with its line, unless the environment set it', () => {
  const { env } = adopted('HOST=http://x\nPORT=eighty\n', { HOST: 'http://y' });
  expect(refusal(env)).toContain('  PORT (.env:2) is no port');
  expect(refusal(env)).toContain('  HOST is no address');
});

it('NODE_ENV counts from the file', () => {
  expect(refusal(adopted('NODE_ENV=production\nLOG_LEVEL=silent').env)).toContain(
    'LOG_LEVEL (.env:2) is silent: in production',
  );
});
