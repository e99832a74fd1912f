// Who is told of a changed contact, in how many messages, what they say, and what becomes of failures.
import { pino } from 'pino';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { copy } from '../../src/bot/copy/language.ts';
import type { ContactChange } from '../../src/flows/enrolment-ports.ts';
import { accountId, contactRef, later } from '../../src/flows/ids.ts';
import type { NoticeAddress } from '../../src/flows/notice-addresses.ts';
import { failed, type Outcome, success } from '../../src/flows/outcome.ts';
import { createNotices, type NoticesParts } from '../../src/notices/notices.ts';
import { jane } from '../flows/cast.ts';
import { sourcesIn } from '../flows/source.ts';
import { titled } from '../skipped-reporter.ts';
import {
  certificateMissing,
  createTestMail,
  type Delivered,
  type MailServer,
  type MailServerBehaviour,
  makeCertificate,
  refusal,
  sentAt,
  startMailServer,
  trust,
} from './mail-server.ts';

const disownUrl = `https://latchkey.test/enrol/not-me/${'f'.repeat(22)}.${'M'.repeat(43)}.0.abc`;
const added: ContactChange = {
  account: accountId('auth0|65a'),
  actor: jane,
  what: 'added',
  contact: { ref: contactRef('email|new'), channel: 'email', masked: 'j•••@n•••.test' },
  at: sentAt,
  usableFrom: later(sentAt, 24 * 3600),
  disownUrl,
};
const older: NoticeAddress = { address: 'old@home.test', mayDisown: true };
const work: NoticeAddress = { address: 'jane@acme.test', mayDisown: true };
const resting: NoticeAddress = { address: 'mallory@evil.test', mayDisown: false };

it('the library for mail is loaded only where a mail server is set', () => {
  const sources = sourcesIn('src').map(({ path, text }) => ({
    path,
    statically: text.match(/^import (?!type\b).*$/gm) ?? [],
  }));
  const importing = (what: string) =>
    sources.filter(({ statically }) => statically.some((line) => line.includes(what))).map(({ path }) => path);
  expect(importing("'nodemailer'")).toEqual(['src/notices/mail.ts']);
  expect(importing('/mail.ts')).toEqual([]);
});

describe.skipIf(certificateMissing !== undefined)(
  titled('a notice about a changed contact', certificateMissing),
  () => {
    const trusted = certificateMissing === undefined ? makeCertificate() : { key: '', cert: '' };
    beforeAll(() => trust(trusted));
    const open: AsyncDisposable[] = [];
    afterEach(async () => {
      for (const each of open.splice(0).reverse()) await each[Symbol.asyncDispose]();
    });

    interface Scene {
      readonly server: MailServer;
      readonly notices: ReturnType<typeof createNotices>;
      readonly lines: readonly string[];
      readonly counted: readonly string[];
      readonly pauses: readonly number[];
    }

    async function scene(
      to: readonly NoticeAddress[] | Outcome<readonly NoticeAddress[]> = [older, work],
      behaviour: MailServerBehaviour = {},
      parts: Partial<NoticesParts> = {},
    ): Promise<Scene> {
      const server = await startMailServer({ ...trusted, ...behaviour });
      const { mail } = createTestMail(server.port);
      open.push(server, { [Symbol.asyncDispose]: async () => mail.close() });
      const counted: string[] = [];
      const pauses: number[] = [];
      const lines: string[] = [];
      const notices = createNotices({
        mail,
        addresses: {
          noticeAddresses: async () => ('ok' in to ? to : success(to)),
          addressOf: async () => success(undefined),
        },
        words: copy.notices,
        company: 'Acme Rockets',
        helpdesk: { hasChannel: true, contact: 'call 4711' },
        log: pino({ level: 'trace' }, { write: (line: string) => lines.push(line) }),
        observe: (outcome) => counted.push(outcome),
        pause: async (ms) => void pauses.push(ms),
        ...parts,
      });
      return { server, notices, lines, counted, pauses };
    }

    const recipients = ({ delivered }: MailServer) => delivered.flatMap(({ to }) => to).toSorted();

    describe('is sent', () => {
      it('to each address in a message of its own', async () => {
        const { server, notices, counted } = await scene();
        expect(await notices.contactChanged(added)).toEqual({ ok: true, value: 'sent' });
        expect(recipients(server)).toEqual(['jane@acme.test', 'old@home.test']);
        for (const { to, raw } of server.delivered) {
          expect(to).toHaveLength(1);
          for (const other of ['jane@acme.test', 'old@home.test'].filter((each) => each !== to[0]))
            expect(raw).not.toContain(other);
        }
        expect(counted).toEqual(['sent', 'sent']);
      });

      it('once, however often the order is repeated, and with the same Message-ID by another process', async () => {
        const first = await scene();
        for (let time = 0; time < 3; time += 1) await first.notices.contactChanged(added);
        expect(first.server.delivered).toHaveLength(2);
        const second = await scene();
        await second.notices.contactChanged(added);
        const ids = ({ server }: Scene) =>
          server.delivered.map(({ raw }) => /^Message-ID: (.*)\r$/m.exec(raw)?.[1]).toSorted();
        expect(ids(second)).toEqual(ids(first));
        expect(new Set(ids(first)).size).toBe(2);
        expect(ids(first).join('')).not.toMatch(/MMM|home|jane/);
      });

      it('for every change: the next one has another link', async () => {
        const { server, notices } = await scene([work]);
        await notices.contactChanged(added);
        await notices.contactChanged({ ...added, disownUrl: `${disownUrl}2` });
        expect(server.delivered).toHaveLength(2);
      });
    });

    it('is not sent where no mail is set up, and says so', async () => {
      const notices = createNotices({
        addresses: {
          noticeAddresses: () => Promise.reject(new Error('nobody asks')),
          addressOf: () => Promise.reject(new Error('nobody asks')),
        },
        ...{ words: copy.notices, company: 'Acme', helpdesk: { hasChannel: false } },
        log: pino({ level: 'silent' }),
      });
      expect(await notices.contactChanged(added)).toEqual({ ok: true, value: 'unavailable' });
    });

    it('is not sent where nobody can be told by mail, and says so', async () => {
      const { notices, counted } = await scene([]);
      expect(await notices.contactChanged(added)).toEqual({ ok: true, value: 'unavailable' });
      expect(counted).toEqual([]);
    });

    it('fails as the directory fails', async () => {
      const down = failed({ kind: 'unreachable', retry: 'later', mayHaveHappened: false, cause: 'user-read: 503' });
      const { server, notices } = await scene(down);
      expect(await notices.contactChanged(added)).toEqual(down);
      expect(server.delivered).toEqual([]);
    });

    describe('that only some addresses take', () => {
      const gone = (address: string) => (address === older.address ? refusal(550, '5.1.1 gone') : undefined);

      it('is sent all the same, and the one that refuses for good is not asked again', async () => {
        const asked: string[] = [];
        const { server, notices, counted, lines } = await scene([older, work], {
          to: (address) => {
            asked.push(address);
            return gone(address);
          },
        });
        expect(await notices.contactChanged(added)).toEqual({ ok: true, value: 'sent' });
        expect(recipients(server)).toEqual(['jane@acme.test']);
        expect(asked.filter((address) => address === older.address)).toHaveLength(1);
        expect(counted.toSorted()).toEqual(['refused', 'sent']);
        expect(JSON.parse(lines[0] ?? '')).toMatchObject({
          event: 'notice.failed',
          failure: { kind: 'refused', cause: 'mail: 550 5.1.1 RCPT' },
        });
        expect(lines.join('')).not.toMatch(/@|not-me/);
      });

      it('is repeated at once for the one that failed for a moment, and for no other', async () => {
        let tries = 0;
        const { server, notices, counted, pauses } = await scene([older, work], {
          to: (address) => {
            if (address !== older.address) return undefined;
            tries += 1;
            return tries < 3 ? refusal(451, '4.3.0 ill') : undefined;
          },
        });
        expect(await notices.contactChanged(added)).toEqual({ ok: true, value: 'sent' });
        expect(recipients(server)).toEqual(['jane@acme.test', 'old@home.test']);
        expect(counted).toEqual(['sent', 'sent']);
        expect(pauses).toHaveLength(2);
      });

      it('fails for now where one cannot be told yet, and the repeat tells only that one', async () => {
        let isIll = true;
        const { server, notices, counted } = await scene([older, work], {
          to: (address) => (isIll && address === older.address ? refusal(451, '4.3.0 ill') : undefined),
        });
        expect(await notices.contactChanged(added)).toMatchObject({ ok: false, failure: { retry: 'later' } });
        expect(recipients(server)).toEqual(['jane@acme.test']);
        isIll = false;
        expect(await notices.contactChanged(added)).toEqual({ ok: true, value: 'sent' });
        expect(recipients(server)).toEqual(['jane@acme.test', 'old@home.test']);
        expect(counted.toSorted()).toEqual(['sent', 'sent', 'unreachable']);
      });
    });

    it('that no address takes fails for good, with the reason', async () => {
      const { notices } = await scene([older, work], { to: () => refusal(550, '5.1.1 gone') });
      expect(await notices.contactChanged(added)).toMatchObject({
        ok: false,
        failure: { kind: 'refused', retry: 'never' },
      });
    });

    it('that is too many for the server waits for the time it takes, and asks nothing before', async () => {
      let asked = 0;
      const { notices, pauses } = await scene([work], {
        to: () => {
          asked += 1;
          return refusal(450, '4.7.1 later');
        },
      });
      const done = await notices.contactChanged(added);
      expect(done).toMatchObject({ ok: false, failure: { kind: 'rate-limited', retryAfterMs: 60_000 } });
      expect([asked, pauses]).toEqual([1, []]);
    });

    it('with a wrong login tries it once for each address: servers lock accounts after some', async () => {
      const { server, notices, pauses } = await scene([work], { loginAnswer: () => refusal(535, '5.7.8 no') });
      expect(await notices.contactChanged(added)).toMatchObject({ ok: false, failure: { kind: 'misconfigured' } });
      expect([server.logins.length, pauses]).toEqual([1, []]);
    });

    describe('says', () => {
      const textOf = async (change: ContactChange, to = work, parts: Partial<NoticesParts> = {}): Promise<string> => {
        const { server, notices } = await scene([to], {}, parts);
        await notices.contactChanged(change);
        return plain(server.delivered[0]);
      };

      it('what happened, when, where it was asked for, from when it counts, and what to do', async () => {
        expect(await textOf(added)).toBe(
          [
            'A recovery contact was added to your account at Acme Rockets',
            'Email: j•••@n•••.test\nAdded: 2026-03-02, 08:45 UTC\nAsked for in: Slack',
            'Whoever can read messages there can reset your password or unlock your account, starting 2026-03-03, 08:46 UTC.',
            'Was this you? Then there is nothing to do.',
            'Not you? Somebody may be trying to get into your account. Stop it here:',
            `It wasn’t me: ${disownUrl}`,
            'A page opens and asks you once more. We then remove the new contact, and disconnect the chat that asked for this if it was connected only a short time before. We also pause password resets and unlocks for your account for 24 hours, and tell the helpdesk. The link works for 7 days.',
            'Helpdesk: call 4711',
            'You’re getting this email because this address belongs to your account. Messages like this one protect it, so they can’t be turned off.',
            'Nobody from the helpdesk will ever ask you for a password or a code.\n',
          ].join('\n\n'),
        );
      });

      it('that a contact which does not rest counts at once', async () => {
        const { usableFrom: _, ...first } = added;
        expect(await textOf(first)).toContain('unlock your account, starting now.');
      });

      it('that a contact was removed, and promises nothing that cannot be undone', async () => {
        const { usableFrom: _, ...change } = added;
        const contact = { ref: contactRef('sms|x'), channel: 'sms', masked: '•••12' } as const;
        const said = await textOf({ ...change, what: 'removed', contact });
        expect(said).toContain('A recovery contact was removed from your account at Acme Rockets');
        expect(said).toContain('Phone: •••12\nRemoved: 2026-03-02, 08:45 UTC');
        expect(said).toContain(
          'We then disconnect the chat that asked for this if it was connected only a short time before. We also pause password resets',
        );
        expect(said).not.toContain('remove the new contact');
      });

      it('to a contact that still rests everything but the link', async () => {
        const said = await textOf(added, resting);
        expect(said).toContain('A recovery contact was added');
        expect(said).toContain('Tell your helpdesk at once:\n\nHelpdesk: call 4711');
        expect(said).not.toMatch(/https?:|It wasn’t me|7 days/);
        const alone = await textOf(added, resting, { helpdesk: { hasChannel: false } });
        expect(alone).toContain('Tell your helpdesk at once.\n');
      });

      it('that the helpdesk is told only where it is', async () => {
        expect(await textOf(added, work, { helpdesk: { hasChannel: false } })).not.toMatch(
          /tell the helpdesk|Helpdesk:/,
        );
      });

      it('the same as text and as HTML, and no more than that: no picture, no script, one link', async () => {
        const { server, notices } = await scene([work]);
        await notices.contactChanged(added);
        const html = part(server.delivered[0], 'text/html');
        const read = html
          .replace(/<head>.*<\/head>/s, '')
          .replace(/<[^>]+>/g, ' ')
          .replaceAll('&#39;', "'")
          .replace(/\s+/g, ' ');
        for (const line of plain(server.delivered[0]).replace(`: ${disownUrl}`, '').split('\n').filter(Boolean))
          expect(read.replaceAll(' ', '')).toContain(line.replaceAll(' ', ''));
        expect(html.match(/(?:href|src)="[^"]*"/g)).toEqual([`href="${disownUrl}"`]);
        expect(html).not.toMatch(/<img|<script|url\(|@import|http:\/\//i);
      });

      it('the company’s name as text, whatever it is', async () => {
        const company = 'A<b>&"\u202e\r\nBcc: mallory@evil.test';
        const { server, notices } = await scene([work], {}, { company });
        await notices.contactChanged(added);
        const [mail] = server.delivered;
        expect(mail?.to).toEqual(['jane@acme.test']);
        expect(mail?.raw).not.toMatch(/^Bcc:/m);
        expect(part(mail, 'text/html')).toContain('A&lt;b&gt;&amp;&quot; Bcc: mallory@evil.test');
      });

      it('never a code, a password or a link to reset one', async () => {
        for (const what of ['added', 'removed'] as const) {
          const said = await textOf({ ...added, what });
          expect(said).not.toMatch(/\/go\/|\b\d{6}\b/);
          expect(said.match(/https?:\S+/g)).toEqual([disownUrl]);
        }
      });
    });
  },
);

function part(mail: Delivered | undefined, type: string): string {
  const raw = mail?.raw ?? '';
  const boundary = /boundary="([^"]+)"/.exec(raw)?.[1] ?? '';
  const found = raw.split(`--${boundary}`).find((each) => each.includes(`Content-Type: ${type}`)) ?? '';
  const at = found.indexOf('\r\n\r\n');
  const [head, body] = [found.slice(0, at), found.slice(at + 4)];
  if (/base64/i.test(head)) return Buffer.from(body, 'base64').toString('utf8').replaceAll('\r\n', '\n');
  if (!/quoted-printable/i.test(head)) return body.replaceAll('\r\n', '\n').trimEnd();
  const bytes = body
    .replace(/=\r\n/g, '')
    .replace(/=([\dA-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString('utf8').replaceAll('\r\n', '\n');
}

const plain = (mail: Delivered | undefined): string => `${part(mail, 'text/plain').trimEnd()}\n`;
