// Reads the policy file: YAML → Policy, with file, line and column for everything that is not understood. Makes no decision about
// a request.
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Document, LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';
import type { Channel } from '../../flows/contact.ts';
import { defaultLimits } from '../../flows/limits.ts';
import {
  defaultContactRules,
  defaultGates,
  type GatedKind,
  type Gates,
  gatedKinds,
  type PolicyRules,
} from '../../flows/policy.ts';
import { type NamedApprovers, type Platform, possibleApprovers } from './approvers.ts';
import { diagnose, keysInError, unseen } from './diagnostics.ts';
import { type DirectoryPolicy, directoriesOf } from './directories-schema.ts';
import type { policySchema } from './schema.ts';
import { understand } from './understanding.ts';

export interface Policy extends PolicyRules {
  /** Auth0 connections whose users are employees; absent: every database and AD connection. */
  readonly connections?: readonly string[];
  /** Database connections whose new passwords are chosen on a page of ours; absent: none. */
  readonly setPasswordHere?: readonly string[];
  /** Active Directory connections whose passwords Auth0's connector sets; absent: none. */
  readonly connectorWriteBack?: readonly string[];
  /** Whether the address of an AD account counts where Auth0 says nothing of its verification; absent: believed. */
  readonly directoryAddresses?: 'believed' | 'verified';
  /** Each of another connection; empty: none is reached. */
  readonly directories: readonly DirectoryPolicy[];
  readonly helpdesk: {
    readonly channels: readonly { readonly platform: Platform; readonly channel: string }[];
    /** If a platform is absent (Slack only): the members of the channel in which the card is posted, if it is private. */
    readonly approvers: Readonly<Partial<Record<Platform, NamedApprovers>>>;
    /** How people reach the helpdesk without this bot, e.g. `call 4711`. */
    readonly contact?: string;
  };
  /** Shown on pages; absent: the host of PUBLIC_URL, see `companyOf`. */
  readonly companyName?: string;
  /** Whether people who cannot reach chat are helped: on pages, or through the REST flow. */
  readonly web: { readonly enabled: boolean };
  readonly rest: { readonly enabled: boolean };
  /** What their requests need. */
  readonly selfService: {
    readonly proof: Channel;
    readonly codesPerHour: number;
    readonly textsPerDay: number;
    readonly extraApprovals: number;
  };
  /** The prefix of each command: empty, or with its dash, e.g. `acme-` for `/acme-unlock`. */
  readonly slack: { readonly commandPrefix: string };
}

/** `problems`: one a line, each with its place. */
export type PolicyError = Error & { readonly name: 'PolicyError'; readonly problems: readonly string[] };
export const isPolicyError = (error: unknown): error is PolicyError =>
  error instanceof Error && error.name === 'PolicyError';

/** The policy and where it came from. `isAssumed`: nobody chose it, there was no file at the default path. */
export interface PolicyFound {
  readonly policy: Policy;
  readonly from: string;
  readonly isAssumed: boolean;
}

/** `path` and `mustExist` come from the settings. Throws a `PolicyError`. */
export function findPolicy(where: 'built-in' | { readonly path: string; readonly mustExist: boolean }): PolicyFound {
  if (where === 'built-in') return { policy: parsePolicy('', 'built-in'), from: 'built-in', isAssumed: false };
  const isAssumed = !where.mustExist && !existsSync(where.path);
  const policy = readPolicy(where.path, where.mustExist);
  return { policy, from: isAssumed ? 'built-in' : resolve(where.path), isAssumed };
}

/** Far longer than any policy. A file that was named by mistake may be longer. */
const charsAtMost = 64 * 1024;

/** With more of them it is no policy, and what the parser made of it says nothing. */
const syntaxErrorsAtMost = 20;

/** A missing file means the built-in policy, unless it must exist. Throws a `PolicyError`. */
export function readPolicy(path: string, mustExist = false): Policy {
  let content: string;
  try {
    content = readFileSync(path, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    if (code === 'ENOENT' && !mustExist) return parsePolicy('', path);
    const builtIn = code === 'ENOENT' ? '; or set POLICY_FILE=built-in if you want the built-in defaults' : '';
    throw policyError([`${path}: cannot be read (${code}). Correct POLICY_FILE, or the file's permissions${builtIn}`]);
  }
  return parsePolicy(content, path);
}

/** Throws a `PolicyError` that names every place as `file:line:column`. */
export function parsePolicy(content: string, fileName: string): Policy {
  if (content.length > charsAtMost) throw policyError([`${fileName}: is longer than ${charsAtMost} characters`]);
  const lines = new LineCounter();
  const document = parseDocument(content, { lineCounter: lines, prettyErrors: false });
  const at = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${fileName}:${line}:${col}`;
  };
  const syntax = document.errors.map((error) => `${at(error.pos[0])}: is not YAML: ${error.message}`);
  if (syntax.length > syntaxErrorsAtMost) throw policyError(syntax);
  const { parsed, issues } = understand(plain(document, fileName) ?? {}, keysInError(document));
  const problems = [...syntax, ...unseen(document, at), ...issues.flatMap((issue) => diagnose(document, issue, at))];
  if (problems.length > 0 || parsed === undefined) throw policyError(inOrder(problems, fileName));
  return asPolicy(parsed);
}

/** By place, each once: a value that breaks two bounds is complained of in the same words. */
function inOrder(problems: readonly string[], fileName: string): readonly string[] {
  const placeOf = (problem: string): readonly number[] =>
    problem
      .slice(fileName.length + 1)
      .split(':', 2)
      .map(Number);
  return [...new Set(problems)].sort((a, b) => {
    const [[lineA = 0, colA = 0], [lineB = 0, colB = 0]] = [placeOf(a), placeOf(b)];
    return lineA - lineB || colA - colB;
  });
}

function plain(document: Document, fileName: string): unknown {
  try {
    return document.toJS({ maxAliasCount: 20 });
  } catch {
    throw policyError([`${fileName}: repeats itself through too many aliases. Write it out`]);
  }
}

const asPolicy = (parsed: z.infer<typeof policySchema>): Policy => ({
  ...parsed,
  rules: parsed.rules ?? [],
  directories: directoriesOf(parsed.directories),
  binding: parsed.binding ?? 'optional',
  contacts: { ...defaultContactRules, ...parsed.contacts },
  limits: { ...defaultLimits, ...parsed.limits },
  hasHelpdesk: (parsed.helpdesk?.channels ?? []).length > 0,
  helpdesk: {
    ...parsed.helpdesk,
    channels: parsed.helpdesk?.channels ?? [],
    approvers: parsed.helpdesk?.approvers ?? {},
  },
  web: { enabled: parsed.web?.enabled ?? false },
  rest: { enabled: parsed.rest?.enabled ?? false },
  selfService: { proof: 'email', codesPerHour: 20, textsPerDay: 50, extraApprovals: 0, ...parsed.selfService },
  slack: { commandPrefix: parsed.slack?.commandPrefix ?? '' },
});

/** The name of the company on pages: the policy's, or the host of PUBLIC_URL. */
export const companyOf = (policy: Policy, publicUrl: string): string => policy.companyName ?? new URL(publicUrl).host;

/** What requests of this kind can need: of each rule, and of the default where no rule is for everybody. */
export function gatesInUse(rules: Policy['rules'], kind: GatedKind): readonly Gates[] {
  const named = rules.flatMap((rule) => (rule[kind] === undefined ? [] : [{ when: rule.when, gates: rule[kind] }]));
  const isCovered = named.some(({ when }) => when === undefined);
  return [...named.map(({ gates }) => gates), ...(isCovered ? [] : [defaultGates[kind]])];
}

/** Whether some account of a database may have the old password checked on a page of ours. A directory checks it by itself. */
export const checksKnownPasswords = ({ rules, directories }: Pick<Policy, 'rules' | 'directories'>): boolean =>
  rules.some(
    ({ when, change }) =>
      change?.via === 'form' && !directories.some(({ connection }) => connection === when?.connection),
  );

/** Warnings for the operator, one sentence each: what is allowed but surely a mistake. */
export function policyDoubts(policy: Policy, platforms: readonly Platform[]): string[] {
  const { channels, approvers } = policy.helpdesk;
  const inUse = gatedKinds.flatMap((kind) => gatesInUse(policy.rules, kind));
  const needed = Math.max(...inUse.map((gates) => gates.approvals));
  const reachable = channels.filter(({ platform }) => platforms.includes(platform));
  const extra = isSelfServiceOn(policy) ? policy.selfService.extraApprovals : 0;
  return [
    ...selfServiceDoubts(policy, reachable.length),
    ...(needed > 0 && reachable.length === 0
      ? [
          'Some requests need an approval, but helpdesk.channels names no channel on a platform that is on: they cannot succeed.',
        ]
      : []),
    ...(reachable.length > 0 && possibleApprovers({ channels: reachable, approvers }) < needed + extra
      ? [
          `${extra > 0 ? 'Some requests need' : 'A rule needs'} ${needed + extra} approvals, but fewer people are listed on the platforms that are on: such requests will expire.`,
        ]
      : []),
    ...channels
      .filter(({ platform }) => !platforms.includes(platform))
      .map(({ platform, channel }) => `helpdesk.channels names ${platform}:${channel}, but ${platform} is not on.`),
  ];
}

/** Whether people are helped who type a name. */
export const isSelfServiceOn = ({ web, rest }: Pick<Policy, 'web' | 'rest'>): boolean => web.enabled || rest.enabled;

/** For everybody whom one server asks for (rate-limit configurations, September 2025). */
const codesOfAuth0PerHour = 50;

function selfServiceDoubts(policy: Policy, reachable: number): readonly string[] {
  if (!isSelfServiceOn(policy)) return [];
  const { binding, selfService, limits } = policy;
  return [
    ...(binding === 'required'
      ? [
          'binding: required lets only people in chat recover their account, so web and rest can help nobody. Use binding: optional, or turn them off.',
        ]
      : []),
    ...(selfService.extraApprovals > 0 && reachable === 0
      ? [
          'selfService.extraApprovals asks for approvals, but helpdesk.channels names no channel on a platform that is on: requests of people who cannot reach the chat cannot succeed.',
        ]
      : []),
    ...(limits.codesPerHour === 1 || limits.codeFailuresPerDay === 1
      ? [
          'limits.codesPerHour and limits.codeFailuresPerDay are shared by people in chat and by names that anybody may type on the web: with 1, a stranger uses it up. Raise them to 2 or more.',
        ]
      : []),
    ...(selfService.codesPerHour >= codesOfAuth0PerHour
      ? [
          `selfService.codesPerHour leaves none of the ${codesOfAuth0PerHour} codes that Auth0 sends in an hour to people in chat. Lower it, unless Auth0 has raised that limit for you.`,
        ]
      : []),
  ];
}

function policyError(problems: readonly string[]): PolicyError {
  const lines = ['The policy cannot be used:', ...problems.map((line) => `  ${line}`)];
  const message = [...lines, 'All keys: npm run latchkey -- help policy'].join('\n');
  return Object.assign(new Error(message), { name: 'PolicyError' as const, problems });
}
