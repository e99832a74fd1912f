// Tells the owner of an account by mail that its recovery contacts were changed. Each address gets a message of its own, and an
// address that has been told is not told again because another one failed.
import { createHash } from 'node:crypto';
import type { Logger } from 'pino';
import { createExpiringMap } from '../concurrency/expiring-map.ts';
import { retry } from '../concurrency/retry.ts';
import type { ContactChange, Notices } from '../flows/enrolment-ports.ts';
import { actorParts } from '../flows/ids.ts';
import type { NoticeAddress, NoticeAddresses } from '../flows/notice-addresses.ts';
import { type Failure, failed, type Outcome, success } from '../flows/outcome.ts';
import type { NoticeCopy } from '../text/notice-copy.ts';
import { shownName } from '../text/shown-name.ts';
import type { Mail, MailMessage } from './mail.ts';
import { noticeMail } from './notice-mail.ts';

export interface NoticesParts {
  /** Absent: no mail is set up. */
  readonly mail?: Pick<Mail, 'send'>;
  readonly addresses: NoticeAddresses;
  readonly words: NoticeCopy;
  readonly company: string;
  readonly helpdesk: { readonly hasChannel: boolean; readonly contact?: string };
  readonly log: Logger;
  /** What became of the notice to one address. */
  readonly observe?: (outcome: 'sent' | Failure['kind']) => void;
  /** Between the tries for one address. */
  readonly pause?: (ms: number) => Promise<void>;
}

/** Within the lease of the effect that orders the notice: what still fails then is repeated with the effect. */
const tries = {
  triesAtMost: 3,
  withinMs: 12_000,
  // Servers lock accounts after some wrong logins.
  isWorthIt: ({ kind }: Failure): boolean => kind !== 'misconfigured',
};
/** Longer than any effect is repeated. After a restart a notice may come twice, with the same Message-ID. */
const rememberedMs = 24 * 3_600_000;
const rememberedAtMost = 10_000;

export function createNotices(parts: NoticesParts): Notices {
  const { mail, addresses } = parts;
  if (mail === undefined) {
    return { contactChanged: async () => success('unavailable'), beforeRemoval: async () => async () => undefined };
  }
  const send = createSender(parts, mail);
  const tell = (change: ContactChange, to: NoticeAddress) =>
    send({ ...written(parts, change, to), to: to.address, id: noticeId(change.disownUrl, to) });

  return {
    async contactChanged(change) {
      const known = await addresses.noticeAddresses(change);
      if (!known.ok) return known;
      // Nobody can be told by mail: the chat alone tells it.
      if (known.value.length === 0) return success('unavailable');
      const done = await Promise.all(known.value.map((to) => tell(change, to)));
      return summary(done);
    },
    async beforeRemoval(account, contact, at) {
      const known = await addresses.addressOf(account, contact, at);
      const to = known.ok ? known.value : undefined;
      return async (change) => {
        if (to !== undefined) await tell(change, to);
      };
    },
  };
}

/** Sends each message once: what was sent is known by its id. */
export function createSender({ log, observe, pause }: NoticesParts, mail: Pick<Mail, 'send'>) {
  const told = createExpiringMap<string, true>({ forMs: rememberedMs, atMost: rememberedAtMost });
  return async (message: MailMessage): Promise<Outcome<void>> => {
    if (told.get(message.id) === true) return success(undefined);
    const done = await retry(() => mail.send(message), { ...tries, ...(pause === undefined ? {} : { pause }) });
    observe?.(done.ok ? 'sent' : done.failure.kind);
    if (done.ok) told.set(message.id, true);
    else log.warn({ event: 'notice.failed', failure: done.failure }, 'a notice about a changed contact was not sent');
    return done;
  };
}

/** `sent` where at least one address was told and none is worth another try. */
export function summary(done: readonly Outcome<void>[]): Outcome<'sent'> {
  const failures = done.flatMap((each) => (each.ok ? [] : [each.failure]));
  const worthIt = failures.find(({ retry: when }) => when === 'later');
  if (worthIt !== undefined) return failed(worthIt);
  const [first] = failures;
  return first === undefined || failures.length < done.length ? success('sent') : failed(first);
}

/** Of this change, for this address, and the same whenever it is repeated. Tells neither, because the link is a secret. */
export const noticeId = (change: string, { address }: Pick<NoticeAddress, 'address'>): string =>
  createHash('sha256').update(`notice ${change} ${address}`).digest('base64url').slice(0, 32);

/** What every notice says of the company and its helpdesk. */
export const spoken = ({ company, helpdesk }: Pick<NoticesParts, 'company' | 'helpdesk'>) => ({
  company: shownName(company),
  isHelpdeskTold: helpdesk.hasChannel,
  ...(helpdesk.contact === undefined ? {} : { helpdeskContact: helpdesk.contact }),
});

function written({ words, company, helpdesk }: NoticesParts, change: ContactChange, { mayDisown }: NoticeAddress) {
  const { what, contact, at, usableFrom, actor, disownUrl } = change;
  const notice = words.contactChanged({
    ...{ what, at, mayDisown },
    ...(contact === undefined ? {} : { contact }),
    ...(usableFrom === undefined ? {} : { usableFrom }),
    ...spoken({ company, helpdesk }),
    platform: actorParts(actor).platform,
  });
  return noticeMail(notice, words.language, disownUrl);
}
