// What Teams answers with a redirect: neither the bot's token nor its secret goes where it leads.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { jane, type Scene, setScene } from './scene.ts';

let scene: Scene;
let heard: string[];
let elsewhere: { readonly url: string; close(): Promise<void> };
beforeEach(async () => {
  heard = [];
  const server = createServer((request, response) => {
    heard.push(`${request.method} ${request.url}`);
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  elsewhere = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/steal`,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
  scene = await setScene();
});
afterEach(() => Promise.all([scene.close(), elsewhere.close()]));

const moved = (status: number) => ({ status, headers: { location: elsewhere.url } });

describe('a redirect', () => {
  it.each([301, 302, 303, 307, 308])('of the connector is not followed: %i', async (status) => {
    await scene.jane.message('hello');
    await scene.adapter.stop();
    scene.control.faults.always('member', moved(status));
    expect(await scene.adapter.people.lookUp(jane)).toMatchObject({ ok: false });
    expect(heard).toEqual([]);
  });

  it.each([307, 308])('of the login is not followed: %i', async (status) => {
    scene.control.faults.always('token', moved(status));
    expect(await scene.adapter.check()).toMatchObject({ ok: false });
    expect(heard).toEqual([]);
  });
});
