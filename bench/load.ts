// Sends signed requests of many people over kept-alive connections, and times each answer. It is a process of its own,
// so that it shares nothing but the machine with the process that is measured.
import { Agent, request } from 'node:http';
import { answering } from './channel.ts';
import type { SignedRequest } from './signed-request.ts';
import { slackCommand } from './slack-commands.ts';
import { type ConnectorToken, type Says, teamsActivity } from './teams-activities.ts';

/**
 * What only the emulated platform can issue: Slack's trigger ids, one for each person, or the connector's Authorization
 * header for Teams.
 */
type Credentials =
  | { readonly triggers: readonly string[] }
  | { readonly connectorToken: ConnectorToken; readonly says: Says };

export type Order = Credentials & {
  readonly url: string;
  /** The number of the first person. Each person sends one request. */
  readonly from: number;
  readonly count: number;
  readonly concurrency: number;
  /**
   * How often each request is delivered. A repeated one is acknowledged like the first and starts nothing. Default:
   * once.
   */
  readonly deliveries?: number;
};

export interface Result {
  readonly perSecond: number;
  readonly seconds: number;
  /** In milliseconds. */
  readonly p50: number;
  readonly p99: number;
  readonly worst: number;
  readonly failed: number;
}

function send(url: string, agent: Agent, { path, body, headers }: SignedRequest): Promise<number | undefined> {
  return new Promise((resolve) => {
    const one = request(url + path, { method: 'POST', agent, headers }, (response) => {
      response.resume();
      response.once('end', () => resolve(response.statusCode));
    });
    one.once('error', () => resolve(undefined));
    one.end(body);
  });
}

function written(order: Order): SignedRequest[] {
  const { from, count, deliveries = 1 } = order;
  const write = (index: number): readonly SignedRequest[] =>
    'connectorToken' in order
      ? teamsActivity(from + index, order.connectorToken, order.says, deliveries)
      : slackCommand(from + index, order.triggers[index] ?? 'none', deliveries);
  const all = Array.from({ length: count }, (_, index) => write(index));
  return Array.from({ length: deliveries }, (_, delivery) => all.flatMap((one) => one[delivery] ?? [])).flat();
}

async function load(order: Order): Promise<Result> {
  const requests = written(order);
  const agent = new Agent({ keepAlive: true, maxSockets: order.concurrency });
  const times: number[] = [];
  let failed = 0;
  let next = 0;
  const began = performance.now();
  await Promise.all(
    Array.from({ length: order.concurrency }, async () => {
      for (let signed = requests[next++]; signed !== undefined; signed = requests[next++]) {
        const since = performance.now();
        if ((await send(order.url, agent, signed)) !== 200) failed += 1;
        times.push(performance.now() - since);
      }
    }),
  );
  const seconds = (performance.now() - began) / 1000;
  agent.destroy();
  times.sort((a, b) => a - b);
  const at = (share: number): number => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0;
  return { perSecond: requests.length / seconds, seconds, p50: at(0.5), p99: at(0.99), worst: at(1), failed };
}

answering({ load });
process.once('SIGTERM', () => process.exit(0));
