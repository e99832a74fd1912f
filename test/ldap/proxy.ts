// Stands between the product and a domain controller, under the controller's own certificate, and does to single messages what
// networks and dying machines do.
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer as createMuteServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { connect, createServer } from 'node:tls';
import { createFraming, type Operation, type WireMessage } from './ber.ts';
import type { Samba } from './samba.ts';

/**
 * `swallow`: it never arrives, and the connection stays. `cut`: the connection breaks before it arrives. `lose-answer`: it arrives,
 * its answer does not. `cut-answer`: it arrives, then the connection breaks. `die`: it arrives, then nobody can be reached any more.
 * `hold`: it arrives late, when `release` is called, even if the sender has gone.
 */
export type Fault = 'swallow' | 'cut' | 'lose-answer' | 'cut-answer' | 'die' | 'hold';

export interface FaultyProxy {
  readonly port: number;
  /** What came, over all connections. */
  readonly seen: readonly Operation[];
  connections(): number;
  /** Connections that stand now. */
  open(): number;
  /** To the next request of this kind, after `skip` others. */
  next(operation: Operation, fault: Fault, skip?: number): void;
  release(): void;
  /**
   * At the request after `skip` others: `before` it arrives, or `after` it was carried out and before anybody hears of it, `strike` is
   * called, and the connection breaks.
   */
  strikeAt(skip: number, when: 'before' | 'after', strike: () => void): void;
  close(): Promise<void>;
}

export async function startProxy(samba: Samba): Promise<FaultyProxy> {
  const file = (name: string) => readFile(join(samba.tlsFolder, name));
  const [key, cert, ca] = await Promise.all([file('key.pem'), file('cert.pem'), file('ca.pem')]);
  const planned = new Map<Operation, { readonly fault: Fault; readonly skip: number }>();
  const seen: Operation[] = [];
  const held: (() => void)[] = [];
  const open = new Set<Socket>();
  let connections = 0;
  let strike: { skip: number; readonly when: 'before' | 'after'; readonly strike: () => void } | undefined;
  /** Whether it is this request. */
  function isStruck(): typeof strike {
    if (strike === undefined) return undefined;
    if (strike.skip > 0) {
      strike.skip -= 1;
      return undefined;
    }
    const struck = strike;
    strike = undefined;
    return struck;
  }

  function due(operation: Operation): Fault | undefined {
    const plan = planned.get(operation);
    if (plan === undefined) return undefined;
    if (plan.skip > 0) {
      planned.set(operation, { ...plan, skip: plan.skip - 1 });
      return undefined;
    }
    planned.delete(operation);
    return plan.fault;
  }

  const server = createServer({ key, cert }, (client) => {
    connections += 1;
    const named = samba.host === samba.address ? {} : { servername: samba.host };
    const upstream = connect({ host: samba.address, port: 636, ca, ...named });
    let strikesAfter: (() => void) | undefined;
    let dropped: Fault | undefined;
    const end = () => {
      client.destroy();
      upstream.destroy();
    };
    const forward = ({ bytes }: WireMessage) => upstream.write(bytes);
    const take = (message: WireMessage) => {
      const { operation } = message;
      if (operation === undefined) return forward(message);
      seen.push(operation);
      const struck = isStruck();
      if (struck?.when === 'before') {
        struck.strike();
        return end();
      }
      strikesAfter = struck?.strike;
      const fault = due(operation);
      switch (fault) {
        case undefined:
          return forward(message);
        case 'swallow':
          return undefined;
        case 'cut':
          return end();
        case 'hold':
          dropped = 'lose-answer';
          return held.push(() => forward(message));
        default:
          dropped = fault;
          return forward(message);
      }
    };
    const giveBack = ({ bytes }: WireMessage) => {
      if (strikesAfter !== undefined) {
        const now = strikesAfter;
        strikesAfter = undefined;
        now();
        return end();
      }
      const fault = dropped;
      dropped = undefined;
      if (fault === undefined) return client.write(bytes);
      if (fault === 'cut-answer') end();
      if (fault === 'die') die();
      return undefined;
    };
    for (const socket of [client, upstream]) {
      open.add(socket);
      socket.once('close', () => open.delete(socket));
      socket.on('error', () => undefined);
    }
    client.on('data', createFraming(take));
    upstream.on('data', createFraming(giveBack));
    // What is held still arrives after the client has gone.
    client.once('close', () => held.length === 0 && upstream.destroy());
    upstream.once('close', () => client.destroy());
  });
  server.on('tlsClientError', () => undefined);
  function die(): void {
    server.close();
    for (const socket of open) socket.destroy();
  }

  // Under the address in its certificate, where there is one.
  server.listen(0, samba.host === samba.address ? samba.address : '127.0.0.1');
  await once(server, 'listening');
  return {
    port: portOf(server.address()),
    strikeAt: (skip, when, call) => {
      strike = { skip, when, strike: call };
    },
    seen,
    connections: () => connections,
    open: () => open.size,
    next: (operation, fault, skip = 0) => planned.set(operation, { fault, skip }),
    release: () => {
      for (const send of held.splice(0)) send();
    },
    close: async () => {
      die();
    },
  };
}

/** Takes connections, and never says a word. */
export async function startMute(): Promise<{ readonly port: number; connections(): number; close(): void }> {
  const open = new Set<Socket>();
  let connections = 0;
  const server = createMuteServer((socket) => {
    connections += 1;
    open.add(socket);
    socket.on('error', () => undefined);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: portOf(server.address()),
    connections: () => connections,
    close: () => {
      server.close();
      for (const socket of open) socket.destroy();
    },
  };
}

function portOf(address: ReturnType<Socket['address']> | string | null): number {
  return address !== null && typeof address === 'object' && 'port' in address ? address.port : 0;
}
