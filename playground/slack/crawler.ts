// Slack's link preview: it sends a GET to the links in a message. Loopback addresses are really fetched, others only
// recorded.
import { isRecord, type Json, listOf, textOf } from '../json.ts';
import type { Message } from './world.ts';

export type Crawled = {
  readonly url: string;
  readonly channel: string;
  /** The result of the GET: its status, `unreachable`, or `outside` for an address that is not on this machine. */
  status: number | 'pending' | 'unreachable' | 'outside';
};
export type Crawler = { readonly crawled: Crawled[]; visit(message: Message): void; settled(): Promise<void> };

const MAX_HOPS = 3;
const LOOPBACK = ['127.0.0.1', 'localhost', '[::1]'];

export function createCrawler(isAlways: boolean): Crawler {
  const crawled: Crawled[] = [];
  const running = new Set<Promise<void>>();
  return {
    crawled,
    visit(message) {
      const isQuiet = message.unfurl_links === false && message.unfurl_media === false;
      if (isQuiet && !isAlways) return;
      for (const url of linksIn(message)) {
        const visit = follow(url, message.channel, crawled).finally(() => running.delete(visit));
        running.add(visit);
      }
    },
    async settled() {
      await Promise.all(running);
    },
  };
}

async function follow(first: string, channel: string, crawled: Crawled[]): Promise<void> {
  let url: string | undefined = first;
  for (let hop = 0; url !== undefined && hop < MAX_HOPS; hop += 1) {
    const entry: Crawled = { url, channel, status: 'pending' };
    crawled.push(entry);
    if (!LOOPBACK.includes(new URL(url).hostname)) entry.status = 'outside';
    url = entry.status === 'outside' ? undefined : await visit(entry);
  }
}

/** Returns the redirect's target, if there is one. */
async function visit(entry: Crawled): Promise<string | undefined> {
  try {
    const response = await fetch(entry.url, {
      redirect: 'manual',
      headers: { 'user-agent': 'Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)' },
      signal: AbortSignal.timeout(3000),
    });
    entry.status = response.status;
    await response.arrayBuffer();
    const next = response.headers.get('location');
    return next === null ? undefined : new URL(next, entry.url).href;
  } catch {
    entry.status = 'unreachable';
    return undefined;
  }
}

/** Every http URL in the text and anywhere in the blocks, buttons included. */
function linksIn(message: { readonly text: string; readonly blocks: readonly Json[] }): readonly string[] {
  const texts = [message.text, ...message.blocks.flatMap(stringsIn)];
  const found = texts.flatMap((text) => text.match(/https?:\/\/[^\s<>|"')\]]+/g) ?? []);
  return [...new Set(found)].filter((url) => URL.canParse(url));
}

function stringsIn(value: unknown): readonly string[] {
  if (Array.isArray(value)) return listOf(value).flatMap(stringsIn);
  if (isRecord(value)) return Object.values(value).flatMap(stringsIn);
  const text = textOf(value);
  return text === undefined ? [] : [text];
}
