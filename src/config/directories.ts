// What a directory of the policy needs besides the policy: the password of its service account, and the certificate of its
// authority. Looked at before the start, so that nobody finds out by the first locked account.
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { foldCase } from '../text/case-folding.ts';
import { anyPassword } from './parsers.ts';
import type { DirectoryPolicy } from './policy/directories-schema.ts';
import type { Policy } from './policy/policy-file.ts';
import { configError, type Environment, given, type Problem, settingNames } from './variables.ts';

export interface DirectorySettings extends Omit<DirectoryPolicy, 'passwordEnv'> {
  /** Of the service account. */
  readonly password: string;
}

type WithDirectories = Pick<Policy, 'directories'>;

/** Throws one `ConfigError` that names every problem. */
export function directorySettings({ directories }: WithDirectories, env: Environment): readonly DirectorySettings[] {
  const read = directories.map((one, index) => settingsOf(one, `directories[${index}]`, given(env)));
  const problems = [
    ...(directories.length > 0 ? printedPasswords(env) : []),
    ...read.flatMap((one) => ('problems' in one ? one.problems : [])),
  ];
  if (problems.length > 0) throw configError(eachOnce(problems), 'Latchkey can reach the directories of the policy');
  return read.flatMap((one) => ('settings' in one ? [one.settings] : []));
}

const eachOnce = (problems: readonly Problem[]): readonly Problem[] => [
  ...new Map(problems.map((one) => [`${one.variable} ${one.what}`, one])).values(),
];

function settingsOf(
  { passwordEnv, ...directory }: DirectoryPolicy,
  place: string,
  set: Environment,
): { readonly settings: DirectorySettings } | { readonly problems: readonly Problem[] } {
  const problems: Problem[] = [];
  // Another secret of ours would go to the domain controller.
  if (passwordEnv !== standard && settingNames.includes(passwordEnv))
    problems.push({
      variable: passwordEnv,
      what: `is another setting, so it is not the password of a service account. Name another variable in \`${place}.passwordEnv\``,
    });
  const how = `The policy takes the password of the service account of \`${place}\` from it`;
  const password = anyPassword(how).safeParse(set[passwordEnv]);
  if (!password.success)
    problems.push(...password.error.issues.map(({ message }) => ({ variable: passwordEnv, what: message })));
  const authority = directory.caFile === undefined ? undefined : troubleWith(directory.caFile);
  if (authority !== undefined) problems.push({ variable: `${place}.caFile`, what: authority });
  return problems.length > 0 || !password.success
    ? { problems }
    : { settings: { ...directory, password: password.data } };
}

const standard = 'DIRECTORY_PASSWORD';

/** Certificates of authorities are a few thousand bytes each. */
const bytesAtMost = 1024 * 1024;

/** Why a file is not that of an authority; undefined if it is. It is read again for each connection, so that a new one counts at once. */
function troubleWith(path: string): string | undefined {
  let content: string;
  try {
    content = readFileSync(path, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    return `of the policy cannot be read (${code}). Name the certificate of the authority, or correct the file's permissions`;
  }
  const isPem = content.length <= bytesAtMost && content.includes('-----BEGIN CERTIFICATE-----');
  try {
    if (isPem && new X509Certificate(content).raw.length > 0) return undefined;
  } catch {
    // Told below.
  }
  return 'of the policy names a file without a certificate in PEM form. Name the certificate of the authority: it begins with -----BEGIN CERTIFICATE-----';
}

/** With NODE_DEBUG the client of directories prints new passwords. Its value is a list of names, in which * stands for anything. */
function printedPasswords(env: Environment): Problem[] {
  const sections = (env['NODE_DEBUG'] ?? '').split(',').map((one) => foldCase(one.trim()));
  return sections.some((section) => matches(section, 'ldapts'))
    ? [
        {
          variable: 'NODE_DEBUG',
          what: 'makes Node.js print what is sent to the directory, new passwords as well. Start without it',
        },
      ]
    : [];
}

function matches(pattern: string, name: string): boolean {
  const [first = '', ...rest] = pattern.split('*');
  if (rest.length === 0) return pattern === name;
  let at = first.length;
  if (!name.startsWith(first)) return false;
  const last = rest.pop() ?? '';
  for (const part of rest) {
    const found = name.indexOf(part, at);
    if (found === -1) return false;
    at = found + part.length;
  }
  return name.length - last.length >= at && name.endsWith(last);
}

/** That the password of a service account is set, and nothing uses it. */
export const unusedPassword = ({ directories }: WithDirectories, env: Environment): readonly string[] =>
  given(env)[standard] === undefined || directories.some(({ passwordEnv }) => passwordEnv === standard)
    ? []
    : [`${standard} is set, but no entry in \`directories\` of the policy uses it: no directory is reached.`];
