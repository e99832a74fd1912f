// SECRET_KEYS is changed as RUNBOOK.md says, on one process and on two at once. Everything that a key has made is used: the link to a new
// password, the link in a notice, a recovery code, what a browser keeps during an enrolment.
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config/config.ts';
import { createLinks } from '../../src/engine/links.ts';
import { createNoticeLinks } from '../../src/engine/notice-links.ts';
import { flowId, later } from '../../src/flows/ids.ts';
import type { Flow } from '../../src/flows/state.ts';
import { createSealer } from '../../src/inbound/sealed-cookie.ts';
import { createSigningKeys, deriveKeys } from '../../src/signing-keys.ts';
import { openStore } from '../../src/store/store.ts';
import { lockedAccount, movedBy, provenFlow, start } from '../store/contract-moment.ts';

const now = start;
const [oldKey, newKey] = [randomBytes(32).toString('base64'), randomBytes(32).toString('base64')];
/** Its link is live. */
let flow: Flow;
beforeAll(async () => {
  const store = await openStore({ url: 'sqlite::memory:' });
  const { id } = await provenFlow(store);
  // As long as the ids of real requests.
  flow = { ...(await movedBy(store, id, lockedAccount)), id: flowId(randomBytes(16).toString('base64url')) };
  await store.close();
});

/** The secrets of one process, from its setting. */
function processWith(...keys: readonly string[]) {
  const { secretKeys } = readConfig({
    ...{ PUBLIC_URL: 'https://latchkey.acme.example', AUTH0_DOMAIN: 'acme.eu.auth0.com', AUTH0_CLIENT_ID: 'client' },
    ...{ AUTH0_CLIENT_SECRET: 'client-secret-of-acme', SLACK_BOT_TOKEN: 'xoxb-1-2-abc' },
    ...{ SLACK_SIGNING_SECRET: randomBytes(16).toString('hex'), SECRET_KEYS: keys.join(',') },
  });
  const signing = createSigningKeys(secretKeys);
  const url = 'https://latchkey.acme.example';
  const links = createLinks(signing, url);
  const notices = createNoticeLinks(signing, url);
  const sealer = createSealer(deriveKeys(secretKeys, 'enrolment-cookie'), { now: () => now });
  const tokenOf = (address: string | undefined): string => address?.split('/').at(-1) ?? '';
  return {
    makes: async () => ({
      link: tokenOf(links.urlOf(flow)),
      notice: tokenOf(notices.noticeUrl(flow.id, 0, now)),
      recoveryCode: signing.sign('recovery-code', 'account CODE'),
      cookie: (await sealer.seal({ kept: true }, later(now, 600))) ?? '',
    }),
    takes: async (made: Made) => ({
      link: links.opens(made.link, flow, now) !== undefined,
      notice: notices.openNotice(made.notice, now) !== undefined,
      recoveryCode: signing.signAll('recovery-code', 'account CODE').includes(made.recoveryCode),
      cookie: (await sealer.open(made.cookie)) !== undefined,
    }),
  };
}
interface Made {
  readonly link: string;
  readonly notice: string;
  readonly recoveryCode: string;
  readonly cookie: string;
}
const everything = { link: true, notice: true, recoveryCode: true, cookie: true };
const none = { link: false, notice: false, recoveryCode: false, cookie: false };

describe('changing SECRET_KEYS', () => {
  it('on one process: with the new key in front what the old one made still works, and after its removal not', async () => {
    const before = await processWith(oldKey).makes();
    const between = processWith(newKey, oldKey);
    expect(await between.takes(before)).toEqual(everything);
    const made = await between.makes();
    const after = processWith(newKey);
    expect(await after.takes(made)).toEqual(everything);
    expect(await after.takes(before)).toEqual(none);
  });

  /** `OLD` → `OLD,NEW` → …, as RUNBOOK.md says. */
  const runbook = readFileSync(new URL('../../RUNBOOK.md', import.meta.url), 'utf8');
  const keysOf: Readonly<Record<string, string>> = { OLD: oldKey, NEW: newKey };
  const settings = [...runbook.matchAll(/^\d\. `SECRET_KEYS=([A-Z,]+)`/gm)].map(([, names = '']) =>
    names.split(',').map((name) => keysOf[name] ?? ''),
  );
  /** The setting of each process after each restart, one process after the other. */
  const steps = [[oldKey], ...settings].flatMap((setting, nth, all) => {
    const next = all[nth + 1];
    return next === undefined
      ? [[setting, setting]]
      : [
          [setting, setting],
          [next, setting],
        ];
  });

  it('on two processes, one after the other: at every step each takes what the other makes', async () => {
    expect(settings).toEqual([[oldKey, newKey], [newKey, oldKey], [newKey]]);
    for (const [one = [], two = []] of steps) {
      const [first, second] = [processWith(...one), processWith(...two)];
      expect(await second.takes(await first.makes())).toEqual(everything);
      expect(await first.takes(await second.makes())).toEqual(everything);
    }
  });

  it('on two processes without the first step, what the changed one makes is refused by the other', async () => {
    const made = await processWith(newKey, oldKey).makes();
    expect(await processWith(oldKey).takes(made)).toEqual(none);
  });
});
