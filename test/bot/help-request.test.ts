// A person who presses again before they are identified is reported to the helpdesk once; a report that failed may be
// asked for again.
import { expect, it } from 'vitest';
import { drawHelpWanted } from '../../src/bot/cards/plain-card.ts';
import { en } from '../../src/bot/copy/en/en.ts';
import { createRequestHelp } from '../../src/bot/helpdesk/help-request.ts';
import type { Messenger } from '../../src/bot/messenger.ts';
import { failed, type Outcome, success } from '../../src/flows/outcome.ts';
import type { Person } from '../../src/flows/ports.ts';
import { createLogger } from '../../src/observability/logger.ts';
import { someone, start } from '../store/contract-moment.ts';

function setDesk(lookUp: () => Promise<Outcome<Person>>) {
  let posted = 0;
  const messenger: Messenger = {
    platform: 'slack',
    keepsTyped: true,
    tell: async () => failed({ kind: 'absent', retry: 'never', cause: 'nobody' }),
    async post() {
      posted += 1;
      return success({ target: 'message', place: '{}' });
    },
    redraw: async () => success('drawn'),
    remove: async () => success(undefined),
    isMember: async () => success(true),
    isPrivate: async () => success(true),
    refreshHome: async () => undefined,
  };
  const requestHelp = createRequestHelp({
    helpdesk: [{ platform: 'slack', channel: 'C0HELPDESK' }],
    messengers: new Map([['slack', messenger]]),
    people: { lookUp },
    names: {
      nameOf: async () => undefined,
      ownerOf: async () => ({ people: [], called: 'Somebody' }),
      unnamed: 'somebody',
    },
    clock: { now: () => start },
    log: createLogger({ level: 'silent' }),
  });
  const jane = someone();
  const proof = { channel: 'email' as const, at: start };
  const asks = (isProven = false) => {
    const proven = isProven ? { proven: { kind: 'reset' as const, proof } } : {};
    const card = drawHelpWanted({ person: jane, at: start, ...proven }, en);
    return requestHelp.ask({ actor: jane, card, isProven }, 2_500);
  };
  return { asks, posted: () => posted };
}

const employee = success({ is: 'employee' as const, workEmail: 'jane@acme.example.com' });

it('eight presses at once are one card, and each of them is told so', async () => {
  const { promise, resolve } = Promise.withResolvers<Outcome<Person>>();
  const { asks, posted } = setDesk(() => promise);
  const answers = Array.from({ length: 8 }, () => asks());
  resolve(employee);
  expect(await Promise.all(answers)).toEqual(Array(8).fill({ is: 'told' }));
  expect(await asks()).toEqual({ is: 'known', since: start });
  expect(posted()).toBe(1);
});

it('once more where they have proven who they are meanwhile, and after that not again', async () => {
  const { asks, posted } = setDesk(async () => employee);
  expect(await asks()).toEqual({ is: 'told' });
  expect(await asks(true)).toEqual({ is: 'told' });
  expect(await asks(true)).toEqual({ is: 'known', since: start });
  expect(await asks()).toEqual({ is: 'known', since: start });
  expect(posted()).toBe(2);
});

it('who is known to be verified is not told again as somebody who may be anybody', async () => {
  const { asks, posted } = setDesk(async () => employee);
  expect(await asks(true)).toEqual({ is: 'told' });
  expect(await asks()).toEqual({ is: 'known', since: start });
  expect(posted()).toBe(1);
});

it('what came to nothing, because nobody said who they are, may be asked again at once', async () => {
  const outcomes = [
    failed({ kind: 'unreachable', retry: 'later', mayHaveHappened: false, cause: 'http-503' }),
    employee,
  ];
  const { asks, posted } = setDesk(async () => outcomes.shift() ?? employee);
  expect(await Promise.all([asks(), asks()])).toEqual(Array(2).fill({ is: 'unreachable' }));
  expect(posted()).toBe(0);
  expect(await asks()).toEqual({ is: 'told' });
  expect(posted()).toBe(1);
});

it('what breaks fails for each of them, and is not remembered', async () => {
  const { asks, posted } = setDesk(async () => Promise.reject(new Error('inside')));
  const both = await Promise.allSettled([asks(), asks()]);
  expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  await expect(asks()).rejects.toThrow('inside');
  expect(posted()).toBe(0);
});
