// Every function that reads text from outside is fast, whatever the text contains and however long it is.

import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InvalidCredentialsError } from 'ldapts';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { bodies } from '../../src/adapters/rest/api.ts';
import { isJsonBody, parsedBody } from '../../src/adapters/rest/bodies.ts';
import { decodeViewMetadata, readActionId, readCallbackId, readValue } from '../../src/adapters/slack/action-codec.ts';
import { slackActor } from '../../src/adapters/slack/actor.ts';
import { slackCommands } from '../../src/adapters/slack/features.ts';
import { createLibraryLog } from '../../src/adapters/slack/library-log.ts';
import { typedText } from '../../src/adapters/slack/messages.ts';
import { calledIn } from '../../src/adapters/slack/people.ts';
import { readBody } from '../../src/adapters/slack/read-body.ts';
import { renderMessage, renderModal } from '../../src/adapters/slack/render.ts';
import { escapeText, textToMrkdwn } from '../../src/adapters/slack/render-text.ts';
import { createVerifier } from '../../src/adapters/slack/verify.ts';
import { readExecute, readSubmit } from '../../src/adapters/teams/action-codec.ts';
import { teamsActor } from '../../src/adapters/teams/actor.ts';
import { codeOf, loginFailure } from '../../src/adapters/teams/errors.ts';
import { plainWords } from '../../src/adapters/teams/messages.ts';
import { handleOf } from '../../src/adapters/teams/name-cache.ts';
import { createOrigins } from '../../src/adapters/teams/origins.ts';
import { renderCard, renderMessage as renderTeamsMessage } from '../../src/adapters/teams/render.ts';
import { neutral, textToMarkdown, textToPlain } from '../../src/adapters/teams/render-text.ts';
import { channelOf } from '../../src/adapters/teams/surface-refs.ts';
import { bearerOf } from '../../src/adapters/teams/verify.ts';
import { truncate } from '../../src/adapters/truncate.ts';
import { guardName } from '../../src/auth0/application.ts';
import { scopesIn } from '../../src/auth0/diagnosis-access.ts';
import { actionFindings, guardFindings } from '../../src/auth0/diagnosis-actions.ts';
import { presentable } from '../../src/auth0/directory.ts';
import { readRecord } from '../../src/auth0/enrolment-record.ts';
import { quoted } from '../../src/auth0/log-search.ts';
import { saysIn } from '../../src/auth0/mail-text.ts';
import { partsOf } from '../../src/auth0/passwordless-users.ts';
import { originIn } from '../../src/auth0/sign-in-origin.ts';
import type { Card } from '../../src/bot/cards/card.ts';
import { copy } from '../../src/bot/copy/language.ts';
import { readNote } from '../../src/bot/helpdesk/note.ts';
import { intentOf, looksLikeCode } from '../../src/bot/intent.ts';
import { readConfig } from '../../src/config/config.ts';
import { directorySettings } from '../../src/config/directories.ts';
import { adoptEnvFile } from '../../src/config/env-file.ts';
import { parsePolicy } from '../../src/config/policy/policy-file.ts';
import { reportText } from '../../src/doctor/report.ts';
import { createLinks } from '../../src/engine/links.ts';
import { createNoticeLinks } from '../../src/engine/notice-links.ts';
import { accountId, contactRef, instant, knownActor } from '../../src/flows/ids.ts';
import { clientNetwork } from '../../src/inbound/client-network.ts';
import { createProofOfWork } from '../../src/inbound/proof-of-work.ts';
import { createSealer } from '../../src/inbound/sealed-cookie.ts';
import { directoryGuid } from '../../src/ldap/account-id.ts';
import { decoded, generalizedTime } from '../../src/ldap/attributes.ts';
import { troubleOf } from '../../src/ldap/errors.ts';
import { brokenRules, type PasswordRules } from '../../src/ldap/password-rules.ts';
import { checkedPassword } from '../../src/ldap/password-value.ts';
import { mailFailure } from '../../src/notices/mail-errors.ts';
import { createLogger } from '../../src/observability/logger.ts';
import { createMetrics } from '../../src/observability/metrics.ts';
import { describeError, redact, redactLine } from '../../src/observability/redaction.ts';
import { isJsonType, parseJson } from '../../src/outbound/answer-text.ts';
import { retryAfterMs } from '../../src/outbound/retry-after.ts';
import { createSigningKeys } from '../../src/signing-keys.ts';
import { beginning, normalized, precomposed, withoutEnd } from '../../src/text/bounded-text.ts';
import { foldAddress, foldCase, foldsToAscii, lowerCased, mayBeOneAddress } from '../../src/text/case-folding.ts';
import { commonPasswords } from '../../src/text/common-passwords.ts';
import { escapedHtml } from '../../src/text/html.ts';
import { isMailAddress } from '../../src/text/mail-address.ts';
import { domainOf, isOwnDomain } from '../../src/text/mail-domain.ts';
import { maskEmail, maskPhone } from '../../src/text/masked-address.ts';
import { readNewAddress } from '../../src/text/new-address.ts';
import { asSet, faultsOf } from '../../src/text/new-password.ts';
import { readRecoveryCode } from '../../src/text/recovery-code.ts';
import { isShownWhole, shownName, withoutDirections } from '../../src/text/shown-name.ts';
import { readCode } from '../../src/text/typed-code.ts';
import { readEntries } from '../../src/web/hooks.ts';
import { fieldHtml, problemHtml } from '../../src/web/pages/form-parts.ts';
import { createPages } from '../../src/web/pages/pages.ts';
import { isReadable } from '../../src/web/server.ts';
import { isForm } from '../../src/web/short-form.ts';
import { aCard } from '../adapters/slack/scripted-conversation.ts';
import { sourcesIn } from '../flows/source.ts';
import { hostileTexts, leastMs } from './texts.ts';

type Reader = (text: string) => unknown;

const quietly = (read: Reader): Reader => {
  return (text) => {
    try {
      return read(text);
    } catch {
      return 'refused';
    }
  };
};
const envFolder = mkdtempSync(join(tmpdir(), 'latchkey-hostile-'));
const clock = { now: () => instant(0) };
const verifier = createVerifier({ signingSecret: 'secret', clock });
const links = createLinks({ sign: () => '', verify: () => false }, 'https://latchkey.example.com');
const noticeLinks = createNoticeLinks({ sign: () => '', verify: () => true }, 'https://latchkey.example.com');
const silent = createLogger({ level: 'trace', stream: { write: () => undefined } });
const libraryLog = createLibraryLog(pino({ level: 'silent' }));
const metrics = createMetrics({ tally: async () => ({ open: {}, waitingEffects: 0 }), clock });
const pages = createPages('Acme Rockets', copy.pages);
const isCommon = await commonPasswords();
const addressRules = { workEmail: 'jane@acme.example', blockedDomains: ['acme.org'], phoneCountries: ['DE'] };
const work = createProofOfWork({ keys: createSigningKeys([new Uint8Array(32)]), clock, bits: 16 });
const sealer = createSealer([new Uint8Array(32)], clock);
const origins = createOrigins();
const nobody = (): undefined => undefined;
const person = knownActor('slack:T0ACME:U0JANE');
const spoken = (text: string): Card => ({
  ...aCard(),
  title: text,
  summary: [text],
  lines: [{ text: [text, { strong: text }, { person, name: text }], tone: 'normal' }],
});
const typed = (text: string) => ({ action: { type: 'Action.Execute', verb: text, data: { flow: text, v: 1 } } });
const jwt = (text: string) => `Bearer ${text}.${text}.${text}`;
const form = 'application/x-www-form-urlencoded';
const strictRules: PasswordRules = {
  ...{ of: 'domain', minLength: 10, maxLength: 256, complexity: true, history: 0, minAgeMs: 0 },
  ...{ lockoutThreshold: 3, lockoutMs: 0, lockoutWindowMs: 0 },
};

/** By file: the functions that read text. */
const longDirectory = (text: string) => ({ urls: [`ldaps://${text}`], bindDn: `${text}@`, probe: `ad|${text}` });
const oneDirectory = parsePolicy(
  'directories: [{ connection: AD, urls: ["ldaps://dc1.example"], baseDn: DC=example, bindDn: a@example }]',
  'policy.yaml',
);

const readers: Readonly<Record<string, Readonly<Record<string, Reader>>>> = {
  'src/config/directories.ts': {
    directorySettings: quietly((text) => directorySettings(oneDirectory, { DIRECTORY_PASSWORD: text })),
    'directorySettings with NODE_DEBUG': quietly((text) =>
      directorySettings(oneDirectory, { DIRECTORY_PASSWORD: 'a password', NODE_DEBUG: `l*${text}` }),
    ),
  },
  'src/auth0/diagnosis-access.ts': { scopesIn: (text) => scopesIn([text, `${text}:${text}`, 'read:users']) },
  'src/auth0/diagnosis-actions.ts': {
    actionFindings: (text) =>
      actionFindings(
        [{ display_name: text, action: { name: text, code: text, all_changes_deployed: false } }],
        'client',
      ),
    guardFindings: (text) =>
      guardFindings(
        [{ display_name: guardName, action: { name: guardName, code: `"client_id":"${text}` } }],
        'client',
        [text],
      ),
  },
  'src/auth0/mail-text.ts': { saysIn: (text) => [saysIn(text, 'code'), saysIn(`{{${text}`, 'code')] },
  'src/doctor/report.ts': {
    reportText: (text) => reportText([{ check: text, state: 'failed', what: text, remedy: text }], true),
  },
  'src/auth0/enrolment-record.ts': {
    readRecord: (text) => [
      readRecord({ latchkey: text }),
      readRecord({ latchkey: { actors: [text], contacts: { [text]: { since: text } }, removedAt: text } }),
    ],
  },
  'src/auth0/log-search.ts': { quoted },
  'src/auth0/sign-in-origin.ts': {
    originIn: (text) => [
      originIn({ client_name: text, user_agent: text, location_info: { country_code: text } }),
      originIn({ client_name: `0.${text}`, user_agent: `Mobile ${text}`, isMobile: false }),
    ],
  },
  'src/auth0/passwordless-users.ts': {
    partsOf: (text) => [partsOf(contactRef(text)), partsOf(contactRef(`sms|${text}`))],
  },
  'src/text/bounded-text.ts': {
    beginning: (text) => beginning(text, 100),
    ...{ normalized: (text) => normalized(text, 4_000), precomposed: (text) => precomposed(text, 4_000) },
    withoutEnd: (text) => ['/', '=', '-'].map((sign) => withoutEnd(text, sign)),
  },
  'src/text/shown-name.ts': {
    ...{ shownName, withoutDirections },
    isShownWhole: (text) => isShownWhole(text, 80),
  },
  'src/text/case-folding.ts': {
    ...{ foldCase, foldAddress, foldsToAscii, lowerCased },
    mayBeOneAddress: (text) =>
      [1_024, 1_000_000].map((chars) => mayBeOneAddress(text.slice(0, chars), `a@${text}`.slice(0, chars))),
  },
  'src/text/mail-address.ts': {
    isMailAddress: (text) =>
      [text, `${text}@acme.example`, `jane@${text}`].flatMap((each) =>
        [320, 1_000_000].map((chars) => isMailAddress(each.slice(0, chars))),
      ),
  },
  'src/text/mail-domain.ts': {
    domainOf: (text) => [domainOf(text), domainOf(`jane@${text}`)],
    isOwnDomain: (text) => isOwnDomain(text, text.slice(1), [text.slice(2), text]),
  },
  'src/text/new-address.ts': {
    'readNewAddress of mail': (text) =>
      [text, `${text}@acme.example`, `jane@${text}`].flatMap((each) =>
        [400, 1_000_000].map((chars) => readNewAddress('email', each.slice(0, chars), addressRules)),
      ),
    'readNewAddress of numbers': (text) =>
      [60, 1_000_000].map((chars) => readNewAddress('sms', text.slice(0, chars), addressRules)),
  },
  'src/text/html.ts': { escapedHtml },
  'src/bot/intent.ts': {
    intentOf: (text) => intentOf(text, copy.intentWords),
    looksLikeCode: (text) => looksLikeCode(text, copy.intentWords),
  },
  'src/text/recovery-code.ts': { readRecoveryCode },
  'src/text/typed-code.ts': { readCode },
  'src/bot/helpdesk/note.ts': { readNote: (text) => readNote(text, 200, copy.intentWords) },
  'src/adapters/truncate.ts': { truncate: (text) => truncate(text, 3_000) },
  'src/adapters/slack/action-codec.ts': {
    readActionId: (text) => [readActionId(text), readActionId(`lk.unlock.${text}`)],
    readCallbackId,
    readValue,
    decodeViewMetadata: (text) => [decodeViewMetadata(text), decodeViewMetadata(`{"flow":"${text}"}`)],
  },
  'src/adapters/slack/actor.ts': { slackActor: (text) => slackActor({ user: `U${text}`, team: `T${text}` }) },
  'src/adapters/slack/read-body.ts': {
    readBody: (text) => readBody('application/json', Buffer.from(text)),
    'readBody of a form': (text) => readBody(form, Buffer.from(text)),
    'readBody by type': (text) => readBody(`${text.slice(0, 16_000)}`, Buffer.from('')),
  },
  'src/adapters/rest/bodies.ts': {
    // A body is cut at eight kilobytes before.
    parsedBody: (text) => parsedBody(`{"otp":"${text.slice(0, 8_192)}"}`, bodies.code),
    'parsedBody of anything': (text) => parsedBody(text.slice(0, 8_192), bodies.code),
    'parsedBody of escapes': (text) => parsedBody(JSON.stringify({ otp: text.slice(0, 8_192) }), bodies.code),
    isJsonBody: (text) => isJsonBody(`application/json${text.slice(0, 16_000)}`),
  },
  'src/adapters/teams/name-cache.ts': { handleOf: (text) => handleOf(person, { id: text, userPrincipalName: text }) },
  'src/adapters/slack/people.ts': { calledIn: (text) => calledIn({ id: text, name: text, real_name: text }) },
  'src/adapters/slack/features.ts': { slackCommands },
  'src/adapters/slack/verify.ts': {
    admit: (text) => [
      verifier.admit({}, Buffer.from(text)),
      verifier.admit({ 'x-slack-signature': text, 'x-slack-request-timestamp': text }, Buffer.from('')),
    ],
  },
  'src/adapters/slack/library-log.ts': { warn: (text) => libraryLog.warn(text) },
  'src/adapters/slack/messages.ts': { typedText },
  'src/adapters/slack/render.ts': {
    renderMessage: (text) => renderMessage(spoken(text)),
    renderModal: (text) => renderModal(spoken(text)),
  },
  'src/adapters/slack/render-text.ts': {
    escapeText,
    textToMrkdwn: (text) => textToMrkdwn([text, { strong: text }], 3_000),
  },
  'src/adapters/teams/action-codec.ts': {
    readExecute: (text) => readExecute(typed(text)),
    readSubmit: (text) => readSubmit({ act: text, flow: text, code: text, v: 1 }),
  },
  'src/adapters/teams/actor.ts': { teamsActor: (text) => teamsActor(text.slice(0, 64), text) },
  'src/adapters/teams/errors.ts': {
    codeOf: (text) => [codeOf(text), codeOf(`{"error":{"code":"${text}"}}`)],
    loginFailure: (text) => loginFailure({ status: 400 }, text),
  },
  'src/adapters/teams/verify.ts': { bearerOf: (text) => [bearerOf(text), bearerOf(jwt(text))] },
  'src/adapters/teams/messages.ts': { plainWords },
  'src/adapters/teams/origins.ts': {
    isAllowed: (text) => origins.isAllowed(`https://${text}`),
    createOrigins: quietly((text) => createOrigins([`https://a.example/${text}`])),
  },
  'src/adapters/teams/surface-refs.ts': { channelOf },
  'src/adapters/teams/render.ts': {
    renderCard: (text) => renderCard(spoken(text), nobody),
    renderMessage: (text) => renderTeamsMessage(spoken(text), nobody),
  },
  'src/adapters/teams/render-text.ts': {
    neutral,
    textToPlain: (text) => textToPlain([text], nobody),
    textToMarkdown: (text) => textToMarkdown([text, { strong: text }], nobody, 3_000),
  },
  'src/text/masked-address.ts': { maskEmail, maskPhone },
  'src/auth0/contacts.ts': {
    maskEmail: (text) => [maskEmail(text), maskEmail(`${text}@${text}`), maskEmail(`a@${text}`)],
    maskPhone,
  },
  'src/auth0/directory.ts': { presentable },
  'src/engine/links.ts': { claimedFlow: links.claimedFlow },
  'src/engine/notice-links.ts': { openNotice: (text) => noticeLinks.openNotice(text, instant(0)) },
  'src/notices/mail-errors.ts': {
    mailFailure: (text) => {
      const thrown = { code: text, originalCode: text, command: text, responseCode: 550, response: `550 ${text}` };
      return [mailFailure(Object.assign(new Error(text), thrown)), mailFailure({ ...thrown, responseCode: undefined })];
    },
  },
  'src/ldap/account-id.ts': {
    directoryGuid: (text) => [
      directoryGuid(accountId(text), 'CorpAD'),
      directoryGuid(accountId(`ad|CorpAD|${text}`), 'CorpAD'),
    ],
  },
  'src/ldap/attributes.ts': {
    decoded: (text) => {
      const read = decoded({ dn: text, a: text, [text.slice(0, 1_000)]: [text, text] });
      return [read.text('a'), read.time('a'), read.span('a'), read.truth('a'), read.bytes('a'), read.texts(text)];
    },
    generalizedTime,
  },
  'src/ldap/errors.ts': {
    troubleOf: (text) => [
      troubleOf(new InvalidCredentialsError(text), true),
      troubleOf(new InvalidCredentialsError(`data ${text}`), true),
      troubleOf(new Error(text), true),
    ],
  },
  'src/ldap/password-value.ts': { checkedPassword },
  'src/ldap/password-rules.ts': {
    brokenRules: (text) => {
      const account = decoded({ dn: 'CN=a', sAMAccountName: text, displayName: text });
      return [400, 512].map((chars) => brokenRules(text.slice(0, chars), strictRules, account));
    },
  },
  'src/observability/logger.ts': {
    info: (text) => silent.info({ said: text, token: text, [text]: text }, text),
    error: (text) => silent.error(new Error(text)),
  },
  'src/observability/redaction.ts': {
    redact: (text) => [redact(text, 'token'), redact(text, 'said'), redact({ [text]: text }, text)],
    redactLine,
    'scrubLine, just short enough': (text) => redactLine(text.slice(0, 60_000)),
    describeError: (text) => {
      const error = new Error(text);
      error.stack = `Error: ${text}\n    at ${text}\n${text}`;
      return describeError(error);
    },
  },
  'src/observability/metrics.ts': { outsideCall: (text) => metrics.outsideCall('slack', text, 'ok', 1) },
  'src/outbound/answer-text.ts': {
    parseJson,
    isJsonType: (text) => [isJsonType(text), isJsonType(`application/${text}`)],
  },
  'src/outbound/retry-after.ts': { retryAfterMs: (text) => retryAfterMs(text, 0) },
  'src/config/policy/policy-file.ts': {
    parsePolicy: quietly((text) => parsePolicy(text, 'policy.yaml')),
    'parsePolicy of a directory': quietly((text) =>
      parsePolicy(JSON.stringify({ directories: [longDirectory(text)] }), 'policy.yaml'),
    ),
    'parsePolicy of long values': quietly((text) =>
      parsePolicy(JSON.stringify({ helpdesk: { channels: [`teams:19:${text}`], contact: text } }), 'policy.yaml'),
    ),
  },
  'src/config/env-file.ts': {
    adoptEnvFile: (text) => {
      const names = ['', 'PORT=', 'PORT="', 'export '].map((before) => `${before}${text}`).join('\n');
      for (const content of [text, names, `${text.slice(0, 60)}\n`.repeat(900)]) {
        writeFileSync(join(envFolder, '.env'), content);
        adoptEnvFile({}, envFolder);
      }
    },
  },
  'src/config/config.ts': {
    readConfig: quietly((text) =>
      readConfig({
        PUBLIC_URL: text,
        SECRET_KEYS: text,
        AUTH0_DOMAIN: text,
        DATABASE_URL: text,
        HOST: text,
        WEBHOOK_SECRET: text,
        SMTP_URL: `smtps://${text}`,
      }),
    ),
    'readConfig of a sender': quietly((text) =>
      readConfig({ SMTP_URL: `smtps://${text.slice(0, 2_000)}@mail.acme.example?from=${text.slice(0, 4_000)}` }),
    ),
  },
  'src/web/hooks.ts': {
    readEntries,
    'readEntries of lines': (text) => readEntries(`{}\n${text}`),
    'readEntries of many lines': (text) => readEntries(`${text.slice(0, 1)}\n`.repeat(text.length / 2)),
  },
  'src/web/pages/link-pages.ts': { live: (text) => pages.live({ givenName: text }) },
  'src/text/new-password.ts': {
    faultsOf: (text) => faultsOf({ password: text, confirm: text }, {}, [text, 'jane'], () => false),
    'faultsOf with a strange name': (text) =>
      faultsOf({ password: 'correct horse', confirm: text }, { minLength: 9 }, [text, `${text}@${text}`], () => false),
    asSet,
  },
  'src/text/common-passwords.ts': { commonPasswords: (text) => isCommon(text) },
  'src/web/pages/password-page.ts': {
    password: (text) =>
      pages.password(text, { givenName: text, username: text, rules: { isComplete: true }, faults: [], left: 1 }),
  },
  'src/web/short-form.ts': { isForm: (text) => [isForm(text), isForm(`application/x-www-form-urlencoded${text}`)] },
  'src/inbound/client-network.ts': {
    anAddress: (text) => clientNetwork(text),
    anAddressOfIpv6: (text) => clientNetwork(`::ffff:${text}`),
  },
  'src/inbound/proof-of-work.ts': {
    aChallenge: (text) => work.isDone(text, '1'),
    anAnswer: (text) => work.isDone(work.next().challenge, text),
  },
  'src/inbound/sealed-cookie.ts': {
    open: (text) => [sealer.open(text), sealer.open(`${text}.${text}.${text}.${text}.`)],
  },
  'src/web/pages/form-parts.ts': {
    problemHtml: (text) => problemHtml(text, ''),
    fieldHtml: (text) =>
      fieldHtml({ ...{ id: 'a', name: 'a', label: '', hint: '' }, value: text, autocomplete: 'tel', inputmode: 'tel' }),
  },
  'src/web/pages/layout.ts': {
    broken: (text) => pages.broken(text),
    elsewhere: (text) => pages.elsewhere(`https://a.example/${text}`),
  },
  'src/web/server.ts': { isReadable: (text) => [isReadable(text), isReadable(`/go/${text}`)] },
};

/**
 * Files that cut or replace text, but only text that does not come from outside, or that one of the readers has read.
 */
const others: Readonly<Record<string, string>> = {
  'src/ldap/account-record.ts': 'a GUID that directoryGuid took',
  'src/ldap/protected-accounts.ts': 'expressions for at most 190 characters',
  'src/ldap/diagnosis-controllers.ts': 'the beginning of a cause of our own',
  'src/engine/identify.ts': 'a method of that name: the directory’s',
  'src/outbound/network-error.ts': 'an expression for at most 51 characters, of codes that Node gives errors',
  'src/adapters/rest/answers.ts': 'a time of our own',
  'src/adapters/rest/endings.ts': 'names of our own',
  'src/adapters/rest/rest.ts': 'a path, which Node limits to 16 KiB with the headers',
  'src/adapters/slack/commands.ts': 'words of a command, which are parsed with a limit; intentOf reads them',
  'src/adapters/slack/errors.ts': 'an expression for at most 64 characters',
  'src/adapters/slack/receiver.ts': 'headers, which Node limits to 16 KiB together',
  'src/adapters/teams/receiver.ts': 'headers, which Node limits to 16 KiB together',
  'src/observability/terminal.ts': 'one line of our own log, which the logger has cut; a class of single characters',
  'src/auth0/budgets.ts': 'expressions for our own URLs, and for at most nine digits of a header',
  'src/auth0/schemas.ts': 'an expression for at most 40 digits',
  'src/auth0/management-token.ts': 'parts between single spaces, of an answer whose size is bounded',
  'src/auth0/codes.ts': 'expressions for at most 64 characters',
  'src/auth0/contact-import.ts': 'a number that is normalised',
  'src/auth0/coverage.ts': 'an expression for at most 128 characters',
  'src/auth0/new-contacts.ts': 'an expression for at most 40 digits',
  'src/auth0/sign-in-way.ts': 'ids of accounts; an expression for at most 64 characters',
  'src/auth0/sign-ins.ts': 'an expression for at most 64 characters; what a browser brings back is measured first',
  'src/bot/copy/en/failed-sign-ins.ts': 'names of countries, by codes of two letters',
  'src/bot/helpdesk/same-person.ts': 'a method of that name: the directory’s',
  'src/config/variables.ts': 'by readConfig',
  'src/config/nearest-name.ts': 'by parsePolicy and readConfig',
  'src/config/secret-strength.ts': 'by readConfig',
  'src/engine/perform.ts': 'a method of that name: the directory’s',
  'src/flows/ids.ts': 'ids of our own making',
  'src/config/policy/diagnostics.ts': 'by parsePolicy',
  'src/config/policy/rules-schema.ts': 'by parsePolicy',
  'src/config/policy/directories-schema.ts': 'by parsePolicy',
  'src/config/policy/schema.ts': 'by parsePolicy',
  'src/config/parsers.ts': 'by readConfig',
  'src/config/mail-server.ts': 'by readConfig',
  'src/auth0/contact-owner.ts': 'an address that readNewAddress took',
  'src/cli/acts.ts': 'one word that the operator typed',
  'src/cli/arguments.ts': 'words that the operator typed, at most 500 characters each',
  'src/cli/auth0-account.ts': 'a method of that name: the directory’s',
  'src/cli/explain.ts': 'a method of that name: the directory’s',
  'src/cli/operator.ts': 'words that the operator typed, and cells of our own tables',
  'src/cli/import-chats.ts': 'the last full stop of one sentence of ours, cut to 300 characters',
  'src/cli/contacts.ts': 'a method of that name: the directory’s',
  'src/cli/contacts-order.ts': 'words that the operator typed',
  'src/cli/manifest-auth0.ts': 'the first line of a file beside which it writes',
  'src/config/policy/phone-countries.ts': 'a text of its own',
  'src/config/policy/reference.ts': 'the schema’s own texts',
  'src/store/sqlite/diagnosis.ts': 'a method of that name: the database’s',
  'src/store/postgres/diagnosis.ts': 'an expression for at most 50 characters; DATABASE_URL, by readConfig',
  'src/store/copy-file.ts': 'names of files that the operator typed',
  'src/store/postgres/copy.ts': 'what PostgreSQL’s own programs print, for the operator',
  'src/store/sqlite/copy.ts': 'what SQLite’s own check prints, for the operator',
  'src/store/sqlite/restore.ts': 'the name of a file that this program makes',
  'src/store/sqlite/file-locks.ts': 'names of files that this program made',
  'src/store/sqlite/dialect.ts': 'a method of that name: the database’s',
  'src/web/page-routes.ts': 'an expression for exactly 66 characters',
  'src/web/enrolment-notice.ts': 'an expression for at most 82 characters',
  'src/web/headers.ts': 'a header of our own making',
  'src/web/self-proof.ts': 'headers, which Node limits to 16 KiB together; an expression for exactly 66 characters',
  'src/web/diagnosis.ts': 'PUBLIC_URL, by readConfig; the beginning of our own answer',
};

const handlesText = /\.(?:normalize|replace|replaceAll|split|match|matchAll|test|exec|regex)\(/;

/**
 * The maximum length of a text on the platforms, then that of a whole request. Shorter ones come first: a bad reader
 * already fails there, and the rest is skipped.
 */
const sizes = [4_000, 64_000, 1_000_000];
/** A quadratic reader needs seconds at the second size. */
const boundMs = 120;
/**
 * The operator's files and webhook bodies with the right secret are read by libraries: in linear time as well, but
 * slower.
 */
const patientMs: Readonly<Record<string, number>> = {
  'src/config/policy/policy-file.ts': 1_200,
  'src/config/config.ts': 400,
  'src/config/env-file.ts': 600,
  'src/web/hooks.ts': 500,
};

describe('text from outside', () => {
  for (const [file, named] of Object.entries(readers)) {
    it(`keeps nobody busy: ${file}`, { timeout: 120_000 }, () => {
      const atMost = patientMs[file] ?? boundMs;
      for (const chars of sizes) {
        for (const text of hostileTexts(chars)) {
          for (const [name, read] of Object.entries(named)) {
            const ms = leastMs(() => read(text), atMost);
            expect(ms, `${name} over ${chars} characters like ${JSON.stringify(text.slice(0, 20))}`).toBeLessThan(
              atMost,
            );
          }
        }
      }
    });
  }

  it('is made canonical in one place, which cuts it before and after', () => {
    const places = sourcesIn('src').filter(({ text }) => text.includes('.normalize('));
    expect(places.map(({ path }) => path)).toEqual(['src/text/bounded-text.ts']);
    expect(normalized('\ufdfa'.repeat(4_000), 4_000).length).toBeLessThanOrEqual(4_000);
  });

  it('is read by nothing that is not on this list', () => {
    const reading = sourcesIn('src').filter(({ text }) => handlesText.test(text));
    const listed = new Set([...Object.keys(readers), ...Object.keys(others)]);
    expect(reading.map(({ path }) => path).filter((path) => !listed.has(path))).toEqual([]);
  });
});
