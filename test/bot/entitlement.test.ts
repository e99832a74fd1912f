// Who may decide: by list, by the word `members`, or as a member of a private channel.
import { expect, it } from 'vitest';
import { createApprovers } from '../../src/bot/helpdesk/entitlement.ts';
import type { Messenger } from '../../src/bot/messenger.ts';
import { actorId } from '../../src/flows/ids.ts';
import { failed, type Outcome, success } from '../../src/flows/outcome.ts';
import { createLogger } from '../../src/observability/logger.ts';

const channel = 'C0HELPDESK';
const standsIn = `slack:${channel}`;
const by = (user: string) => actorId({ platform: 'slack', tenant: 'T1', user });
const [sam, stranger, guest, former] = [by('U0SAM'), by('U0STRANGER'), by('U0GUEST'), by('U0FORMER')];
const absent = failed({ kind: 'absent', retry: 'never', cause: 'user_not_found' });
const unreachable = failed({ kind: 'unreachable', retry: 'later', cause: 'timeout', mayHaveHappened: false });

function set(named: readonly string[] | 'members' | undefined, privacy: Outcome<boolean>) {
  const lines: string[] = [];
  const state = { privacy };
  const messenger: Messenger = {
    platform: 'slack',
    keepsTyped: true,
    tell: async () => unreachable,
    post: async () => unreachable,
    redraw: async () => unreachable,
    remove: async () => success(undefined),
    isMember: async (_, actor) => success(actor !== stranger),
    isPrivate: async () => state.privacy,
    refreshHome: async () => undefined,
  };
  const approvers = createApprovers({
    policy: {
      channels: [{ platform: 'slack', channel }],
      approvers: named === undefined ? {} : { slack: named },
    },
    people: {
      lookUp: async (actor) => {
        if (actor === former) return absent;
        return success(
          actor === guest ? { is: 'refused', because: 'guest' } : { is: 'employee', workEmail: 'sam@acme.example' },
        );
      },
    },
    messengers: new Map([['slack', messenger]]),
    log: createLogger({ level: 'info', stream: { write: (line) => void lines.push(line) } }),
  });
  const asks = async (actor = sam, where: string | undefined = standsIn) => {
    const answer = await approvers.entitled(actor, where);
    return answer.ok ? answer.value : answer.failure.kind;
  };
  const becomes = (now: Outcome<boolean>): void => {
    state.privacy = now;
  };
  return { approvers, asks, lines, becomes };
}

it('members of a private channel may decide, and nobody else', async () => {
  const { asks, approvers, lines } = set(undefined, success(true));
  expect(await asks()).toBe('may-decide');
  expect(await asks(stranger)).toBe('may-not');
  expect(await asks(guest)).toBe('may-not');
  expect(await asks(sam, 'slack:C0ELSEWHERE')).toBe('may-not');
  expect(await approvers.check()).toEqual(success(true));
  expect(lines).toEqual([]);
});

it('nobody may decide in a public channel of which the policy says nothing, and the operator reads it once', async () => {
  const { asks, approvers, lines } = set(undefined, success(false));
  expect(await asks()).toBe('nobody');
  expect(await asks()).toBe('nobody');
  expect(await approvers.check()).toEqual(success(false));
  expect(lines).toHaveLength(1);
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({
    level: 'error',
    event: 'helpdesk.nobody-may-decide',
    channel,
    remedy: expect.stringContaining('helpdesk.approvers.slack'),
  });
});

it('the word lets members of a public channel decide', async () => {
  const { asks, approvers } = set('members', success(false));
  expect(await asks()).toBe('may-decide');
  expect(await asks(stranger)).toBe('may-not');
  expect(await approvers.check()).toEqual(success(true));
});

it('a list counts in whatever channel, and only it', async () => {
  const { asks, approvers } = set(['U0SAM', 'U0GUEST'], success(false));
  expect(await asks()).toBe('may-decide');
  expect(await asks(by('U0ADA'))).toBe('may-not');
  expect(await asks(guest)).toBe('may-not');
  expect(await approvers.check()).toEqual(success(true));
});

it('somebody whom the platform no longer knows may not decide, neither by list nor by channel', async () => {
  expect(await set(['U0SAM', 'U0FORMER'], success(true)).asks(former)).toBe('may-not');
  expect(await set(undefined, success(true)).asks(former)).toBe('may-not');
  expect(await set('members', success(true)).asks(former)).toBe('may-not');
});

it('a channel that is made public takes the right away, one that is made private gives it', async () => {
  const { asks, lines, becomes } = set(undefined, success(true));
  expect(await asks()).toBe('may-decide');
  becomes(success(false));
  expect(await asks()).toBe('nobody');
  becomes(success(true));
  expect(await asks()).toBe('may-decide');
  becomes(success(false));
  expect(await asks()).toBe('nobody');
  expect(lines).toHaveLength(2);
});

it('while the platform does not say, nobody decides, and no reason is made up', async () => {
  const { asks, approvers, lines } = set(undefined, unreachable);
  expect(await asks()).toBe('unreachable');
  expect(await approvers.check()).toMatchObject({ ok: false });
  expect(lines).toEqual([]);
});
