// The link *It wasn't me* in a notice about a changed contact. Its token says by itself which change it is about and when that was,
// so nothing is stored for it. It gives no access: whoever opens it can only stop things.
import { type FlowId, flowId, type Instant, instant } from '../flows/ids.ts';

/** Signs with the first key and accepts any, see `SECRET_KEYS`. MACs are 43 base64url characters. */
export interface NoticeKeys {
  sign(purpose: 'notice', text: string): string;
  verify(purpose: 'notice', text: string, mac: string): boolean;
}

/** One change of an account's contacts. `change`: which one in its flow, counted from 0. */
export interface NoticedChange {
  readonly flow: FlowId;
  readonly change: number;
}

export interface NoticeLinks {
  /**
   * `<PUBLIC_URL>/enrol/not-me/<token>`. `at`: when the contact was changed. The same change always has the same link, until the
   * signing key is rotated.
   */
  noticeUrl(flow: FlowId, change: number, at: Instant): string;
  /** Undefined: not our token, or older than a week. Whether the change can still be undone is the flow's to say. */
  openNotice(token: string, now: Instant): NoticedChange | undefined;
}

/** Mail is read late: after a holiday week-end, or when somebody looks into an old mailbox at last. */
const validMs = 7 * 24 * 3_600_000;

/** Flow id and MAC stand side by side, like in `/go/…`: the log's redaction knows this form. */
const shape = /^([\w-]{22})\.([\w-]{43})\.(0|[1-9]\d{0,3})\.(0|[1-9a-z][\da-z]{0,9})$/;

export function createNoticeLinks(keys: NoticeKeys, publicUrl: string): NoticeLinks {
  const text = (flow: string, change: string, at: string): string => `${flow} ${change} ${at}`;
  return {
    noticeUrl(flow, change, at) {
      const [nth, time] = [String(change), at.toString(36)];
      return `${publicUrl}/enrol/not-me/${flow}.${keys.sign('notice', text(flow, nth, time))}.${nth}.${time}`;
    },
    openNotice(token, now) {
      const [, flow = '', mac = '', nth = '', time = ''] = shape.exec(token) ?? [];
      if (!keys.verify('notice', text(flow, nth, time), mac)) return undefined;
      const at = instant(Number.parseInt(time, 36));
      return now < at + validMs ? { flow: flowId(flow), change: Number(nth) } : undefined;
    },
  };
}
