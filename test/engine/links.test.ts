// The token of a link: which flow, which link, until when.
import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { createLinks } from '../../src/engine/links.ts';
import { flowId, type Instant, instant, later, linkId } from '../../src/flows/ids.ts';
import type { Flow, FlowState } from '../../src/flows/state.ts';
import { createSigningKeys } from '../../src/signing-keys.ts';
import { account, jane, noon } from '../flows/cast.ts';

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
