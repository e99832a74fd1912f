// The commands of the operator's tool. Each reads only the settings that it needs. Only `migrate`, `restore` and the levers (`requests
// end`, `pauses lift`, `work retry`, `work drop`) change the database, and only `contacts import … --apply` changes something at Auth0;
// `manifest teams`, `manifest auth0` and `qr --svg` write files.
import { readForSlackManifest, readForTeamsManifest } from '../config/config.ts';
import { readWithPolicy } from '../config/installation.ts';
import { describeEnv } from '../config/variables.ts';
import { contactsOrder } from './contacts-order.ts';
import { type Printed, printSlackManifest } from './manifest-slack.ts';
import { writeTeamsPackage } from './manifest-teams.ts';
import type { OperatorCommand } from './operator-command.ts';

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
  manifest auth0 DIR [--replace-mail-text] [--fewest-scopes] [--reset-page]
                   write the tenant's side as files for auth0-deploy-cli, and show what they would change. What the
                   tenant has is kept; --replace-mail-text gives the mail with the code Latchkey's text, --fewest-scopes
                   grants the application nothing with which the doctor looks at the tenant, --reset-page adds a page
                   for a new password that replaces Auth0's own for everybody of the tenant, where it has Classic Login
                   needs PUBLIC_URL, AUTH0_DOMAIN and the policy; AUTH0_DEPLOY_CLIENT_ID and AUTH0_DEPLOY_CLIENT_SECRET
                   of another application than the bot's to read the tenant, without which the most is left out
  qr [--svg FILE]  print the address of the pages for people who cannot reach the chat, and a code that a phone reads; with
                   --svg, write a poster with it. Needs PUBLIC_URL, and \`web: { enabled: true }\` in the policy
  contacts import FILE.csv [--apply] [--from LINE]
                   say what would be linked; with --apply, link it. The first line names the columns: account (the
                   address at work), email, phone, or contact for either. Ctrl-C stops it, and it may be run again
  contacts coverage
                   how many accounts of each connection in the policy have a contact
                   both need AUTH0_DOMAIN, AUTH0_CLIENT_ID, AUTH0_CLIENT_SECRET and the policy; an import tells older
                   contacts by mail where SMTP_URL is set
  doctor [--json]  look at every setting with the real services: what is wrong, and what to do. It changes nothing, and
                   may run beside the server. Exit code: 0 nothing wrong, 1 something wrong, 2 it could not look
                   needs the settings of the server
  explain EMAIL reset|unlock|change [--json]
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

/** Returns the exit code. Throws what is refused: a setting, the policy, a word. */
export async function runCommand(args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  if (args[0] === 'contacts') {
    const order = contactsOrder(args.slice(1));
    if (order === undefined) return notThere(args);
    const { contacts } = await import('./contacts.ts');
    return contacts(order, env);
  }
  if (args[0] === 'manifest' && args[1] === 'auth0') {
    const { auth0ManifestOrder, writeAuth0Manifest } = await import('./manifest-auth0.ts');
    const order = auth0ManifestOrder(args.slice(2));
    return order === undefined ? notThere(args) : writeAuth0Manifest(order, env);
  }
  const [, , file = packageFile, ...more] = args;
  if (args.slice(0, 2).join(' ') === 'manifest teams' && more.length === 0 && !file.startsWith('-')) {
    print(writeTeamsPackage(file, readForTeamsManifest(env), Date.now()));
    return 0;
  }
  if (args[0] === 'qr') {
    const { printQr, qrOrder } = await import('./qr.ts');
    const order = qrOrder(args.slice(1));
    if (order === undefined) return notThere(args);
    const { settings, found } = readWithPolicy(env, readForSlackManifest, { mayLackPolicy: true });
    return printed(printQr(order, settings.publicUrl, found.policy));
  }
  const [first = '', ...rest] = args;
  if (isLever(first)) return levers[first](rest, env);
  const command = args.join(' ');
  switch (command) {
    case 'doctor':
    case 'doctor --json': {
      const { doctor } = await import('./doctor.ts');
      return doctor(env, command.endsWith('--json'));
    }
    case 'manifest slack': {
      const { settings, found } = readWithPolicy(env, readForSlackManifest, { mayLackPolicy: true });
      return printed(printSlackManifest(settings.publicUrl, found.policy));
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
  migrate: async (words, env) => (await import('./migrate.ts')).migrate(words, env),
  backup: async (words, env) => (await import('./backup.ts')).backup(words, env),
  restore: async (words, env) => (await import('./restore.ts')).restore(words, env),
  explain: async (words, env) => (await import('./explain.ts')).explain(words, env),
  requests: async (words, env) => (await import('./requests.ts')).requests(words, env),
  pauses: async (words, env) => (await import('./pauses.ts')).pauses(words, env),
  work: async (words, env) => (await import('./work.ts')).work(words, env),
  acts: async (words, env) => (await import('./acts.ts')).acts(words, env),
} satisfies Readonly<Record<string, OperatorCommand>>;
const isLever = (word: string): word is keyof typeof levers => Object.hasOwn(levers, word);

function notThere(args: readonly string[]): number {
  process.stderr.write(`latchkey: there is no command "${args.join(' ')}".\n\n${help}`);
  return 2;
}

function printed({ out, err, code }: Printed): number {
  process.stdout.write(out);
  process.stderr.write(err);
  return code;
}

const print = (text: string): void => void process.stdout.write(`${text}\n`);
