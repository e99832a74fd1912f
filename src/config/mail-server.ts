// SMTP_URL: the mail server, the login and the sender in one address. Messages never repeat a part of it.
import { z } from 'zod';
import { isMailAddress } from '../text/mail-address.ts';
import { isShownWhole } from '../text/shown-name.ts';
import { isLoopbackName, isPlaceholder, text } from './parsers.ts';

export interface MailServer {
  readonly host: string;
  readonly port: number;
  /**
   * `implicit`: TLS from the first byte. `starttls`: TLS before anything is sent, or nothing is sent. `none`: only to this machine,
   * and only outside production.
   */
  readonly tls: 'implicit' | 'starttls' | 'none';
  readonly login?: { readonly user: string; readonly password: string };
  readonly sender: { readonly address: string; readonly name?: string };
}

const example =
  'smtps://USER:PASSWORD@smtp.acme.example:465?from=Latchkey <no-reply@acme.example>, or smtp:// and port 587 for STARTTLS';
const coded = 'In the user name and password write every special character in percent form, like %2F for /';

/** Registered for TLS from the first byte, and for STARTTLS (RFC 8314). The other form on these ports never works. */
const implicitPort = 465;
const starttlsPort = 587;

export const mailServer = (isProduction: boolean) =>
  text(`Write it like ${example}`).transform((value, context): MailServer => {
    const wrong = (what: string): never => {
      context.addIssue({ code: 'custom', message: what });
      return z.NEVER;
    };
    if (!/^smtps?:\/\//i.test(value)) return wrong(`is no address of a mail server. Write it like ${example}`);
    const url = URL.parse(value);
    if (url === null || !/^\/?$/.test(url.pathname) || url.hash !== '')
      return wrong(`is no address of a mail server. Write it like ${example}. ${coded}`);
    const host = hostOf(url.hostname);
    if (host === undefined) return wrong(`names no host. Write it like ${example}`);
    const login = loginOf(url);
    if (typeof login === 'string') return wrong(login);
    const sender = senderOf(url.searchParams);
    if (typeof sender === 'string') return wrong(sender);
    const isImplicit = url.protocol === 'smtps:';
    const port = url.port === '' ? (isImplicit ? implicitPort : starttlsPort) : Number(url.port);
    const misfit = portMisfit(isImplicit, port);
    if (misfit !== undefined) return wrong(misfit);
    const tls = isImplicit ? 'implicit' : isLoopbackName(url.hostname) && !isProduction ? 'none' : 'starttls';
    return { host, port, tls, ...login, sender };
  });

/** A name or an address; an IPv6 one without its brackets. */
function hostOf(hostname: string): string | undefined {
  if (/^\[[0-9a-f:.]+\]$/i.test(hostname)) return hostname.slice(1, -1);
  return /^(?=.{1,253}$)[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?$/i.test(hostname) ? hostname : undefined;
}

function portMisfit(isImplicit: boolean, port: number): string | undefined {
  if (port === 0) return 'has port 0. Use 465 with smtps://, or 587 with smtp://';
  if (isImplicit && port === starttlsPort) return 'is smtps:// with port 587, which begins without TLS. Write smtp://';
  if (!isImplicit && port === implicitPort) return 'is smtp:// with port 465, which begins with TLS. Write smtps://';
  return undefined;
}

/** What is wrong is a text. */
function loginOf(url: URL): Pick<MailServer, 'login'> | string {
  const [user, password] = [decoded(url.username), decoded(url.password)];
  if (user === undefined || password === undefined) return `has a % that begins no percent form. ${coded}`;
  if (user === '' && password === '') return {};
  if (user === '' || password === '')
    return `has a ${user === '' ? 'password without a user name' : 'user name without a password'}. Write both, or neither`;
  if (isPlaceholder(user) || isPlaceholder(password))
    return 'still holds a placeholder. Write the login of your mail server';
  if (/\p{Cc}/u.test(user) || /\p{Cc}/u.test(password))
    return 'has a control character in its user name or password. Remove it';
  return { login: { user, password } };
}

function decoded(part: string): string | undefined {
  try {
    return decodeURIComponent(part);
  } catch {
    return undefined;
  }
}

const senderHint =
  'Add ?from= and a name with an address, like ?from=Latchkey <no-reply@acme.example>, or the address alone; write a + in it as %2B';
const nameCharsAtMost = 60;

function senderOf(query: URLSearchParams): MailServer['sender'] | string {
  if ([...query.keys()].some((key) => key !== 'from'))
    return `has something other than \`from\` behind the question mark. Remove it. ${coded}`;
  const [from, ...more] = query.getAll('from').map((each) => each.trim());
  if (from === undefined || from === '') return `names no sender. ${senderHint}`;
  const { name, address = '' } = /^(?<name>[^<>]*)<(?<address>[^<>]*)>$/.exec(from)?.groups ?? { address: from };
  if (more.length > 0 || !isMailAddress(address)) return `has a sender that is not one mail address. ${senderHint}`;
  const shown = (name ?? '').trim().replace(/^"([^"]*)"$/, '$1');
  if (shown === '') return { address };
  if (!isShownWhole(shown, nameCharsAtMost) || /["\\]/.test(shown))
    return `has a sender whose name is longer than ${nameCharsAtMost} characters, or holds a character that is not seen, or a quotation mark. ${senderHint}`;
  return { address, name: shown };
}
