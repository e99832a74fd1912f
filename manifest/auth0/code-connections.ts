// The two connections that send codes. The tool sends options whole and replaces the list of applications, so both begin with what
// the tenant has.
import { holdsKeyword, holdsSecret } from './changes.ts';
import { type Draft, type Fields, type Installation, json, left, unread, write } from './draft.ts';
import { codeMail, codeText } from './mails.ts';
import type { SeenConnection, SeenTenant } from './seen.ts';

const byHand = {
  email: 'Authentication → Passwordless → Email: at least six digits, at most 600 seconds, and this application on',
  sms: 'Authentication → Passwordless → SMS: at least six digits, at most 600 seconds, and this application on',
} as const;

const digitsAtLeast = 6;
const secondsAtMost = 600;
const usualSeconds = 180;

/** What the tenant has is kept where it is safe enough. */
function totpFrom(before: unknown): { readonly length: number; readonly time_step: number } {
  const { length, time_step: seconds }: Fields = Object(before);
  return {
    length: typeof length === 'number' && length >= digitsAtLeast ? length : digitsAtLeast,
    time_step: typeof seconds === 'number' && seconds <= secondsAtMost ? seconds : usualSeconds,
  };
}

/** The connection, if it can be written without losing what it has; otherwise the reason is among the steps. */
function usable(
  strategy: 'email' | 'sms',
  seen: SeenTenant | undefined,
  draft: Draft,
): { readonly found: SeenConnection | undefined } | undefined {
  const what = `connection “${strategy}”`;
  const leave = (why: string): undefined => {
    draft.steps.push(left(what, why, byHand[strategy]));
  };
  if (seen === undefined) return leave(unread);
  if (seen.connections.is === 'unseen') return leave(seen.connections.why);
  const found = seen.connections.value[strategy];
  if (found === undefined) return { found };
  if (found.options === undefined) {
    return leave('its options cannot be seen: grant the deploying application read:connections_options');
  }
  if (holdsKeyword(found.options))
    return leave('it has a text that the deploy tool would take for a keyword (## or @@)');
  return { found };
}

/** All that may use it now, by id, so that two of one name are not confused; ours by name while it is new. */
function clientsWith(
  found: SeenConnection | undefined,
  { clientName }: Installation,
  seen: SeenTenant,
): readonly string[] {
  const ours = seen.client?.['client_id'];
  const id = typeof ours === 'string' ? ours : clientName;
  const before = found?.clients ?? [];
  return before.includes(id) ? before : [...before, id];
}

function connection(
  strategy: 'email' | 'sms',
  what: Fields,
  { found }: { readonly found: SeenConnection | undefined },
  about: Installation,
  seen: SeenTenant,
  draft: Draft,
): void {
  const after = { name: strategy, strategy, enabled_clients: clientsWith(found, about, seen), ...what };
  const before = found && {
    ...after,
    enabled_clients: found.clients,
    ...(what['options'] === undefined ? {} : { options: found.options }),
  };
  write(draft, `connection “${strategy}”`, `connections/${strategy}.json`, after, before);
  const ours = seen.client?.['client_id'];
  const others = (found?.clients ?? []).filter((id) => id !== ours);
  if (others.length > 0) {
    const names = others.map((id) => `“${seen.clientNames.get(id) ?? id}”`).join(', ');
    draft.warnings.push(
      `Codes to “${strategy}” also sign people in to ${names}. That is kept. Turn it off unless people are meant to sign in there by a code: whoever reads that mailbox or phone gets in without a password.`,
    );
  }
}

export function mailConnection(about: Installation, seen: SeenTenant | undefined, draft: Draft): void {
  const place = usable('email', seen, draft);
  if (place === undefined || seen === undefined) return;
  const { found } = place;
  const options = found?.options ?? {};
  if (holdsSecret(options)) {
    draft.steps.push(left('connection “email”', 'its options hold a secret', byHand.email));
    return;
  }
  const mail: Fields = Object(options['email']);
  const keepsText = typeof mail['body'] === 'string' && !about.replacesMailText;
  if (keepsText && mail['body'] !== codeMail.body) {
    draft.warnings.push(
      'The mail with the code keeps its text. It should say that nobody will ever ask for the code. With --replace-mail-text it gets Latchkey’s.',
    );
  }
  const from = seen.mailFrom.is === 'seen' ? seen.mailFrom.value : undefined;
  if (seen.mailFrom.is === 'seen' && from === undefined) {
    draft.steps.push('Branding → Email Provider: set up your own. Auth0’s is for trials only, and sends few mails.');
  }
  const sender = from === undefined || from === '' ? '{{ application.name }} <root@auth0.com>' : from;
  const body = keepsText ? String(mail['body']) : codeMail.body;
  const after = {
    disable_signup: true,
    ...options,
    name: 'email',
    brute_force_protection: true,
    email: {
      from: sender,
      syntax: 'liquid',
      subject: codeMail.subject,
      ...mail,
      ...(keepsText ? {} : { subject: codeMail.subject, syntax: 'liquid' }),
      body,
    },
    totp: totpFrom(options['totp']),
  };
  connection('email', { options: after }, place, about, seen, draft);
  // The tool takes the text from a file of its own.
  const file = `connections/email.json`;
  const whole: Fields = JSON.parse(draft.files.get(file) ?? '{}');
  draft.files.set(file, json({ ...whole, options: { ...after, email: { ...after.email, body: './email.html' } } }));
  draft.files.set('connections/email.html', body);
}

export function textConnection(about: Installation, seen: SeenTenant | undefined, draft: Draft): void {
  const place = usable('sms', seen, draft);
  if (place === undefined || seen === undefined) return;
  const { found } = place;
  const hasProvider = seen.phoneProvider.is === 'seen' && seen.phoneProvider.value;
  if (found === undefined && !hasProvider) {
    const why = seen.phoneProvider.is === 'unseen' ? seen.phoneProvider.why : 'the tenant has no phone provider';
    draft.steps.push(
      left(
        'connection “sms”',
        why,
        'if you want codes by text message: Branding → Phone Provider, then run this command again',
      ),
    );
    return;
  }
  const options = found?.options ?? {};
  // A secret must not get into a file, and without it the tool would take it away: so its options are not touched at all.
  if (found !== undefined && holdsSecret(options)) {
    onlyApplications(found, about, seen, draft);
    return;
  }
  const after = {
    disable_signup: true,
    syntax: 'liquid',
    template: codeText,
    ...options,
    name: 'sms',
    brute_force_protection: true,
    totp: totpFrom(options['totp']),
  };
  connection('sms', { options: after }, place, about, seen, draft);
}

/** The connection for text messages without its options, which stay as they are. */
function onlyApplications(found: SeenConnection, about: Installation, seen: SeenTenant, draft: Draft): void {
  const { length, time_step: seconds }: Fields = Object(found.options?.['totp']);
  const wanted = totpFrom(found.options?.['totp']);
  // The tool sends a change of nothing at all if the file has nothing but a name, and Auth0 refuses that.
  if (found.isDomainConnection === undefined) {
    draft.steps.push(left('connection “sms”', 'its options hold a secret', byHand.sms));
    return;
  }
  if (length !== wanted.length || seconds !== wanted.time_step) {
    draft.steps.push(left('options of the connection “sms”', 'they hold a secret', byHand.sms));
  }
  connection('sms', { is_domain_connection: found.isDomainConnection }, { found }, about, seen, draft);
  draft.warnings.push(
    'The options of “sms” hold a secret, so the files leave them alone. The tool warns of a missing scope then; pass over it.',
  );
}
