// The operator's command-line tool. Each command reads only the settings that it needs. Only `migrate`, `restore` and the levers (`requests end`,
// `pauses lift`, `work retry`, `work drop`) change the database, and only `contacts import … --apply` changes something at Auth0;
// `manifest teams` and `manifest auth0` write files.
import { readForSlackManifest, readForTeamsManifest } from '../config/config.ts';
import { adoptEnvFile } from '../config/env-file.ts';
import { isRefused, namesInDoubt, readWithPolicy, refusalText } from '../config/installation.ts';
import { describeEnv } from '../config/variables.ts';
import { isUsageError } from './arguments.ts';
import { contactsOrder } from './contacts-order.ts';
import { printSlackManifest } from './manifest-slack.ts';
import { writeTeamsPackage } from './manifest-teams.ts';

const packageFile = 'latchkey-teams.zip';

const help = `latchkey <command>

  migrate [--dry-run]
                   say which steps bring the database to this release, and take them; the server does the same when it
                   starts. An SQLite database is copied before
  backup FILE [--force]
                   write a copy of the database, beside running servers; with PostgreSQL this needs pg_dump
  restore FILE [--by NAME] [--yes]
                   put a copy in the place of the database, while no server runs; what is open in it ends
                   all three need DATABASE_URL where it is not the default
  manifest slack   print the Slack app manifest, to paste at api.slack.com/apps; on standard error, why it asks for
                   each scope. Needs PUBLIC_URL, and the policy for the commands and the helpdesk's channels
  manifest teams [FILE]
                   write the Teams app package, to upload in the Teams admin centre, as latchkey-teams.zip or FILE. Its
                   version rises whenever its content has changed
                   needs PUBLIC_URL and TEAMS_APP_ID
  manifest auth0 DIR [--replace-mail-text]
                   write the tenant's side as files for auth0-deploy-cli, and show what they would change. What the
                   tenant has is kept; --replace-mail-text gives the mail with the code Latchkey's text
                   needs PUBLIC_URL, AUTH0_DOMAIN and the policy; AUTH0_DEPLOY_CLIENT_ID and AUTH0_DEPLOY_CLIENT_SECRET
                   of another application than the bot's to read the tenant, without which the most is left out
  contacts import FILE.csv [--apply] [--from LINE]
                   say what would be linked; with --apply, link it. The first line names the columns: account (the
                   address at work), email, phone, or contact for either. Ctrl-C stops it, and it may be run again
  contacts coverage
                   how many accounts of each connection in the policy have a contact
                   both need AUTH0_DOMAIN, AUTH0_CLIENT_ID, AUTH0_CLIENT_SECRET and the policy
  doctor [--json]  look at every setting with the real services: what is wrong, and what to do. It changes nothing, and
                   may run beside the server. Exit code: 0 nothing wrong, 1 something wrong, 2 it could not look
                   needs the settings of the server
  explain EMAIL reset|unlock [--json]
                   what would become of a request of this person, and why; exit code 0 if it would go through
  requests list [--state S] [--kind K] [--platform P] [--older 30m] [--limit N] [--after ID] [--json]
                   what people have asked for: open ones, or those of a state, \`closed\` and \`all\` among them
  requests show ID [--json]
  requests end ID [--because TEXT] [--by NAME] [--yes]
                   end an open request; its person is told
  pauses list [--limit N] [--after ACCOUNT] [--json]
                   accounts that are paused after "It wasn't me", and budgets that are used up
  pauses lift EMAIL --because TEXT [--only pause|budgets] [--by NAME] [--yes]
                   end both; the person and the helpdesk's channel are told of the pause
  work list [--state given-up|in-doubt|waiting|all] [--limit N] [--after ID] [--json]
                   orders that were given up in the last thirty days, and unlocks that are in doubt
  work retry ID [--because TEXT] [--by NAME] [--yes]
                   try one again; says first what that means
  work drop ID --because TEXT [--by NAME] [--yes]
                   forget one
  acts list [--about ID] [--limit N] [--after N] [--json]
                   what operators did with these commands within a year: who, when, what, and why; the newest first
                   all of these work beside running servers, and need DATABASE_URL and the policy; \`explain\` and an
                   address in \`pauses lift\` also need the settings of Auth0. ID may be the beginning of an id, and
                   EMAIL an account id. Whoever does something is kept for a year: the user of this system, and --by
  help             this page
  help env         every setting, its meaning and its default
  help policy      every key of the policy file, its meaning, its bounds and its default

Settings come from the environment, and from the file .env in this folder; the environment wins.
`;

async function run(args: readonly string[]): Promise<number> {
  if (args[0] === 'contacts') {
    const order = contactsOrder(args.slice(1));
    if (order === undefined) return notThere(args);
    const { contacts } = await import('./contacts.ts');
    return contacts(order, process.env);
  }
  if (args[0] === 'manifest' && args[1] === 'auth0') {
    const { auth0ManifestOrder, writeAuth0Manifest } = await import('./manifest-auth0.ts');
    const order = auth0ManifestOrder(args.slice(2));
    return order === undefined ? notThere(args) : writeAuth0Manifest(order, process.env);
  }
  if (args[0] === 'manifest' && args[1] === 'teams' && args.length <= 3) {
    print(writeTeamsPackage(args[2] ?? packageFile, readForTeamsManifest(process.env), Date.now()));
    return 0;
  }
  const [first = '', ...rest] = args;
  if (isLever(first)) return levers[first](rest);
  const command = args.join(' ');
  switch (command) {
    case 'doctor':
    case 'doctor --json': {
      const { doctor } = await import('./doctor.ts');
      return doctor(process.env, command.endsWith('--json'));
    }
    case 'manifest slack': {
      const { settings, found } = readWithPolicy(process.env, readForSlackManifest, { mayLackPolicy: true });
      const { out, err, code } = printSlackManifest(settings.publicUrl, found.policy);
      process.stdout.write(out);
      process.stderr.write(err);
      return code;
    }
    case 'help env':
      print(describeEnv());
      return 0;
    case 'help policy': {
      const { describePolicy } = await import('../config/policy/reference.ts');
      print(describePolicy());
      return 0;
    }
    case '':
    case 'help':
    case '--help':
    case '-h':
      print(help);
      return 0;
    default:
      return notThere(args);
  }
}

const levers = {
  migrate: async (words: readonly string[]) => (await import('./migrate.ts')).migrate(words, process.env),
  backup: async (words: readonly string[]) => (await import('./backup.ts')).backup(words, process.env),
  restore: async (words: readonly string[]) => (await import('./restore.ts')).restore(words, process.env),
  explain: async (words: readonly string[]) => (await import('./explain.ts')).explain(words, process.env),
  requests: async (words: readonly string[]) => (await import('./requests.ts')).requests(words, process.env),
  pauses: async (words: readonly string[]) => (await import('./pauses.ts')).pauses(words, process.env),
  acts: async (words: readonly string[]) => (await import('./acts.ts')).acts(words, process.env),
  work: async (words: readonly string[]) => (await import('./work.ts')).work(words, process.env),
};
const isLever = (word: string): word is keyof typeof levers => Object.hasOwn(levers, word);

function notThere(args: readonly string[]): number {
  process.stderr.write(`latchkey: there is no command "${args.join(' ')}".\n\n${help}`);
  return 2;
}

const print = (text: string): void => void process.stdout.write(`${text}\n`);

/** What is allowed but surely a mistake is said before the work; `help` needs no settings. */
function readEnvFile(args: readonly string[]): void {
  if (['', 'help', '--help', '-h'].includes(args[0] ?? '')) return;
  adoptEnvFile(process.env);
  for (const warning of namesInDoubt(process.env)) process.stderr.write(`latchkey: ${warning}\n`);
}

const args = process.argv.slice(2);
readEnvFile(args);
run(args).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    const text = error instanceof Error ? error.message : String(error);
    process.stderr.write(`${isRefused(error) ? refusalText(error) : `latchkey: ${text}`}\n`);
    // Whoever asks the doctor must know "something is wrong" from "it could not look".
    process.exitCode = isUsageError(error) || args[0] === 'doctor' ? 2 : 1;
  },
);
