// Mutants of the notices by mail.
import type { Mutant } from '../mutant.ts';

const mailTest = 'test/notices/mail.test.ts';
const noticesTest = 'test/notices/notices.test.ts';
const addressesTest = 'test/auth0/notice-addresses.test.ts';
const linksTest = 'test/engine/notice-links.test.ts';
const serverTest = 'test/config/mail-server.test.ts';
const mail = 'src/notices/mail.ts';
const errors = 'src/notices/mail-errors.ts';
const notices = 'src/notices/notices.ts';
const addresses = 'src/auth0/notice-addresses.ts';
const links = 'src/engine/notice-links.ts';
const server = 'src/config/mail-server.ts';

export const noticesByMail: readonly Mutant[] = [
  {
    name: 'mail-in-clear-where-starttls-is-missing',
    file: mail,
    find: "...(tls === 'none' ? { ignoreTLS: true } : { requireTLS: true }),",
    replace: "...(tls === 'none' ? { ignoreTLS: true } : {}),",
    tests: [`${mailTest} › where the server does not offer STARTTLS`],
    why: 'a notice leaves encrypted or not at all',
  },
  {
    name: 'mail-to-whoever-answers',
    file: mail,
    find: 'rejectUnauthorized: true',
    replace: 'rejectUnauthorized: false',
    tests: [`${mailTest} › to the right certificate for another host`, `${mailTest} › with a certificate that nobody`],
    why: 'the mail server proves who it is',
  },
  {
    name: 'mail-to-a-list',
    file: mail,
    find: "if (!isMailAddress(message.to)) return failed({ kind: 'refused', retry: 'never', cause: 'mail: not one address' });",
    replace: '',
    tests: [`${mailTest} › goes to one address, and what looks like two goes to none`],
    why: 'one address a message',
  },
  {
    name: 'mail-without-a-deadline',
    file: mail,
    find: 'signal: AbortSignal.timeout(timeoutMs),',
    replace: '',
    tests: [`${mailTest} › because the server never comes to an end`],
    why: 'one message has an overall deadline',
  },
  {
    name: 'mail-repeated-by-the-library',
    file: mail,
    find: 'maxRequeues: 0',
    replace: 'maxRequeues: 5',
    tests: [`${mailTest} › because the server hangs up on each`],
    why: 'a notice is repeated in one place',
  },
  {
    name: 'mail-that-machines-answer',
    file: mail,
    find: "'Auto-Submitted': 'auto-generated', ",
    replace: '',
    tests: [`${mailTest} › with the time of our clock, its own id, and the mark of a machine`],
    why: 'no machine answers a notice',
  },
  {
    name: 'failed-login-with-every-probe',
    file: mail,
    find: 'failing: 120_000',
    replace: 'failing: 0',
    tests: [`${mailTest} › asks once in two minutes after a wrong login`],
    why: 'the check locks no account at the mail server',
  },
  {
    name: 'stripped-starttls-ends-the-notice',
    file: errors,
    find: "if (seen.code === 'ETLS') return unreachable(`no STARTTLS, ${cause}`, false);",
    replace: '',
    tests: [`${mailTest} › where the server does not offer STARTTLS`],
    why: 'whoever stands in between cannot end a notice for good',
  },
  {
    name: 'wrong-sender-is-a-bad-address',
    file: errors,
    find: "if (status === 530 || seen.command === 'MAIL FROM') {",
    replace: 'if (status === 530) {',
    tests: [`${mailTest} › because the sender is not ours keeps its meaning`],
    why: 'a sender that is not permitted is a setting, and not a bad address',
  },
  {
    name: 'pause-of-the-mail-server-ignored',
    file: errors,
    find: 'return isCounted && !isLogin',
    replace: 'return false',
    tests: [`${noticesTest} › that is too many for the server waits`],
    why: 'a pause that the mail server asks for is kept',
  },
  {
    name: 'everybody-told-again',
    file: notices,
    find: 'if (told.get(message.id) === true) return success(undefined);',
    replace: '',
    tests: [`${noticesTest} › fails for now where one cannot be told yet, and the repeat tells only that one`],
    why: 'who has been told is not told again because another one failed',
  },
  {
    name: 'one-bad-address-ends-it',
    file: notices,
    find: 'first === undefined || failures.length < done.length ?',
    replace: 'first === undefined ?',
    tests: [`${noticesTest} › is sent all the same, and the one that refuses for good is not asked again`],
    why: 'an address that refuses for good does not keep the others from the notice',
  },
  {
    name: 'told-though-somebody-was-not',
    file: notices,
    find: 'if (worthIt !== undefined) return failed(worthIt);',
    replace: '',
    tests: [`${noticesTest} › fails for now where one cannot be told yet`],
    why: 'a notice is sent when everybody has been told who can be',
  },
  {
    name: 'wrong-login-three-times',
    file: notices,
    find: "isWorthIt: ({ kind }: Failure): boolean => kind !== 'misconfigured',",
    replace: '',
    tests: [`${noticesTest} › with a wrong login tries it once for each address`],
    why: 'a wrong login is not repeated at once',
  },
  {
    name: 'resting-contact-may-disown',
    file: addresses,
    find: 'mayDisown: mayDisownAt(each, reply.value.enrolment, at)',
    replace: 'mayDisown: true',
    tests: [`${addressesTest} › is not in the notice to a contact that still rests`],
    why: 'a contact in its cool-off undoes no change',
  },
  {
    name: 'resting-contact-may-disown-its-removal',
    file: addresses,
    find: 'value: { address: found.address, mayDisown }',
    replace: 'value: { address: found.address, mayDisown: mayDisown || true }',
    tests: [`${addressesTest} › that still rests is told`],
    why: 'a contact that is taken out in its cool-off cannot freeze the account',
  },
  {
    name: 'new-contact-is-told',
    file: addresses,
    find: "&& !(what === 'added' && ref === contact?.ref)",
    replace: '',
    tests: [`${addressesTest} › every older email contact and the work address, never to the new contact`],
    why: 'the new contact gets no notice, and no link',
  },
  {
    name: 'notice-to-an-unverified-address',
    file: addresses,
    find: 'email === undefined || isVerified === false ?',
    replace: 'email === undefined ?',
    tests: [`${addressesTest} › no work address that Auth0 calls unverified`],
    why: 'a notice goes to addresses of this person',
  },
  {
    name: 'notice-link-for-ever',
    file: links,
    find: 'return now < at + validMs ?',
    replace: 'return true ?',
    tests: [`${linksTest} › opens for seven days from the change`],
    why: 'the link of a notice ends',
  },
  {
    name: 'notice-link-of-anybody',
    file: links,
    find: "if (!keys.verify('notice', text(flow, nth, time), mac)) return undefined;",
    replace: '',
    tests: [`${linksTest} › does not open with another`],
    why: 'the link of a notice cannot be made up',
  },
  {
    name: 'mail-in-clear-in-production',
    file: server,
    find: "isLoopbackName(url.hostname) && !isProduction ? 'none'",
    replace: "isLoopbackName(url.hostname) ? 'none'",
    tests: [`${serverTest} › without TLS is taken on this machine outside production`],
    why: 'production sends nothing in clear',
  },
  {
    name: 'mail-options-from-the-address',
    file: server,
    find: "if ([...query.keys()].some((key) => key !== 'from'))",
    replace: 'if (false)',
    tests: [serverTest],
    why: 'what is not understood in SMTP_URL stops the start',
  },
];
