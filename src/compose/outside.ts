// The outbound side: Auth0 and the platforms that are switched on. Knows nothing of the core or the inbound side.
import type { Logger } from 'pino';
import type { Outbound } from '../adapters/adapter.ts';
import { createReferenceStore } from '../adapters/teams/reference-store.ts';
import { copy } from '../bot/copy/language.ts';
import { createNames, type NameOf } from '../bot/display-names.ts';
import type { Messenger } from '../bot/messenger.ts';
import type { Config } from '../config/config.ts';
import type { DirectorySettings } from '../config/directories.ts';
import { companyOf, type Policy } from '../config/policy/policy-file.ts';
import type { Notices } from '../flows/enrolment-ports.ts';
import { actorParts, typedPlatform } from '../flows/ids.ts';
import { failed } from '../flows/outcome.ts';
import type { Clock, Directory, KnownPasswords, Locks, Passwords, People } from '../flows/ports.ts';
import type { FlowStore } from '../flows/store.ts';
import type { ConnectedDirectory } from '../ldap/connected-directory.ts';
import { joinDirectories } from '../ldap/directories.ts';
import type { Mail } from '../notices/mail.ts';
import { createNotices } from '../notices/notices.ts';
import type { Metrics } from '../observability/metrics.ts';
import { connectDirectories } from './directories.ts';
import { createTypedPeopleOf } from './self-service.ts';
import { createTenant } from './tenant.ts';

export interface Outside {
  readonly auth0: ReturnType<typeof createTenant>;
  readonly adapters: readonly Outbound[];
  /** By platform. */
  readonly messengers: ReadonlyMap<string, Messenger>;
  readonly people: People;
  readonly nameOf: NameOf;
  /** Auth0's, joined with the directories of the policy. */
  readonly accounts: {
    readonly directory: Directory;
    readonly locks: Locks;
    readonly passwords: Passwords;
    readonly knownPasswords: KnownPasswords;
  };
  /** Those of the policy. */
  readonly directories: readonly ConnectedDirectory[];
  readonly notices: Notices;
  /** Absent where no mail is set up. */
  readonly mail?: Mail;
}

export interface OutsideParts {
  readonly config: Config;
  readonly policy: Policy;
  readonly directories: readonly DirectorySettings[];
  readonly store: Pick<FlowStore, 'conversationReferences'> & Partial<Pick<FlowStore, 'typedSessions'>>;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: Metrics;
}

export async function createOutside(parts: OutsideParts): Promise<Outside> {
  const { config, policy, clock, log, metrics } = parts;
  const auth0 = createTenant(parts, {
    observe: (call, outcome, ms) => metrics.outsideCall('auth0', call, outcome, ms),
    observeClock: metrics.auth0Clock,
    observeBudget: metrics.auth0Budget,
  });
  const adapters = await createAdapters(parts);
  const byPlatform = <T>(partOf: (adapter: Outbound) => T): ReadonlyMap<string, T> =>
    new Map(adapters.map((adapter) => [adapter.messenger.platform, partOf(adapter)]));
  const messengers = byPlatform(({ messenger }) => messenger);
  const mail = await createMailOf(parts);
  const directories = await connectDirectories(parts.directories, (call, outcome, ms) =>
    metrics.outsideCall('directory', call, outcome, ms),
  );
  return {
    auth0,
    adapters,
    messengers,
    directories,
    accounts: joinDirectories({ ...auth0, directories, clock, log: log.child({ part: 'directory' }) }),
    people: peopleOf(new Map([...byPlatform(({ people }) => people), ...typedPeople(parts)])),
    nameOf: createNames(
      byPlatform(({ nameOf }) => nameOf),
      clock,
    ),
    notices: createNotices({
      ...(mail === undefined ? {} : { mail }),
      addresses: auth0.noticeAddresses,
      words: copy.notices,
      company: companyOf(policy, config.publicUrl),
      helpdesk: {
        hasChannel: policy.helpdesk.channels.some(({ platform }) => messengers.has(platform)),
        ...(policy.helpdesk.contact === undefined ? {} : { contact: policy.helpdesk.contact }),
      },
      log: log.child({ part: 'notices' }),
      observe: metrics.notice,
    }),
    ...(mail === undefined ? {} : { mail }),
  };
}

/** Loads the library only where mail is set up. */
async function createMailOf({ config, clock, log, metrics }: OutsideParts): Promise<Mail | undefined> {
  if (config.mail === undefined) return undefined;
  const { createMail } = await import('../notices/mail.ts');
  return createMail({
    ...config.mail,
    clock,
    log: log.child({ part: 'notices' }),
    observe: (call, outcome, ms) => metrics.outsideCall('mail', call, outcome, ms),
  });
}

/** Loads only the platforms that are switched on: their libraries cost memory and time. */
async function createAdapters({ config, policy, store, clock, log, metrics }: OutsideParts): Promise<Outbound[]> {
  const adapters: Outbound[] = [];
  if (config.slack !== undefined) {
    const { createSlack } = await import('../adapters/slack/slack.ts');
    const slack = await createSlack({
      config: config.slack,
      conversationReferences: store.conversationReferences,
      clock,
      log: log.child({ part: 'slack' }),
      observe: (call, outcome, ms) => metrics.outsideCall('slack', call, outcome, ms),
      onEventsWithheld: metrics.slackEventsWithheld,
      commandPrefix: policy.slack.commandPrefix,
    });
    adapters.push(slack);
  }
  if (config.teams !== undefined) {
    const { createTeams } = await import('../adapters/teams/teams.ts');
    const teams = await createTeams({
      config: config.teams,
      references: createReferenceStore(store.conversationReferences, clock),
      clock,
      log: log.child({ part: 'teams' }),
      observe: (call, outcome, ms) => metrics.outsideCall('teams', call, outcome, ms),
      observeUnmatched: metrics.unmatched,
    });
    adapters.push(teams);
  }
  return adapters;
}

/** Of somebody who typed a name, the name. */
const typedPeople = ({ config, store: { typedSessions }, clock }: OutsideParts): readonly [string, People][] =>
  typedSessions === undefined ? [] : [[typedPlatform, createTypedPeopleOf(config, { typedSessions }, clock)]];

function peopleOf(byPlatform: ReadonlyMap<string, People>): People {
  return {
    async lookUp(actor) {
      const { platform } = actorParts(actor);
      const people = byPlatform.get(platform);
      if (people !== undefined) return people.lookUp(actor);
      return failed({ kind: 'absent', retry: 'never', cause: `no adapter for ${platform}` });
    },
  };
}
