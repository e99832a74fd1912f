import { describe, expect, it } from 'vitest';
import type { LinkAccess } from '../../src/web/link-access.ts';
import { busyToken, createLinks, createStandIn, deadToken, liveToken, ticket } from './stand-in.ts';

const live = `/go/${liveToken}`;
const withoutId = (headers: object): object => ({ ...headers, 'x-request-id': '', date: '' });

describe('looking at a link', () => {
  it('says whose page it is and what the button does', async () => {
    const { server } = await createStandIn({ links: createLinks(undefined, 'Jane').links });
    const answer = await server.inject(live);
    expect(answer.statusCode).toBe(200);
    expect(answer.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(answer.body).toContain('<bdi>Jane</bdi>, continue to choose a new password');
    expect(answer.body).toContain('Acme Rockets');
    expect(answer.body.match(/<button/g)).toHaveLength(1);
  });

  it('changes nothing, whoever looks and however often, and then one press works', async () => {
    const { links, opened } = createLinks();
    const { server } = await createStandIn({ links: links });
    const scanners = ['Slackbot-LinkExpanding 1.0', 'SkypeUriPreview', 'Mozilla/5.0 (Safe Links)', 'Proofpoint', ''];
    for (let round = 0; round < 200; round += 1) {
      const headers = { 'user-agent': scanners[round % scanners.length] ?? '' };
      const method = round % 2 === 0 ? 'GET' : 'HEAD';
      expect((await server.inject({ method, url: live, headers })).statusCode).toBe(200);
    }
    expect(opened).toEqual([]);
    const pressed = await server.inject({ method: 'POST', url: live });
    expect([pressed.statusCode, pressed.headers.location]).toEqual([303, ticket]);
  });

  it('gives HEAD the answer of GET without its body', async () => {
    const { server } = await createStandIn();
    const [get, head] = [await server.inject(live), await server.inject({ method: 'HEAD', url: live })];
    expect(head.body).toBe('');
    expect(withoutId(head.headers)).toEqual(withoutId(get.headers));
  });

  it('says so while somebody else is opening it', async () => {
    const { server } = await createStandIn();
    for (const method of ['GET', 'POST'] as const) {
      const answer = await server.inject({ method, url: `/go/${busyToken}` });
      expect(answer.statusCode).toBe(200);
      expect(answer.body).toContain('This link is being opened');
      expect(answer.body).toContain('Pressing twice does no harm');
    }
  });

  it('does without a name that is none, and never lets one become markup', async () => {
    const heading = async (name: string) => {
      const { server } = await createStandIn({ links: createLinks(undefined, name).links, companyName: '<b>&"Acme\'' });
      const { body } = await server.inject(live);
      expect(body).toContain('<p>&lt;b&gt;&amp;&quot;Acme&#39;</p>');
      return /<h1>(.*)<\/h1>/.exec(body)?.[1];
    };
    expect(await heading('<img src=x onerror=alert(1)>')).toMatch(/^<bdi>&lt;img src=x onerror=alert\(1\)&gt;<\/bdi>/);
    expect(await heading(' \u202e\n')).toBe('Continue to choose a new password');
    expect(await heading('J'.repeat(41))).toBe('Continue to choose a new password');
    expect(await heading('\u202eJane\u0007')).toBe('<bdi>Jane</bdi>, continue to choose a new password');
  });
});

describe('pressing the button', () => {
  it('redirects to the ticket once; the second press gets the page of a dead link', async () => {
    const { server } = await createStandIn();
    const first = await server.inject({ method: 'POST', url: live });
    expect([first.statusCode, first.headers.location, first.body]).toEqual([303, ticket, '']);
    expect(first.headers['cache-control']).toBe('no-store');
    expect(first.headers['referrer-policy']).toBe('no-referrer');
    const second = await server.inject({ method: 'POST', url: live });
    expect([second.statusCode, second.headers.location]).toEqual([404, undefined]);
    expect((await server.inject(live)).body).toBe(second.body);
  });

  it('keeps the button where the provider cannot be reached, and then it works', async () => {
    const { links } = createLinks([{ is: 'unreachable' }, { is: 'ticket', url: ticket }]);
    const { server } = await createStandIn({ links: links });
    const first = await server.inject({ method: 'POST', url: live });
    expect(first.statusCode).toBe(503);
    expect(first.headers['retry-after']).toBe('10');
    expect(first.body).toContain('Nothing has changed, and your link still works.');
    expect(first.body).toContain('<form method="post"><button');
    expect((await server.inject({ method: 'POST', url: live })).statusCode).toBe(303);
  });

  it('sends the person to the helpdesk where the provider refuses', async () => {
    const { server } = await createStandIn({ links: createLinks([{ is: 'refused' }]).links });
    const answer = await server.inject({ method: 'POST', url: live });
    expect([answer.statusCode, answer.body.includes('Only the helpdesk can help')]).toEqual([409, true]);
  });

  it('needs no cookie and no body, and does not mind one of any kind', async () => {
    for (const [type, payload] of [
      ['application/x-www-form-urlencoded', ''],
      ['application/x-www-form-urlencoded', 'a=1'],
      ['application/json', '{broken'],
      ['multipart/form-data; boundary=x', 'junk'],
      [undefined, 'junk'],
    ] as const) {
      const { server } = await createStandIn();
      const headers = type === undefined ? {} : { 'content-type': type };
      const answer = await server.inject({ method: 'POST', url: live, headers, payload });
      expect(answer.statusCode).toBe(303);
      expect(answer.headers['set-cookie']).toBeUndefined();
    }
    const { links, opened } = createLinks();
    const { server } = await createStandIn({ links: links });
    const huge = await server.inject({
      method: 'POST',
      url: live,
      payload: 'x'.repeat(20_000),
      headers: { 'content-type': 'text/plain' },
    });
    expect([huge.statusCode, opened.length]).toEqual([413, 0]);
  });

  it('is refused when another site sends the form, whatever the link is worth, and the link lives on', async () => {
    const { links, opened } = createLinks();
    const { server } = await createStandIn({ links: links });
    const pages = new Set<string>();
    for (const token of [liveToken, deadToken, 'x']) {
      for (const headers of [
        { 'sec-fetch-site': 'cross-site' },
        { 'sec-fetch-site': 'same-site' },
        { origin: 'https://evil.example' },
        { origin: 'https://latchkey.example.com.evil.example' },
        { origin: 'http://latchkey.example.com' },
        { 'sec-fetch-site': 'same-origin', origin: 'https://evil.example' },
        { origin: 'https://evil.example', host: 'evil.example', 'x-forwarded-host': 'evil.example' },
      ]) {
        const answer = await server.inject({ method: 'POST', url: `/go/${token}`, headers });
        expect(answer.statusCode).toBe(403);
        pages.add(answer.body);
      }
    }
    expect([pages.size, opened.length]).toEqual([1, 0]);
    const own = { 'sec-fetch-site': 'same-origin', origin: 'null' };
    expect((await server.inject({ method: 'POST', url: live, headers: own })).statusCode).toBe(303);
  });

  it('with other methods does nothing', async () => {
    const { links, opened, looked } = createLinks();
    const { server } = await createStandIn({ links: links });
    for (const method of ['PUT', 'DELETE', 'PATCH', 'OPTIONS'] as const) {
      expect((await server.inject({ method, url: live })).statusCode).toBe(404);
    }
    expect([opened, looked]).toEqual([[], []]);
  });
});

describe('a link that is dead, used, foreign, guessed or misspelt', () => {
  const wrong = [
    deadToken,
    deadToken.replace('D', 'E'),
    liveToken.slice(1),
    `${liveToken}A`,
    liveToken.replace('.', ''),
    liveToken.toLowerCase(),
    `${liveToken}/`,
    `${liveToken}/more`,
    `${liveToken}%00`,
    `${liveToken}%0a`,
    '%2e%2e%2fetc',
    '%zz',
    '%',
    '__proto__',
    'a'.repeat(10_000),
    '',
  ];

  it('gets the same polite page, byte for byte, with the same status and headers', async () => {
    const { links, opened } = createLinks();
    const { server } = await createStandIn({ links: links });
    const answers = new Set<string>();
    for (const token of wrong) {
      for (const method of ['GET', 'POST'] as const) {
        const { statusCode, headers, body } = await server.inject({ method, url: `/go/${token}` });
        answers.add(JSON.stringify([statusCode, withoutId(headers), body]));
      }
    }
    expect(answers.size).toBe(1);
    expect([...answers][0]).toContain('This link doesn’t work any more');
    expect([...answers][0]).toMatch(/^\[404,/);
    expect(opened).toEqual([]);
  });

  it('takes the way through the desk either way, so that the time is the same', async () => {
    const { links, looked } = createLinks();
    const { server } = await createStandIn({ links: links });
    await server.inject('/go/misspelt');
    await server.inject({ method: 'POST', url: '/go/misspelt' });
    expect(looked).toHaveLength(2);
  });
});

it('a desk that breaks is told kindly, and the cause goes to the log only', async () => {
  const broken = () => Promise.reject(new Error('database is gone'));
  const links: LinkAccess = { look: broken, open: broken, submit: broken };
  const { server, lines } = await createStandIn({ links });
  for (const method of ['GET', 'POST'] as const) {
    const answer = await server.inject({ method, url: live });
    expect(answer.statusCode).toBe(503);
    expect(answer.body).not.toContain('database');
  }
  expect(lines.join('')).toContain('database is gone');
});

describe('a flood', () => {
  it('is stopped for the address it comes from, politely, and only there', async () => {
    const { links, opened } = createLinks();
    const { server } = await createStandIn({ links: links, visitsPerMinute: 5, webhookSecret: 'hook-secret-1' });
    const visit = (address: string) =>
      server
        .inject({ url: live, headers: { 'x-forwarded-for': address } })
        .then(({ statusCode, body }) => ({ statusCode, body }));
    for (let n = 0; n < 5; n += 1) expect((await visit('203.0.113.1')).statusCode).toBe(200);
    const stopped = await visit('203.0.113.1');
    expect(stopped.statusCode).toBe(429);
    expect(stopped.body).toContain('Please wait a minute');
    expect((await visit('203.0.113.2')).statusCode).toBe(200);
    expect(opened).toEqual([]);
    for (let n = 0; n < 20; n += 1) expect((await server.inject('/healthz')).statusCode).toBe(200);
  });

  it('needs far more than an office on a Monday morning', async () => {
    const { server } = await createStandIn();
    for (let n = 0; n < 1_500; n += 1) expect((await server.inject(live)).statusCode).toBe(200);
  });
});

it('the ticket goes to a browser as a link where the form may not lead to its host', async () => {
  const url = 'https://login.acme.example/u/reset-verify?ticket=Zx9plantedTicket&x="1"#';
  const { server, lines } = await createStandIn({ links: createLinks([{ is: 'ticket', url }]).links });
  const browser = { 'sec-fetch-dest': 'document', 'sec-fetch-site': 'same-origin' };
  const page = await server.inject({ method: 'POST', url: live, headers: browser });
  expect(page.statusCode).toBe(200);
  expect(page.body).toContain(
    'href="https://login.acme.example/u/reset-verify?ticket=Zx9plantedTicket&amp;x=&quot;1&quot;#"',
  );
  expect(lines.join('')).toContain('login.acme.example');
  const other = await server.inject({ method: 'POST', url: live });
  expect([other.statusCode, other.headers.location]).toEqual([303, url]);
});

it('no token and no ticket is in the log, at any level, nor in the page, nor in the metrics', async () => {
  const { server, lines, metricsText } = await createStandIn();
  for (const url of [
    live,
    `/go/${deadToken}`,
    `${live}/more`,
    `${live}?ticket=Zx9plantedTicket`,
    '/go/%zz',
    `/elsewhere/${liveToken}`,
  ]) {
    for (const method of ['GET', 'HEAD', 'POST', 'PUT'] as const) {
      const { body } = await server.inject({ method, url, headers: { referer: `https://x.example${live}` } });
      expect(body).not.toContain('mmmm');
    }
  }
  for (const text of [lines.join(''), await metricsText()]) {
    expect(text).not.toContain('mmmm');
    expect(text).not.toContain('Zx9');
    expect(text).toContain('/go/:token');
  }
});
