// Draws a flow wherever somebody sees it: open windows, the private message, the helpdesk's cards.
// Always the present state, so drawing twice is harmless; an older drawing never overtakes a newer one.
import type { Logger } from 'pino';
import type { Links } from '../engine/links.ts';
import type { Presenter } from '../engine/perform.ts';
import { actorParts, type FlowId } from '../flows/ids.ts';
import { type Failure, failed, type Outcome, success } from '../flows/outcome.ts';
import type { Clock } from '../flows/ports.ts';
import type { Viewer } from '../flows/screen.ts';
import { showHelpdesk, showPerson } from '../flows/show.ts';
import type { Flow } from '../flows/state.ts';
import type { FlowStore, Surface } from '../flows/store.ts';
import type { Card } from './card.ts';
import type { Copy } from './copy/copy.ts';
import { drawHelpdesk } from './draw-helpdesk.ts';
import { type Drawing, drawPerson } from './draw-person.ts';
import { drawSentence } from './draw-plain.ts';
import type { WindowRef } from './inbound.ts';
import { createLateWindows } from './late-windows.ts';
import type { Messenger, Place } from './messenger.ts';
import { type NameOf, withNames } from './names.ts';
import { createTurns } from './turns.ts';

export interface HelpdeskChannel {
  readonly platform: string;
  readonly channel: string;
}

export interface Presentation extends Presenter {
  /** The card that the helpdesk's channel shows now; undefined where it has nothing to see. */
  helpdeskCard(flow: FlowId): Promise<Card | undefined>;
  /** The card that the flow's own person sees now. */
  personCard(flow: Flow, more?: Pick<Drawing, 'codeError' | 'remark'>): Card;
  attach(flow: FlowId, window: WindowRef, platform: string): Promise<void>;
  /** The private message anew at the end of the chat, for somebody who asked again; where it stood before, it says so. */
  repeat(flow: FlowId): Promise<Outcome<void>>;
  /** Where the window is a message that stays: it becomes the flow's own, and no longer that of the flow it showed `before`. */
  adopt(flow: Flow, window: WindowRef | undefined, before?: FlowId): Promise<void>;
  /**
   * An answer to this window is under way: nothing else draws it until `release`, which notes the version that the
   * answer showed and draws again where the flow has moved on since.
   */
  hold(window: WindowRef | undefined): { release(flow: Flow | undefined, drawnVersion: number, shown?: Card): void };
}

export interface PresentParts {
  readonly store: FlowStore;
  readonly messengers: ReadonlyMap<string, Messenger>;
  readonly helpdesk: readonly HelpdeskChannel[];
  readonly links: Links;
  readonly copy: Copy;
  readonly nameOf: NameOf;
  readonly clock: Clock;
  readonly log: Logger;
}

/** An answer needs a moment to reach the person's screen before the next drawing may follow it. */
const settleMs = 250;

export function createPresentation(parts: PresentParts): Presentation {
  const { store, links, copy, clock, log } = parts;
  const held = new Map<string, number>();
  const inTurn = createTurns();
  const lateWindows = createLateWindows(async (flow) => {
    try {
      await show(flow, 'person', false);
    } catch (error) {
      log.warn({ flow, err: error }, 'a window could not be brought up to date');
    }
  });

  const personCard: Presentation['personCard'] = (flow, more = {}) => {
    const linkUrl = links.urlOf(flow);
    const drawing: Drawing = { copy, now: clock.now(), ...(linkUrl === undefined ? {} : { linkUrl }), ...more };
    return drawPerson(showPerson(flow, clock.now()), drawing);
  };

  const cardFor = (flow: Flow, viewer: Viewer): Card | undefined => {
    if (viewer === 'person') return personCard(flow);
    const screen = showHelpdesk(flow);
    return screen === undefined ? undefined : drawHelpdesk(screen, copy);
  };

  const draw = async (id: FlowId, viewer: Viewer, lasting: boolean): Promise<Outcome<void>> => {
    const flow = await store.read(id);
    const card = flow === undefined ? undefined : cardFor(flow, viewer);
    if (flow === undefined || card === undefined) return success(undefined);
    const surfaces = await store.surfaces(id, viewer);
    const work = surfaces
      .filter((surface) => surface.drawnVersion < flow.version && !held.has(surface.target))
      .map((surface) => drawAgain(surface, flow, card, lasting));
    if (lasting) work.push(...postMissing(flow, viewer, card, surfaces, parts));
    if (viewer === 'person') void refreshHome(flow, parts);
    return firstFailure(await Promise.all(work));
  };

  /** What should last and was deleted meanwhile is posted anew. */
  const drawAgain = async (surface: Surface, flow: Flow, card: Card, lasting: boolean): Promise<Outcome<void>> => {
    const drawn = await redraw(surface, card, parts);
    if (surface.isWindow) {
      if (drawn.ok) lateWindows.settled(surface.target);
      else lateWindows.failed(surface.target, flow.id, drawn.failure);
      return success(undefined);
    }
    if (!drawn.ok) return drawn;
    if (drawn.value === 'drawn' || !lasting) return success(undefined);
    if (surface.viewer === 'person') return postToPerson(flow, card, parts);
    const channel = parts.helpdesk.find(({ platform, channel }) => surface.target === `${platform}:${channel}`);
    return channel === undefined ? success(undefined) : postToChannel(flow, channel, card, parts);
  };

  const show: Presentation['show'] = (id, viewer, lasting) =>
    inTurn(`${id} ${viewer}`, () => draw(id, viewer, lasting));

  return {
    show,
    personCard,
    async helpdeskCard(id) {
      const flow = await store.read(id);
      return flow === undefined ? undefined : cardFor(flow, 'helpdesk');
    },
    async adopt(flow, window, before) {
      if (window?.stays !== true) return;
      const { platform } = actorParts(flow.actor);
      const surface: Surface = {
        ...{ flow: flow.id, viewer: 'person' as const, platform, target: window.target, place: window.place },
        ...{ isWindow: false, drawnVersion: -1 },
      };
      const known = await store.surfaces(flow.id, 'person');
      if (!known.some(({ target }) => target === window.target)) await store.keepSurface(surface);
      if (before !== undefined && before !== flow.id) await store.dropSurface({ ...surface, flow: before });
    },
    async attach(id, window, platform) {
      const flow = await store.read(id);
      if (window.stays === true) {
        if (flow !== undefined) await this.adopt(flow, window);
        await show(id, 'person', false);
        return;
      }
      // A window is opened with the very first screen on it: that one need not be drawn again.
      const isFirst = flow?.state.at === 'identifying' && !flow.state.delayed;
      const drawnVersion = isFirst ? flow.version : -1;
      await store.keepSurface({ flow: id, viewer: 'person', platform, ...window, isWindow: true, drawnVersion });
      await show(id, 'person', false);
    },
    repeat: (id) => inTurn(`${id} person`, () => postAnew(id)),
    hold(window) {
      if (window !== undefined) held.set(window.target, (held.get(window.target) ?? 0) + 1);
      return {
        release(flow, drawnVersion, shown) {
          if (window === undefined) return;
          setTimeout(() => {
            const others = (held.get(window.target) ?? 1) - 1;
            if (others > 0) held.set(window.target, others);
            else held.delete(window.target);
            if (flow !== undefined) void catchUp(flow, window, drawnVersion, shown);
          }, settleMs);
        },
      };
    },
  };

  async function postAnew(id: FlowId): Promise<Outcome<void>> {
    const flow = await store.read(id);
    if (flow === undefined) return success(undefined);
    const before = (await store.surfaces(id, 'person')).filter(({ isWindow }) => !isWindow);
    const posted = await postToPerson(flow, personCard(flow), parts);
    if (!posted.ok) return posted;
    // A message that cannot be left is kept current like the new one.
    for (const surface of before) await leave(surface);
    return success(undefined);
  }

  async function leave(surface: Surface): Promise<void> {
    const { target, place } = surface;
    const left = drawSentence(copy.continuedBelow, copy);
    const drawn = await parts.messengers.get(surface.platform)?.redraw({ target, place }, false, left);
    if (drawn?.ok === true) await store.dropSurface(surface);
  }

  async function catchUp(flow: Flow, window: WindowRef, drawnVersion: number, shown?: Card): Promise<void> {
    const { platform } = actorParts(flow.actor);
    const surface: Surface = { flow: flow.id, viewer: 'person', platform, ...window, isWindow: true, drawnVersion };
    try {
      // The answer was seen by the presser alone: what it showed, a remark included, is written into the message that stays.
      if (window.stays !== true) await store.keepSurface(surface);
      else if (shown !== undefined && !held.has(window.target)) {
        await inTurn(`${flow.id} person`, () => redraw({ ...surface, isWindow: false }, shown, parts));
      }
      await show(flow.id, 'person', false);
    } catch (error) {
      log.warn({ flow: flow.id, err: error }, 'a window could not be brought up to date');
    }
  }
}

async function redraw(surface: Surface, card: Card, parts: PresentParts): Promise<Outcome<'drawn' | 'gone'>> {
  const messenger = parts.messengers.get(surface.platform);
  if (messenger === undefined) return success('drawn');
  const place: Place = { target: surface.target, place: surface.place };
  const named = await withNames(card, surface.platform, parts.nameOf);
  const drawn = await messenger.redraw(place, surface.isWindow, named);
  if (drawn.ok && drawn.value === 'drawn') await parts.store.markDrawn(surface, card.version);
  if (drawn.ok && drawn.value === 'gone') await parts.store.dropSurface(surface);
  return drawn;
}

function postMissing(
  flow: Flow,
  viewer: Viewer,
  card: Card,
  surfaces: readonly Surface[],
  parts: PresentParts,
): Promise<Outcome<void>>[] {
  const messages = surfaces.filter((surface) => !surface.isWindow);
  if (viewer === 'person') return messages.length > 0 ? [] : [postToPerson(flow, card, parts)];
  return parts.helpdesk
    .filter(({ platform, channel }) => !messages.some((one) => one.target === `${platform}:${channel}`))
    .map((channel) => postToChannel(flow, channel, card, parts));
}

async function postToPerson(flow: Flow, card: Card, parts: PresentParts): Promise<Outcome<void>> {
  const { platform } = actorParts(flow.actor);
  const named = await withNames(card, platform, parts.nameOf);
  const told = await parts.messengers.get(platform)?.tell(flow.actor, named);
  if (told === undefined) return failed({ kind: 'absent', retry: 'never', cause: `no adapter for ${platform}` });
  if (!told.ok) return told;
  const surface = { flow: flow.id, viewer: 'person' as const, platform, ...told.value, isWindow: false };
  await parts.store.keepSurface({ ...surface, drawnVersion: card.version });
  return success(undefined);
}

async function postToChannel(
  flow: Flow,
  { platform, channel }: HelpdeskChannel,
  card: Card,
  parts: PresentParts,
): Promise<Outcome<void>> {
  const named = await withNames(card, platform, parts.nameOf);
  const posted = await parts.messengers.get(platform)?.post(channel, named);
  if (posted === undefined) return failed({ kind: 'absent', retry: 'never', cause: `no adapter for ${platform}` });
  if (!posted.ok) return posted;
  const { place } = posted.value;
  const target = `${platform}:${channel}`;
  const surface = { flow: flow.id, viewer: 'helpdesk' as const, platform, target, place, isWindow: false };
  await parts.store.keepSurface({ ...surface, drawnVersion: card.version });
  return success(undefined);
}

async function refreshHome(flow: Flow, parts: PresentParts): Promise<void> {
  const { platform } = actorParts(flow.actor);
  try {
    await parts.messengers.get(platform)?.refreshHome(flow.actor);
  } catch (error) {
    parts.log.debug({ flow: flow.id, err: error }, 'a home page could not be refreshed');
  }
}

function firstFailure(outcomes: readonly Outcome<void>[]): Outcome<void> {
  const failures = outcomes.filter((one): one is { ok: false; failure: Failure } => !one.ok);
  return failures.find((one) => one.failure.retry !== 'never') ?? failures[0] ?? success(undefined);
}
