// The link to the new password: what it opens, for whom, how often and until when.
import { describe, expect } from 'vitest';
import { opens, pressesContinue, savesPassword, ticketDies } from './browser.ts';
import { eventually } from './chat.ts';
import { janesAccount } from './people.ts';
import { platforms, slack } from './platform.ts';
import { type Scene, story } from './story.ts';

const button = 'Choose a new password';
const reopen = 'Open the page again';

async function getsLink({ jane, proves }: Scene): Promise<string> {
  await proves('reset-password');
  await jane.sees("You're verified");
  await jane.reads(button);
  return jane.linkOf(button) ?? 'no link';
}

const tickets = ({ auth0 }: Scene): number => auth0.requests.filter(({ path }) => path.includes('/tickets/')).length;

describe.concurrent.each(platforms)('On $name, the link', (platform) => {
  story(platform, 'is looked at fifty times by whoever likes, and nothing changes', async (scene) => {
    const link = await getsLink(scene);
    const before = scene.auth0.requests.filter(({ changed }) => changed).length;
    const looks = Array.from({ length: 50 }, (_, nth) => opens(link, nth % 2 === 0 ? 'GET' : 'HEAD'));
    const pages = await Promise.all(looks);
    expect(new Set(pages.map(({ status }) => status))).toEqual(new Set([200]));
    expect(scene.auth0.requests.filter(({ changed }) => changed).length).toBe(before);
    expect(tickets(scene)).toBe(0);
    expect(scene.jane.linkOf(button)).toBe(link);
    await scene.opensTicket(link);
  });

  story(platform, 'leads to the new password once; the second press finds a dead page', async (scene) => {
    const link = await getsLink(scene);
    const ticket = await scene.opensTicket(link);
    expect(ticket.startsWith(scene.world.auth0.url)).toBe(true);
    const again = await pressesContinue(link);
    expect(again.status).toBe(404);
    expect(again.text).toContain('work any more');
    expect(tickets(scene)).toBe(1);
  });

  story(platform, 'gives a ticket that lives as long as a link', async (scene) => {
    await scene.opensTicket(await getsLink(scene));
    const minted = scene.auth0.requests.filter(({ path }) => path.includes('/tickets/'));
    expect(minted.map(({ body }) => body)).toEqual([{ user_id: janesAccount, ttl_sec: 600 }]);
  });

  story(platform, 'gives one ticket to twenty presses at once', async (scene) => {
    const link = await getsLink(scene);
    const pressed = await Promise.all(Array.from({ length: 20 }, () => pressesContinue(link)));
    expect(pressed.filter(({ status }) => status === 303).length).toBe(1);
    expect(tickets(scene)).toBe(1);
  });

  const isBusy = (link: string): Promise<true> =>
    eventually(
      async () => ((await opens(link)).text.includes('This link is being opened') ? true : undefined),
      () => 'the link is not being opened',
    );

  story(
    platform,
    'says one moment to whoever presses or looks while it is being opened, and can be pressed again where that failed',
    async (scene) => {
      const link = await getsLink(scene);
      scene.auth0.faults.next({ path: /tickets/ }, { hang: true });
      const first = pressesContinue(link);
      await isBusy(link);
      const second = await pressesContinue(link);
      expect(second.status).toBe(200);
      expect(second.text).toContain('Pressing twice does no harm');
      expect((await first).status).toBe(503);
      await scene.opensTicket(link);
      expect(scene.auth0.outbox).toHaveLength(1);
    },
    { isTroubled: true },
  );

  story(
    platform,
    'lives on when the page is loaded again before the ticket came: no new code is needed',
    async (scene) => {
      const link = await getsLink(scene);
      scene.auth0.faults.set({ latencyMs: 2_000 });
      const reload = new AbortController();
      const lost = pressesContinue(link, reload.signal).catch(() => undefined);
      await isBusy(link);
      reload.abort();
      await lost;
      await eventually(
        async () => ((await opens(link)).text.includes('Continue') ? true : undefined),
        () => 'the link was used up',
      );
      scene.auth0.faults.set({ latencyMs: 0 });
      await scene.opensTicket(link);
      expect(scene.auth0.outbox).toHaveLength(1);
      expect(tickets(scene)).toBe(2);
      // Nobody received one of the tickets; the newer one voids it.
      expect(scene.world.logged().split('link.unclaimed')).toHaveLength(2);
      expect((await opens(link)).text).toContain('work any more');
    },
  );

  story(platform, 'leaves the message when it is used', async (scene) => {
    const { jane } = scene;
    const link = await getsLink(scene);
    await scene.opensTicket(link);
    await jane.reads('page is open');
    expect(jane.linkOf(button)).toBeUndefined();
    // What stands there now is another one.
    expect(jane.linkOf(reopen)).not.toBe(link);
  });

  story(
    platform,
    'to the page can be had again without a new proof, each works once, and the newer ticket voids the older',
    async (scene) => {
      const { jane, auth0 } = scene;
      const links = [await getsLink(scene)];
      const opened = [await scene.opensTicket(links[0])];
      for (let again = 1; again <= 3; again += 1) {
        await jane.reads('Closed the page?');
        await jane.closesWindow();
        await jane.isOffered(reopen, "It wasn't me");
        const link = await eventually(
          () => {
            const found = jane.linkOf(reopen);
            return found === undefined || links.includes(found) ? undefined : found;
          },
          () => 'the link is the one that was used',
        );
        opened.push(await scene.opensTicket(link));
        links.push(link);
      }
      // Three times and no more: then a new request, with a new proof.
      await jane.isOffered('Start again', "It wasn't me");
      for (const used of links) expect((await pressesContinue(used)).status).toBe(404);
      for (const older of opened.slice(0, -1)) expect(await savesPassword(older, 'Never-Passw0rd-2026')).toBe(404);
      expect(auth0.outbox).toHaveLength(1);
      expect(tickets(scene)).toBe(4);
      expect(await savesPassword(opened.at(-1) ?? '', 'A-new-Passw0rd-2026')).toBe(303);
      await jane.reads('Password changed at');
    },
    { reopens: 3 },
  );

  story(platform, 'to open the page again expires when the first one would have', async (scene) => {
    const { jane, world } = scene;
    const first = await getsLink(scene);
    world.pass(500);
    await scene.opensTicket(first);
    await jane.reads('Closed the page?');
    const again = jane.linkOf(reopen);
    world.pass(101);
    await jane.closesWindow();
    await jane.isOffered('Start again', "It wasn't me");
    expect(jane.linkOf(reopen)).toBeUndefined();
    expect((await pressesContinue(again ?? '')).status).toBe(404);
    expect(tickets(scene)).toBe(1);
  });

  story(
    platform,
    'that cannot open the page again leaves the page as it was, and can be pressed again',
    async (scene) => {
      const { jane, auth0 } = scene;
      const ticket = await scene.opensTicket(await getsLink(scene));
      await jane.reads('Closed the page?');
      const again = jane.linkOf(reopen) ?? 'no link';
      auth0.faults.next({ method: 'POST', path: /tickets/ }, { status: 503 });
      expect((await pressesContinue(again)).status).toBe(503);
      await jane.reads('Closed the page?');
      expect(jane.linkOf(reopen)).toBe(again);
      // The page that was opened first still works, and its change is told.
      expect(await savesPassword(ticket, 'A-new-Passw0rd-2026')).toBe(303);
      await jane.reads('Password changed at');
      expect((await pressesContinue(again)).status).toBe(404);
    },
  );

  story(
    platform,
    'to open the page again is gone where Auth0 makes no page before it expires; the open page stays',
    async (scene) => {
      const { jane, auth0 } = scene;
      const ticket = await scene.opensTicket(await getsLink(scene));
      await jane.reads('Closed the page?');
      const again = jane.linkOf(reopen) ?? 'no link';
      const headers = { 'retry-after': '3000', 'x-ratelimit-remaining': '0' };
      auth0.faults.next({ method: 'POST', path: /tickets/ }, { status: 429, headers });
      const pressed = await pressesContinue(again);
      expect(pressed.status).toBe(404);
      expect(pressed.text).not.toContain('your link still works');
      await eventually(
        () => (jane.linkOf(reopen) === undefined ? true : undefined),
        () => jane.message(),
      );
      expect((await pressesContinue(again)).status).toBe(404);
      expect(await savesPassword(ticket, 'A-new-Passw0rd-2026')).toBe(303);
      await jane.reads('Password changed at');
    },
  );

  story(
    platform,
    'to open the page again dies with "it wasn\'t me", and so does every page',
    async (scene) => {
      const { jane } = scene;
      const pages = [await scene.opensTicket(await getsLink(scene))];
      await jane.reads('Closed the page?');
      const used = jane.linkOf(reopen);
      pages.push(await scene.opensTicket(used));
      await jane.reads('Closed the page?');
      await jane.closesWindow();
      const fresh = await eventually(
        () => (jane.linkOf(reopen) === used ? undefined : jane.linkOf(reopen)),
        () => 'the link is the one that was used',
      );
      await jane.presses("It wasn't me");
      await jane.reads("this wasn't you");
      expect((await pressesContinue(fresh)).status).toBe(404);
      for (const page of pages) await ticketDies(page);
    },
    { reopens: 1 },
  );

  story(platform, 'leaves the message when it runs out, and is dead', async (scene) => {
    const { jane, world } = scene;
    const link = await getsLink(scene);
    world.pass(601);
    expect((await pressesContinue(link)).status).toBe(404);
    await jane.reads('The link has expired. Nothing was changed.');
    expect(jane.linkOf(button)).toBeUndefined();
    await jane.isOffered('Start again', 'Ask the helpdesk', "It wasn't me");
    expect(tickets(scene)).toBe(0);
  });

  story(platform, 'leaves the message when she cancels, and is dead', async (scene) => {
    const { jane } = scene;
    const link = await getsLink(scene);
    await jane.closesWindow();
    await jane.writes('cancel');
    await eventually(
      () => (jane.messages().some((text) => text.includes(button)) ? undefined : true),
      () => jane.messages().join('\n'),
    );
    expect((await pressesContinue(link)).status).toBe(404);
    expect((await opens(link)).status).toBe(404);
  });

  story(platform, 'that is used, run out, foreign or guessed is one and the same page', async (scene) => {
    const { jane, world } = scene;
    const live = await getsLink(scene);
    const [, flow = '', mark = ''] = /\/go\/([\w-]{22})\.([\w-]{43})/.exec(live) ?? [];
    const guessed = [
      `${world.url}/go/${flow}.${'A'.repeat(43)}`,
      `${world.url}/go/${'A'.repeat(22)}.${mark}`,
      `${world.url}/go/nonsense`,
    ];
    const pages = await Promise.all(guessed.map((url) => opens(url)));
    await scene.opensTicket(live);
    await jane.reads('page is open');
    pages.push(await opens(live), await pressesContinue(live), await pressesContinue(guessed[0] ?? ''));
    expect(new Set(pages.map(({ status }) => status))).toEqual(new Set([404]));
    expect(new Set(pages.map(({ text }) => text)).size).toBe(1);
  });

  story(platform, 'stands in a message too, so that closing the window loses nothing', async (scene) => {
    const { jane, proves } = scene;
    await proves('reset-password');
    await jane.sees("You're verified");
    await jane.closesWindow();
    await jane.reads("You're verified");
    const ticket = await scene.opensTicket(jane.linkOf(button));
    expect(await savesPassword(ticket, 'A-new-Passw0rd-2026')).toBe(303);
    await jane.reads('Password changed at');
  });

  story(platform, 'goes to a page that dies when it is not used in time', async (scene) => {
    const { jane, world } = scene;
    const ticket = await scene.opensTicket(await getsLink(scene));
    world.pass(640);
    await jane.reads("We didn't see a new password in time");
    expect(await savesPassword(ticket, 'A-new-Passw0rd-2026')).toBe(404);
    expect(scene.auth0.user(janesAccount).passwordChangedAt).toBeUndefined();
  });

  story(platform, 'of a first request is dead as soon as a second one takes its place', async (scene) => {
    const { jane } = scene;
    const first = await getsLink(scene);
    const ticket = await scene.opensTicket(first);
    await jane.reads('page is open');
    const again = await eventually(
      () => jane.linkOf(reopen),
      () => 'no link to open the page again',
    );
    await jane.closesWindow();
    await jane.writes('cancel');
    await jane.reads('Cancelled');
    await jane.pressesInMessage('Start again');
    await jane.sees('Send the code to');
    expect((await pressesContinue(again)).status).toBe(404);
    await ticketDies(ticket);
    expect(await savesPassword(ticket, 'A-new-Passw0rd-2026')).toBe(404);
    expect(scene.auth0.user(janesAccount).passwordChangedAt).toBeUndefined();
  });

  story(
    platform,
    'makes a ticket that lives no longer than the policy says',
    async (scene) => {
      await scene.opensTicket(await getsLink(scene));
      const minted = scene.auth0.requests.find(({ path }) => path.includes('/tickets/'));
      expect(minted?.body).toEqual({ user_id: janesAccount, ttl_sec: 60 });
    },
    { policy: 'limits: { linkSeconds: 60 }' },
  );
});

describe.concurrent('In Slack, the link', () => {
  story(slack, 'is in no preview and no channel, and previews of everything change nothing', async (scene) => {
    const { world, jane } = scene;
    await getsLink(scene);
    await world.slack.control.crawlSettled();
    expect(world.slack.control.crawled.some(({ url, status }) => url.includes('/go/') && status === 200)).toBe(true);
    expect(tickets(scene)).toBe(0);
    await scene.opensTicket(jane.linkOf(button));
  });
});
