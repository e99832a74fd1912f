// The operator's tool. Reads the same settings as the server; prints, changes nothing but the database's own tables.
import { writeFileSync } from 'node:fs';
import { slackManifest } from '../manifest/slack/manifest.ts';
import { teamsPackage } from '../manifest/teams/manifest.ts';
import { describeEnv, isConfigError, readConfig } from './config.ts';
import { databaseUrl } from './database-url.ts';
import { isPolicyError, readPolicy } from './policy-file.ts';
import { migrate } from './store/migrations.ts';

const packageFile = 'latchkey-teams.zip';

const help = `latchkey <command>

  migrate          bring the database to this release; the server does the same when it starts
  manifest slack   print the Slack app manifest for PUBLIC_URL, to paste at api.slack.com/apps
  manifest teams   write the Teams app package for TEAMS_APP_ID, to upload in the Teams admin centre
  help             this page
  help env         every setting, its meaning and its default
`;

async function run(args: readonly string[]): Promise<number> {
  const command = args.join(' ');
  switch (command) {
    case 'migrate': {
      const applied = await migrate(databaseUrl(readConfig(process.env).database));
      print(applied.length === 0 ? 'The database is up to date.' : `Applied: ${applied.join(', ')}.`);
      return 0;
    }
    case 'manifest slack': {
      const config = readConfig(process.env);
      const policy = readPolicy(config.policyFile.path, config.policyFile.isNamed);
      const { commandPrefix } = policy.slack;
      print(JSON.stringify(slackManifest({ publicUrl: config.publicUrl, commandPrefix }), undefined, 2));
      return 0;
    }
    case 'manifest teams': {
      const { teams, publicUrl } = readConfig(process.env);
      if (teams === undefined) throw new Error('TEAMS_APP_ID is not set, and the package is made for one app. Set it.');
      writeFileSync(packageFile, teamsPackage({ appId: teams.appId, publicUrl }));
      print(`Wrote ${packageFile}. Upload it in the Teams admin centre, and roll it out by a set-up policy.`);
      return 0;
    }
    case 'help env':
      print(describeEnv());
      return 0;
    case '':
    case 'help':
    case '--help':
    case '-h':
      print(help);
      return 0;
    default:
      process.stderr.write(`latchkey: there is no command "${command}".\n\n${help}`);
      return 2;
  }
}

const print = (text: string): void => void process.stdout.write(`${text}\n`);

run(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    const isOurs = isConfigError(error) || isPolicyError(error);
    const text = error instanceof Error ? error.message : String(error);
    process.stderr.write(`${isOurs ? text : `latchkey: ${text}`}\n`);
    process.exitCode = 1;
  },
);
