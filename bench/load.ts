// Sends signed commands of many people over kept connections, and times each answer. A process of its own, so that the
// one that is measured shares nothing with it but the machine.
import { createHmac } from 'node:crypto';
import { Agent, request } from 'node:http';
import { answering } from './channel.ts';
import { userId, workspace } from './settings.ts';

export interface Order {
  readonly url: string;
  readonly from: number;
  readonly count: number;
  readonly concurrency: number;
  /** How often each is delivered; a repeated one is acknowledged like the first and begins nothing. Default once. */
  readonly deliveries?: number;
}

export interface Result {
  readonly perSecond: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
  readonly worst: number;
  readonly failed: number;
}

interface Signed {
  readonly body: string;
  readonly headers: Readonly<Record<string, string | number>>;
}

let triggers = 0;

/** Signed before the clock starts, as Slack would have done; each delivery at another second, so that none is a replay. */
function command(nth: number, deliveries: number): readonly Signed[] {
  triggers += 1;
  const body = new URLSearchParams({
    token: 'retired-verification-token',
    team_id: workspace.teamId,
    team_domain: 'acme',
    channel_id: 'C0GENERAL',
    channel_name: 'general',
    user_id: userId(nth),
    user_name: `bench${nth}`,
    command: '/unlock',
    text: '',
    api_app_id: workspace.appId,
    is_enterprise_install: 'false',
    response_url: 'https://hooks.slack.com/commands/T0ACME001/1/none',
    trigger_id: `${process.pid}.${triggers}.bench`,
  }).toString();
  const now = Math.floor(Date.now() / 1000);
  return Array.from({ length: deliveries }, (_, delivery) => sign(body, String(now - delivery)));
}

function sign(body: string, timestamp: string): Signed {
  const mac = createHmac('sha256', workspace.signingSecret).update(`v0:${timestamp}:${body}`).digest('hex');
  return {
    body,
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'content-length': Buffer.byteLength(body),
      'x-slack-request-timestamp': timestamp,
      'x-slack-signature': `v0=${mac}`,
    },
  };
}

function send(url: string, agent: Agent, { body, headers }: Signed): Promise<number | undefined> {
  return new Promise((resolve) => {
    const one = request(`${url}/slack/events`, { method: 'POST', agent, headers }, (response) => {
      response.resume();
      response.once('end', () => resolve(response.statusCode));
    });
    one.once('error', () => resolve(undefined));
    one.end(body);
  });
}

async function load({ url, from, count, concurrency, deliveries = 1 }: Order): Promise<Result> {
  const all = Array.from({ length: count }, (_, index) => command(from + index, deliveries));
  const commands = Array.from({ length: deliveries }, (_, delivery) =>
    all.flatMap((one) => one[delivery] ?? []),
  ).flat();
  const total = commands.length;
  const agent = new Agent({ keepAlive: true, maxSockets: concurrency });
  const times: number[] = [];
  let failed = 0;
  const began = performance.now();
  await Promise.all(
    Array.from({ length: concurrency }, async () => {
      for (let next = commands.shift(); next !== undefined; next = commands.shift()) {
        const since = performance.now();
        if ((await send(url, agent, next)) !== 200) failed += 1;
        times.push(performance.now() - since);
      }
    }),
  );
  const seconds = (performance.now() - began) / 1000;
  agent.destroy();
  times.sort((a, b) => a - b);
  const at = (share: number): number => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0;
  return { perSecond: total / seconds, p50: at(0.5), p99: at(0.99), worst: at(1), failed };
}

answering({ load });
process.once('SIGTERM', () => process.exit(0));
