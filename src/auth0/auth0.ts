// Builds the flows' ports on Auth0. The only file of this folder that other folders need.
import type { Logger } from 'pino';
import type { Enrolments, NewContacts, SignIns } from '../flows/enrolment-ports.ts';
import type { NoticeAddresses } from '../flows/notice-addresses.ts';
import type { Outcome } from '../flows/outcome.ts';
import type {
  Clock,
  Codes,
  Directory,
  KnownPasswords,
  PasswordChange,
  PasswordChanges,
  Passwords,
  Sessions,
  Tickets,
} from '../flows/ports.ts';
import type { Observe } from '../outbound/observe.ts';
import { createAccountCache } from './account-cache.ts';
import { createExplanations, type Explanations } from './account-explanation.ts';
import { createAccountRecords } from './account-records.ts';
import { createMatchInAnySpelling, type MatchInAnySpelling } from './any-spelling.ts';
import { createAuthentication } from './authentication.ts';
import { createBlocks } from './blocks.ts';
import type { ObserveBudget } from './budgets.ts';
import { createCodes } from './codes.ts';
import { createConnector } from './connector.ts';
import { createContactImport, type ImportContact } from './contact-import.ts';
import { createContactLinks } from './contact-links.ts';
import { createOwnerOfContact, type OwnerOfContact } from './contact-owner.ts';
import { type CountCoverage, createCountCoverage } from './coverage.ts';
import { createDiagnose, type Diagnose } from './diagnosis.ts';
import { createDirectory } from './directory.ts';
import { createIsSetHere, createIsWrittenBack, type IsSetHere } from './employees.ts';
import { createEnrolments } from './enrolments.ts';
import { createReadFailedSignIns } from './failed-sign-ins.ts';
import { createForgotLink, type ForgotLink } from './forgot-link.ts';
import { createIdTokens } from './id-token.ts';
import { createKnownPasswords } from './known-passwords.ts';
import { type AccountLocks, createLocks } from './locks.ts';
import { createManagement } from './management.ts';
import { createNewContacts } from './new-contacts.ts';
import { createNoticeAddresses } from './notice-addresses.ts';
import { createPasswordChanges } from './password-changes.ts';
import { createReadPasswordRules } from './password-rules.ts';
import { createPasswordlessUsers } from './passwordless-users.ts';
import { createPasswords, createWritePassword } from './passwords.ts';
import { createProviderClock } from './provider-clock.ts';
import { createRequestLimits } from './request-limits.ts';
import { createSessions } from './sessions.ts';
import { createSignIns } from './sign-ins.ts';
import { createTickets } from './tickets.ts';
import { createTransport } from './transport.ts';

export interface Auth0Options {
  /** Tenant or custom domain, without a scheme. The issuer of the codes' tokens is `https://DOMAIN/`. */
  readonly domain: string;
  /** The tenant's own domain, where `domain` is a custom one. */
  readonly tenantDomain?: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Takes the place of both domains in every request; the issuer stays. */
  readonly baseUrl?: string;
  /** Names from the policy; default: every database and AD connection. */
  readonly connections?: readonly string[];
  /** Names of database connections whose passwords are chosen on a page of ours; default: none. */
  readonly setPasswordHere?: readonly string[];
  /** Names of Active Directory connections whose passwords Auth0's connector sets; default: none. */
  readonly connectorWriteBack?: readonly string[];
  /** Addresses of Active Directory count only if Auth0 calls them verified; default: the directory is believed. */
  readonly demandsVerified?: boolean;
  /** In ASCII: domains at which no contact is used, nor below them; besides those of the work address. */
  readonly ownDomains?: readonly string[];
  /** How long a new contact rests, unless it was the first; 24 by default. */
  readonly coolOffHours?: number;
  readonly clock: Clock;
  readonly log: Logger;
  /** Between two requests that nobody waits for, in milliseconds; a second by default: the slowest plan allows two to all together. */
  readonly pauseMs?: number;
  /** Time limit of one call, everything included; 8 s by default. */
  readonly timeoutMs?: number;
  /** Called after every request that was made, with its duration in milliseconds. */
  readonly observe?: Observe;
  /** Called whenever Auth0's clock was measured: how far it is ahead of ours, in milliseconds. */
  readonly observeClock?: (aheadMs: number) => void;
  /** Called with what Auth0 says is left of a limit. */
  readonly observeBudget?: ObserveBudget;
}

export interface Auth0 {
  readonly directory: Directory;
  readonly codes: Codes;
  readonly tickets: Tickets;
  readonly passwords: Passwords;
  readonly knownPasswords: KnownPasswords;
  readonly locks: AccountLocks;
  readonly sessions: Sessions;
  readonly passwordChanges: PasswordChanges;
  readonly enrolments: Enrolments;
  readonly noticeAddresses: NoticeAddresses;
  readonly signIns: SignIns;
  readonly newContacts: NewContacts;
  readonly importContact: ImportContact;
  readonly ownerOfContact: OwnerOfContact;
  readonly matchInAnySpelling: MatchInAnySpelling;
  readonly countCoverage: CountCoverage;
  readonly explanations: Explanations;
  readonly forgotLink: ForgotLink;
  readonly diagnose: Diagnose;
  /** A change that Auth0 reported by itself, by its own clock → the same by ours. */
  byOurClock(reported: PasswordChange): PasswordChange;
  /** Fetches the management token and the signing keys in advance, so that the first person does not wait. Never rejects. */
  warmUp(): Promise<void>;
  /** Whether we have a management token and signing keys, or can get them. Sends a request only for what is missing. */
  check(): Promise<Outcome<void>>;
}

export function createAuth0(options: Auth0Options): Auth0 {
  const { domain, tenantDomain = domain, clientId, clientSecret, baseUrl, connections, clock, log, observe } = options;
  const { timeoutMs = 8_000, demandsVerified = false, ownDomains = [], coolOffHours = 24 } = options;
  const { setPasswordHere = [], connectorWriteBack = [], pauseMs = 1_000 } = options;
  const providerClock = createProviderClock({ clock, log, observe: options.observeClock });
  const rules = { connections, demandsVerified };
  const coolOffMs = coolOffHours * 3_600_000;
  const application = { domain, tenantDomain, clientId, clientSecret, timeoutMs };
  const requestLimits = createRequestLimits({ clock, providerClock, log, observe });
  const transport = createTransport({
    ...{ domain, tenantDomain, baseUrl, timeoutMs, providerClock },
    observeBudget: options.observeBudget,
  });
  const management = createManagement(application, transport, requestLimits);
  const authentication = createAuthentication(application, transport, requestLimits);
  const idTokens = createIdTokens(application, transport, requestLimits);
  const records = createAccountRecords(management);
  const users = createPasswordlessUsers(management);
  const links = createContactLinks({ management, records, users, ownDomains, coolOffMs });
  const locks = createLocks(management, createBlocks(management), clock);
  const sessions = createSessions(management, clock);
  const accountCache = createAccountCache(clock);

  const isSetHere = createIsSetHere(setPasswordHere);
  const isWrittenBack = createIsWrittenBack(connectorWriteBack);
  const isChosenHere: IsSetHere = (account) => isSetHere(account) || isWrittenBack(account);
  const failedSignIns = createReadFailedSignIns({ management, providerClock, log });
  const lookups = { management, locks, failedSignIns, accountCache };
  const directoryParts = { ...lookups, ...rules, ownDomains, isSetHere: isChosenHere, clock, log };
  const write = createWritePassword(management);

  async function check(): Promise<Outcome<void>> {
    const [token, keys] = await Promise.all([management.ready(), idTokens.ready()]);
    return token.ok ? keys : token;
  }

  return {
    directory: createDirectory(directoryParts),
    codes: createCodes({ clock, management, authentication, idTokens, accountCache, requestLimits, ownDomains }),
    tickets: createTickets(management, authentication, {
      ...{ baseUrl, customDomain: tenantDomain === domain ? undefined : domain },
    }),
    passwords: createPasswords({
      ...{ management, write, providerClock, isSetHere, isWrittenBack },
      connector: createConnector(management, log),
      readRules: createReadPasswordRules(management, clock),
    }),
    knownPasswords: createKnownPasswords({ management, authentication, idTokens, write, requestLimits, ...rules }),
    locks,
    sessions,
    passwordChanges: createPasswordChanges({ management, clock, providerClock }),
    enrolments: createEnrolments({ management, records, ...rules, ownDomains, coolOffMs, clock, log }),
    noticeAddresses: createNoticeAddresses({ management, coolOffHours }),
    newContacts: createNewContacts({ management, authentication, idTokens, records, users, links, requestLimits }),
    importContact: createContactImport({ management, records, users, links }),
    ownerOfContact: createOwnerOfContact(management),
    matchInAnySpelling: createMatchInAnySpelling(directoryParts),
    countCoverage: createCountCoverage(management),
    explanations: createExplanations({ management, ...rules, ownDomains, clock }),
    forgotLink: createForgotLink({ management, connections, clock, log, pauseMs }),
    signIns: createSignIns({ ...application, ...rules, baseUrl, clock, log, management, transport, requestLimits }),
    diagnose: createDiagnose({ ...application, management, idTokens, providerClock, sessions }),
    byOurClock: ({ account, at }) => ({ account, at: providerClock.toOurs(at) }),
    check,
    warmUp: async () => {
      await check();
    },
  };
}
