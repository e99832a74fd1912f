// The `response_url` of a command or a press: five uses within thirty minutes, ephemeral unless the request says
// otherwise.
import { randomBytes } from 'node:crypto';
import { type Json, textOf } from '../json.ts';
import type { Crawler } from './crawler.ts';
import { contentOf, contentProblem, flag } from './messages.ts';
import type { Message, World } from './world.ts';

const MAX_USES = 5;
const LIFE_MS = 30 * 60_000;

type Opening = {
  readonly channel: string;
  readonly user: string;
  readonly origin: Message | undefined;
  readonly issuedAt: number;
  uses: number;
};
type Answered = { readonly status: number; readonly body: string };
export type ResponseUrls = {
  /** Returns the path on this server. `origin` is the message whose button was pressed. */
  issue(to: { readonly channel: string; readonly user: string; readonly origin?: Message }): string;
  use(path: string, body: unknown): Answered;
};

export function createResponseUrls(world: World, crawler: Crawler): ResponseUrls {
  const openings = new Map<string, Opening>();
  return {
    issue({ channel, user, origin }) {
      const path = `/commands/${world.settings.teamId}/${Date.now()}/${randomBytes(12).toString('base64url')}`;
      openings.set(path, { channel, user, origin, issuedAt: world.settings.now(), uses: 0 });
      return path;
    },
    use(path, body) {
      const opening = openings.get(path);
      if (opening === undefined) return failed(404, 'no_service');
      if (world.settings.now() - opening.issuedAt > LIFE_MS) return failed(404, 'expired_url');
      if (opening.uses >= MAX_USES) return failed(404, 'used_url');
      if (typeof body !== 'object' || body === null) return failed(400, 'invalid_payload');
      opening.uses += 1;
      return respond(world, crawler, opening, { ...body });
    },
  };
}

const failed = (status: number, error: string): Answered => ({ status, body: JSON.stringify({ ok: false, error }) });
const DONE: Answered = { status: 200, body: 'ok' };

function respond(world: World, crawler: Crawler, { channel, user, origin }: Opening, body: Json): Answered {
  if (flag(body['delete_original']) === true) {
    if (origin !== undefined) world.remove(origin);
    return DONE;
  }
  const problem = contentProblem(body);
  if (problem !== undefined) return { status: 400, body: JSON.stringify(problem) };
  const { text, blocks } = contentOf(body);
  if (flag(body['replace_original']) === true && origin !== undefined) {
    world.edit(origin, { text, blocks }, blocks.length === 0);
    crawler.visit(origin);
    return DONE;
  }
  crawler.visit(
    world.write({
      ...{ text, blocks, channel, user: world.settings.botUserId, thread_ts: textOf(body['thread_ts']) },
      unfurl_links: flag(body['unfurl_links']),
      unfurl_media: flag(body['unfurl_media']),
      ...(body['response_type'] === 'in_channel' ? {} : { ephemeralFor: user }),
    }),
  );
  return DONE;
}
