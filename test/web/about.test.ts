// The page at the root address.
import { expect, it } from 'vitest';
import { teamsManifest } from '../../manifest/teams/manifest.ts';
import { createStandIn } from './stand-in.ts';

const appId = '0a0a0a0a-0000-4000-8000-00000000b070';

it('the addresses for privacy and terms in the app’s entry in Teams lead to a page that says who runs it and what it keeps', async () => {
  const publicUrl = 'https://latchkey.example.com';
  const { server } = await createStandIn({ publicUrl, companyName: 'Acme <Rockets>' });
  const { websiteUrl, privacyUrl, termsOfUseUrl } = teamsManifest({ appId, publicUrl }).developer;
  for (const address of [websiteUrl, privacyUrl, termsOfUseUrl]) {
    const { origin, pathname } = new URL(address);
    expect(origin).toBe(publicUrl);
    const { statusCode, headers, body } = await server.inject(pathname);
    expect([statusCode, headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
    for (const told of ['Acme &lt;Rockets&gt;', 'Who runs it', 'What it keeps', 'What it never keeps', 'Terms']) {
      expect(body).toContain(told);
    }
    expect(body).not.toContain('<form');
  }
});

it('nothing can be done there', async () => {
  const { server } = await createStandIn();
  expect((await server.inject({ method: 'HEAD', url: '/' })).statusCode).toBe(200);
  for (const method of ['POST', 'PUT', 'DELETE'] as const) {
    expect((await server.inject({ method, url: '/' })).statusCode).toBe(404);
  }
});
