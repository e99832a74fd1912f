// Tells the other chat people of an account that it was changed. Each is told once, in their own chat, with the link to stop it.
import { createExpiringMap } from '../concurrency/expiring-map.ts';
import type { BoundPerson, ChatNotices, ContactChange } from '../flows/enrolment-ports.ts';
import { actorParts } from '../flows/ids.ts';
import { failed, type Outcome, success } from '../flows/outcome.ts';
import type { People } from '../flows/ports.ts';
import { drawChatNotice } from './cards/chat-notice-card.ts';
import type { HelpdeskWays } from './cards/ways-on.ts';
import type { Copy } from './copy/copy.ts';
import { type Naming, withNames } from './display-names.ts';
import type { Messenger } from './messenger.ts';

export interface ChatNoticesParts {
  readonly people: People;
  readonly messengers: ReadonlyMap<string, Pick<Messenger, 'tell'>>;
  readonly names: Naming;
  readonly ways: HelpdeskWays;
  readonly copy: Copy;
}

/** Longer than a notice is repeated. After a restart it may come twice. */
const rememberedMs = 24 * 3_600_000;
const rememberedAtMost = 10_000;

export function createChatNotices(parts: ChatNoticesParts): ChatNotices {
  const told = createExpiringMap<string, true>({ forMs: rememberedMs, atMost: rememberedAtMost });
  return {
    async tell(person, change) {
      const key = `${change.disownUrl} ${person.actor}`;
      if (told.get(key) === true) return success(undefined);
      const done = await post(person, change, parts);
      if (done.ok) told.set(key, true);
      return done;
    },
  };
}

async function post(
  person: BoundPerson,
  change: ContactChange,
  { people, messengers, names, ways, copy }: ChatNoticesParts,
): Promise<Outcome<void>> {
  const { actor } = person;
  const { platform } = actorParts(actor);
  const messenger = messengers.get(platform);
  if (messenger === undefined) return failed({ kind: 'absent', retry: 'never', cause: `no adapter for ${platform}` });
  // They may have left since they were bound: then this is no business of theirs any more.
  const found = await people.lookUp(actor);
  if (!found.ok) return found;
  if (found.value.is === 'refused') return failed({ kind: 'absent', retry: 'never', cause: found.value.because });
  const card = drawChatNotice(change, person.mayDisown, ways, copy);
  const posted = await messenger.tell(actor, await withNames(card, platform, names));
  return posted.ok ? success(undefined) : posted;
}
