// Checks the checks at the end of every story: each one fails when its rule is broken.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectInvariants } from './invariants.ts';
import { janesAccount, objectIdOf } from './people.ts';
import { platforms } from './platform.ts';
import { teamsOf } from './teams-chat.ts';
import { teamsHelpdesk } from './teams-world.ts';
import { startWorld, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld({ teams: true });
  for (const platform of platforms) {
    const jane = platform.chat(world, 'jane');
    await jane.asks('unlock');
    await jane.seesInWindow('Send the code to');
  }
});
afterAll(() => world.end());

/** Does what the product's token permits, without the product. */
async function asks(method: string, path: string, body?: object): Promise<number> {
  const { url } = world.auth0;
  const credentials = {
    grant_type: 'client_credentials',
    client_id: 'latchkey-client',
    client_secret: 'latchkey-client-secret-0123456789abcdef',
    audience: 'https://acme.eu.auth0.test/api/v2/',
  };
  const headers = { 'content-type': 'application/json' };
  const token = await fetch(`${url}/oauth/token`, { method: 'POST', headers, body: JSON.stringify(credentials) });
  const { access_token: bearer } = (await token.json()) as { access_token: string };
  const answer = await fetch(`${url}/api/v2${path}`, {
    method,
    headers: { ...headers, authorization: `Bearer ${bearer}` },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return answer.status;
}

describe('The look at the end of every story', () => {
  const places = [
    ['in the log', '"hostname"'],
    ['in the database file', 'kysely_migration'],
    ['in the metrics', 'latchkey_requests_total'],
    ['in a channel of Slack', 'a word in Slack'],
    ['in a channel of Teams', 'a word in Teams'],
    ['handed to Slack', "We'll send a code"],
    ['handed to Teams', 'AdaptiveCard'],
  ] as const;
  for (const [where, secret] of places) {
    it(`finds a secret ${where}`, async () => {
      if (where === 'in a channel of Slack') await writesInSlack(secret);
      if (where === 'in a channel of Teams') await writesInTeams(secret);
      world.planted.add(secret);
      await expect(expectInvariants(world, true)).rejects.toThrow(where);
      world.planted.delete(secret);
    });
  }

  it('sees a ticket without a proof, and an unblock without one', async () => {
    expect(await asks('POST', '/tickets/password-change', { user_id: janesAccount, ttl_sec: 60 })).toBe(201);
    await expect(expectInvariants(world, true)).rejects.toThrow('an act without proof');
    forget();
    expect(await asks('DELETE', `/user-blocks/${encodeURIComponent(janesAccount)}`)).toBe(204);
    await expect(expectInvariants(world, true)).rejects.toThrow('an act without proof');
    forget();
  });

  it('sees a ticket that lives too long or for ever', async () => {
    for (const body of [{ user_id: janesAccount, ttl_sec: 601 }, { user_id: janesAccount }]) {
      expect(await asks('POST', '/tickets/password-change', body)).toBe(201);
      await expect(expectInvariants(world, true)).rejects.toThrow('ttl_sec');
      forget();
    }
  });

  it('sees any other change', async () => {
    expect(await asks('PATCH', `/users/${encodeURIComponent(janesAccount)}`, { blocked: false })).toBe(200);
    await expect(expectInvariants(world, true)).rejects.toThrow('changes that are not permitted');
    forget();
    await expectInvariants(world, true);
  });
});

const forget = (): void => void world.auth0.control.requests.splice(0);

async function writesInSlack(text: string): Promise<void> {
  const { apiUrl } = world.slack;
  await fetch(`${apiUrl}chat.postMessage`, {
    method: 'POST',
    headers: {
      authorization: 'Bearer xoxb-1111111111-2222222222-AbCdEfGhIjKlMnOpQrStUvWx',
      'content-type': 'application/json',
    },
    body: JSON.stringify({ channel: 'C0HELPDESK', text, unfurl_links: false, unfurl_media: false }),
  });
}

async function writesInTeams(text: string): Promise<void> {
  await teamsOf(world).client(objectIdOf('jane')).channelMessage(teamsHelpdesk, text, { mention: false });
}
