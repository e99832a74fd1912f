// The doctor's look at the mail server of SMTP_URL: connects, asks for TLS, signs in. No mail is sent.
import type { Check, Finding } from '../doctor/check.ts';
import type { Failure } from '../flows/outcome.ts';
import type { Mail } from './mail.ts';

const check = 'mail.server';

export const createMailChecks = ({ look }: Pick<Mail, 'look'>): readonly Check[] => [
  { name: check, run: async () => [await server(look)] },
];

async function server(look: Mail['look']): Promise<Finding> {
  const answer = await look();
  if (answer.ok) return { check, state: 'ok', what: 'The mail server of SMTP_URL lets Latchkey in. No mail was sent.' };
  const { failure } = answer;
  return {
    ...{ check, state: 'failed' },
    what: `The mail server of SMTP_URL does not let Latchkey in (${failure.cause}): no notice goes out by mail.`,
    remedy: remedyFor(failure),
  };
}

const certificateCodes = ['CERT', 'SIGNED', 'SIGNATURE'];

function remedyFor(failure: Failure): string {
  if ('remedy' in failure && failure.remedy !== undefined) return failure.remedy;
  const { cause } = failure;
  if (certificateCodes.some((word) => cause.includes(word)))
    return 'Name the host in SMTP_URL as its certificate does, and set NODE_EXTRA_CA_CERTS where a certificate authority of your own has signed it.';
  if (cause.includes('no STARTTLS'))
    return 'Let the mail server offer STARTTLS, or use smtps:// with port 465: nothing is sent in clear.';
  return 'Correct host and port in SMTP_URL, and let this server reach them directly: HTTPS_PROXY has no effect on mail.';
}
