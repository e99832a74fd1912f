// The two passwordless connections that send the codes, and what they need to send them.
import type { Finding } from '../doctor/check.ts';
import { readClients } from './diagnosis-connections.ts';
import { looks } from './endpoints.ts';
import { doubtful, fatal, fine, unseen, whyUnseen, wrong } from './finding.ts';
import { type ConnectionLook, connectionsLook, mailProviderLook, phoneProvidersLook } from './look-schemas.ts';
import { saysIn } from './mail-text.ts';
import type { Seen, TenantReader } from './tenant-reader.ts';

export interface CodesOptions {
  readonly reader: TenantReader;
  readonly clientId: string;
}

type Channel = 'email' | 'sms';
const channels: readonly Channel[] = ['email', 'sms'];
const titles = { email: 'Email', sms: 'SMS' } as const;
const where = (channel: Channel): string => `Auth0: Authentication → Passwordless → ${titles[channel]}`;

export async function lookAtCodes({ reader, clientId }: CodesOptions): Promise<readonly Finding[]> {
  const found: { readonly channel: Channel; readonly seen: Seen<ConnectionLook> }[] = [];
  for (const channel of channels) found.push({ channel, seen: await readChannel(reader, channel) });
  const check = 'auth0.passwordless';
  if (found.every(({ seen }) => seen.is === 'absent'))
    return [
      fatal(
        check,
        'The tenant has no passwordless connection, so no code can be sent.',
        `Turn it on. ${where('email')}.`,
      ),
    ];
  const looks: { readonly findings: readonly Finding[]; readonly sendsCodes: boolean }[] = [];
  for (const { channel, seen } of found) {
    if (seen.is === 'unseen') looks.push({ findings: [unseen(`${check}.${channel}`, seen.why)], sendsCodes: true });
    else if (seen.is === 'absent') looks.push({ findings: [absent(channel)], sendsCodes: false });
    else {
      const findings = await lookAtChannel({ reader, clientId, channel }, seen.value);
      looks.push({ findings, sendsCodes: !findings.some(isInTheWay) });
    }
  }
  const isHelpless = looks.every(({ sendsCodes }) => !sendsCodes);
  return looks
    .flatMap(({ findings }) => findings)
    .map((one) => (isHelpless && isInTheWay(one) ? { ...one, stopsReady: true as const } : one));
}

const mailProvider = 'auth0.mail-provider';

/** With it no code goes out by this channel, or none that Latchkey takes. Auth0's own mail provider sends some. */
const isInTheWay = ({ state, check }: Finding): boolean => state === 'failed' && check !== mailProvider;

const absent = (channel: Channel): Finding =>
  channel === 'sms'
    ? fine('auth0.passwordless.sms', 'Codes by text message are not set up, and nobody is offered them.')
    : doubtful(
        'auth0.passwordless.email',
        'The tenant has no passwordless connection for mail, so only phones can be contacts.',
        `Turn it on, unless you mean it so. ${where('email')}.`,
      );

/** The connection of this name: there may be others of the strategy. */
async function readChannel(reader: TenantReader, channel: Channel): Promise<Seen<ConnectionLook>> {
  const seen = await reader.read(looks.connections, connectionsLook, `/connections?take=100&strategy=${channel}`);
  if (seen.is !== 'seen') return { is: 'unseen', why: whyUnseen(seen) };
  const connection = seen.value.connections.find(({ name }) => name === channel);
  return connection === undefined ? { is: 'absent' } : { is: 'seen', value: connection };
}

interface ChannelOptions extends CodesOptions {
  readonly channel: Channel;
}

async function lookAtChannel(options: ChannelOptions, connection: ConnectionLook): Promise<readonly Finding[]> {
  return [
    ...(await lookAtApplications(options, connection)),
    ...lookAtOptions(options.channel, connection),
    await (options.channel === 'email' ? lookAtMail(options) : lookAtPhone(options, connection)),
  ];
}

async function lookAtApplications(
  { reader, clientId, channel }: ChannelOptions,
  { id }: ConnectionLook,
): Promise<readonly Finding[]> {
  const check = `auth0.passwordless.${channel}`;
  const clients = await readClients(reader, id);
  if (clients.is !== 'seen') return [unseen(check, whyUnseen(clients))];
  const others = clients.value.filter((one) => one !== clientId).length;
  const isOn = clients.value.includes(clientId);
  return [
    isOn
      ? fine(check, `The passwordless connection ${channel} is on for the application.`)
      : wrong(
          check,
          `The passwordless connection ${channel} is off for the application, so no code can be sent by it.`,
          `Turn it on. ${where(channel)} → Applications.`,
        ),
    ...(others === 0
      ? []
      : [
          doubtful(
            check,
            `The passwordless connection ${channel} is on for ${others} other ${others === 1 ? 'application' : 'applications'}: whoever reads a contact’s codes can sign in there as the person, without a password.`,
            `Turn it off for each whose people are not meant to sign in by a code. ${where(channel)} → Applications.`,
          ),
        ]),
  ];
}

/** NIST SP 800-63B-4 3.1.3.2: at least six digits. */
const digitsAtLeast = 6;
const secondsAtMost = 600;

function lookAtOptions(channel: Channel, { options }: ConnectionLook): readonly Finding[] {
  const check = `auth0.codes.${channel}`;
  if (options === undefined) return [unseen(check, 'The application lacks the scope read:connections_options.')];
  const { length, time_step: seconds } = options.totp ?? {};
  const findings = [
    ...(length !== undefined && length < digitsAtLeast
      ? [
          wrong(
            check,
            `Codes by ${channel} have ${length} digits; Latchkey refuses codes of fewer than six.`,
            `Set the code length to six. ${where(channel)}.`,
          ),
        ]
      : []),
    ...(seconds !== undefined && seconds > secondsAtMost
      ? [
          doubtful(
            check,
            `Codes by ${channel} can be used for ${seconds} seconds.`,
            `Set the code expiry to ${secondsAtMost} seconds at most; 180 are usual. ${where(channel)}.`,
          ),
        ]
      : []),
    ...textFindings(channel, channel === 'email' ? options.email?.body : options.template),
    ...(options.disable_signup === true
      ? []
      : [
          doubtful(
            check,
            `The passwordless connection ${channel} takes unknown addresses, so others can make users in the tenant by asking for codes.`,
            `Switch on Disable Sign Ups: Latchkey makes the users of new contacts by itself. ${where(channel)}.`,
          ),
        ]),
  ];
  return findings.length === 0
    ? [fine(check, `Length, lifetime and text of codes by ${channel} are right.`)]
    : findings;
}

/** Without a text of the tenant's own, Auth0's holds, which has the code. The older form of text messages has another word for it. */
function textFindings(channel: Channel, text: string | undefined): readonly Finding[] {
  if (text === undefined) return [];
  const check = `auth0.codes.${channel}`;
  const message = channel === 'email' ? 'mail' : 'text message';
  return [
    ...(saysIn(text, 'code') || text.includes('@@password@@')
      ? []
      : [
          wrong(
            check,
            `The text of the ${message} with the code does not have the code.`,
            `Write {{ code }} into it. ${where(channel)}.`,
          ),
        ]),
    ...(saysIn(text, 'application.name') || text.includes('@@name@@')
      ? []
      : [
          doubtful(
            check,
            `The ${message} with the code does not say which application asked for it, so people cannot tell a code that they asked for from another.`,
            `Write {{ application.name }} into it, what the code is for, and that nobody will ever ask for it${channel === 'email' ? ': `latchkey manifest auth0 DIR --replace-mail-text` has such a text' : ''}. ${where(channel)}.`,
          ),
        ]),
  ];
}

async function lookAtMail({ reader }: ChannelOptions): Promise<Finding> {
  const check = mailProvider;
  const path = `/emails/provider?fields=${encodeURIComponent('name,enabled')}`;
  const seen = await reader.read(looks.mailProvider, mailProviderLook, path);
  if (seen.is === 'unseen') return unseen(check, seen.why);
  if (seen.is === 'seen' && seen.value.enabled !== false)
    return fine(check, 'The tenant sends mail by a provider of its own.');
  return wrong(
    check,
    'The tenant has no mail provider of its own: Auth0’s is for trials, sends little, and its mail is often taken for spam.',
    'Set one up. Auth0: Branding → Email Provider.',
  );
}

async function lookAtPhone({ reader }: ChannelOptions, { options }: ConnectionLook): Promise<Finding> {
  const check = 'auth0.phone-provider';
  if ([options?.twilio_sid, options?.gateway_url].some((own) => own !== undefined && own !== ''))
    return fine(check, 'The connection sms sends text messages by a provider of its own.');
  const seen = await reader.read(looks.phoneProviders, phoneProvidersLook, '/branding/phone/providers');
  if (seen.is !== 'seen') return unseen(check, whyUnseen(seen));
  if (seen.value.providers.some(({ disabled }) => disabled !== true))
    return fine(check, 'The tenant has a provider for text messages.');
  return wrong(
    check,
    'The tenant has no provider for text messages, so no code reaches a phone.',
    'Set one up, or turn the connection off. Auth0: Branding → Phone Provider.',
  );
}
