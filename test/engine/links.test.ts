// The token of a link: which flow, which link, until when; and how many tickets there are for one.
import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import type { Deliver } from '../../src/engine/deliver.ts';
import { createLinkService } from '../../src/engine/link-service.ts';
import { createLinks } from '../../src/engine/links.ts';
import { emptyBudget } from '../../src/flows/budget.ts';
import { decide } from '../../src/flows/decide.ts';
import { flowId, type Instant, instant, later, linkId } from '../../src/flows/ids.ts';
import { success } from '../../src/flows/outcome.ts';
import type { Flow, FlowState } from '../../src/flows/state.ts';
import { createLogger } from '../../src/observability/logger.ts';
import { createSigningKeys } from '../../src/signing-keys.ts';
import { account, freshLink, gateless, jane, noon } from '../flows/cast.ts';

const links = createLinks(createSigningKeys([randomBytes(32)]), 'https://latchkey.test');
const until = later(noon, 600);
const granted = { account, proof: { channel: 'email', at: noon }, approvals: [] } as const;
const waiting = { ...granted, at: 'link-ready', retried: false, until } as const;
const flow = (state: FlowState, id = 'f'.repeat(22)): Flow => ({
  ...{ id: flowId(id), kind: 'reset', actor: jane, startedAt: noon, version: 5, state },
});
const ready = flow({ ...waiting, link: linkId('first') });
const tokenOf = (of: Flow): string => links.urlOf(of)?.split('/go/')[1] ?? 'no link';
const opens = (of: Flow, now: Instant, token = tokenOf(ready)) => links.opens(token, of, now);

it('opens until it runs out, to the millisecond', () => {
  expect(opens(ready, instant(until - 1))).toBe('first');
  expect(opens(ready, until)).toBeUndefined();
});

it('opens while it is being opened, also only until then', () => {
  const opening = flow({ ...granted, at: 'opening', link: linkId('first'), openUntil: later(until, 45), until });
  expect(opens(opening, instant(until - 1))).toBe('first');
  expect(opens(opening, until)).toBeUndefined();
});

it('opens nothing where the request has another link, is another one, or has none', () => {
  expect(opens(flow({ ...waiting, link: linkId('second') }), noon)).toBeUndefined();
  const another = flow({ ...waiting, link: linkId('first') }, 'g'.repeat(22));
  expect(opens(another, noon, `${'g'.repeat(22)}.${tokenOf(ready).slice(-43)}`)).toBeUndefined();
  expect(opens(flow({ ...granted, at: 'changing', openedAt: noon, until }), noon)).toBeUndefined();
  expect(links.opens(tokenOf(ready), undefined, noon)).toBeUndefined();
});

it('is in no chat once somebody has signed in to change a password, and that browser has its token', () => {
  const change = (state: FlowState): Flow => ({ ...flow(state), kind: 'change' });
  const signedIn = { ...waiting, link: linkId('first'), proof: { channel: 'sign-in', at: noon } } as const;
  expect(links.urlOf(change(signedIn))).toBeUndefined();
  expect(links.tokenOf(change(signedIn))).toMatch(/^f{22}\./);
  const again = { link: linkId('first'), until, left: 3 };
  const { proof, approvals } = signedIn;
  const changing = { at: 'changing', account, proof, approvals, openedAt: noon, until, again } as const;
  expect(links.urlOf(change(changing))).toBeUndefined();
  expect(links.urlOf(change({ at: 'change-ready', link: linkId('first'), until }))).toContain('/go/');
});

it('gives one ticket where all have seen it closed before anybody opened it', async () => {
  let now = ready;
  const deliver: Deliver = async (_id, event, { asOf } = {}) => {
    if (asOf !== undefined && asOf !== now.version) return { kind: 'ignored', because: 'stale', flow: now };
    const known = { budget: emptyBudget, rival: 'none', isSendingElsewhere: false } as const;
    const decision = decide(now, now.state, event, { ...known, now: noon, policy: gateless, freshLink });
    if (decision.kind === 'ignored') return { ...decision, flow: now };
    now = { ...now, state: decision.state, version: now.version + 1 };
    return { kind: 'moved', flow: now, volatile: [] };
  };
  const everybodyHasRead = Promise.withResolvers<void>();
  let readers = 0;
  let minted = 0;
  const unused = () => Promise.reject(new Error('unused'));
  const service = createLinkService({
    ...{ links, deliver, policy: gateless, clock: { now: () => noon }, log: createLogger({ level: 'silent' }) },
    store: {
      read: async () => {
        const seen = now;
        readers += 1;
        if (readers === 20) everybodyHasRead.resolve();
        await everybodyHasRead.promise;
        return seen;
      },
    },
    passwords: { page: unused, set: unused, settled: unused },
    knownPasswords: { change: unused },
    changeDesk: { open: unused },
    people: { lookUp: async () => success({ is: 'employee', workEmail: 'jane@acme.test' }) },
    tickets: {
      voidAll: unused,
      mail: unused,
      mint: async () => {
        minted += 1;
        return success({ is: 'ticket', url: 'https://acme.test/ticket' });
      },
    },
    directory: { match: unused, bound: unused, hasAddress: unused, inspect: unused, givenName: unused, owner: unused },
  });
  const opened = await Promise.all(Array.from({ length: 20 }, () => service.open(tokenOf(ready), () => true)));
  expect(opened.filter(({ is }) => is === 'ticket')).toHaveLength(1);
  expect(opened.filter(({ is }) => is === 'busy')).toHaveLength(19);
  expect(minted).toBe(1);
});
