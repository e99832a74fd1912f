// A person who wants one thing and does not give up: they look at what is in front of them, take the next sensible
// step, wait a little, ask again. When the product dies in the middle, they do what people do.
import { buttonsIn, labelOf, visibleText } from '../../playground/slack/visible.ts';
import type { Message } from '../../playground/slack/world.ts';
import { opens, pressesContinue, savesPassword, typesPassword } from '../stories/browser.ts';
import { helpdesk, type Newcomer, type ProcessHarness, sam } from './process-harness.ts';

/**
 * `reset-by-two-proofs`: the second proof is a recovery code. `reset-here`: the password is chosen on the product's own page.
 * `reset-in-directory`: there too, and the account lives in a directory, which is not looked at here. `reset-by-mail`: Auth0 mails its own
 * link.
 */
export type Wish =
  | 'reset-password'
  | 'unlock'
  | 'reset-by-two-proofs'
  | 'reset-here'
  | 'reset-in-directory'
  | 'reset-by-mail';
/** Whether the password is chosen on the product's own page. */
export const isHere = (wish: Wish): boolean => wish === 'reset-here' || wish === 'reset-in-directory';
export const newPassword = 'A-new-Passw0rd-2026';

/** The record of a story, for the checks after it. */
export interface Lived {
  /** What the person did and saw, for whoever has to find out why it went wrong. */
  readonly diary: readonly string[];
  /** After the first kill: how long the person faced each screen that neither changed nor let them do anything. */
  readonly waits: readonly Wait[];
}

export interface Course extends Lived {
  /** Tickets that really reached the person's browser. */
  readonly tickets: readonly string[];
  readonly codesTyped: readonly string[];
  /** Each once, also where Slack said that it had not reached the product: it may have, before the process died. */
  readonly recoveryCodesTyped: readonly string[];
  readonly linksSeen: readonly string[];
}

/** What a person does, one step at a time. */
export interface Story {
  readonly diary: string[];
  readonly waits: Wait[];
  /** What is in front of the person. */
  look(): string;
  /** Takes the next step; false where there is none yet. */
  act(): Promise<boolean>;
  asksAgain(): Promise<void>;
  /** The process died, and another one answers. */
  survives(): void;
  /** The screen has changed: what was tried before may work now. */
  triesAnew(): void;
  /** From now on the person waits for something other than the product. */
  hasSaved(): boolean;
  isDone(): boolean;
}

export interface Wait {
  readonly ms: number;
  readonly before: string;
}

/**
 * How long the process may leave the screen unchanged, although it had a processor, before the person lets time pass …
 */
const patienceMs = 100;
const passSeconds = 20;
/** … and how often, before they ask again: two minutes by their clock. */
const patienceTurns = 6;
/** Buttons of a message that lead on to the window in which a code is typed. */
const leading = ['Enter code', 'Send code', 'Continue'];
const saysWhen =
  /(?:write to you here by|ask for (?:another|a new)(?: code)?|Try again) (?:at <!date|<!date|in \d+ (?:second|minute))/;
/**
 * The longest permitted time from the first answer of the process that took over to the next screen: what people are
 * promised.
 */
export const nextScreenMs = 3_000;
/** Only so that a story that never ends is reported as such. */
const wholeStoryMs = 120_000;

const wished = {
  'reset-password': /Password changed at/,
  'reset-by-two-proofs': /Password changed at/,
  'reset-here': /Password changed at/,
  'reset-in-directory': /Password changed at/,
  'reset-by-mail': /Password changed at/,
  unlock: /You're unlocked/,
} as const satisfies Readonly<Record<Wish, RegExp>>;
/** Whether it is a reset or an unlock, and no wish of an enrolment. */
export const isRequest = (wish: string): wish is Wish => Object.hasOwn(wished, wish);

/** `onCode` is called when the person has the code and is about to type it for the first time. */
export async function goesOn(
  harness: ProcessHarness,
  person: Newcomer,
  wish: Wish,
  onCode?: () => void,
): Promise<Course> {
  return lives(harness, createStory(harness, person, wish, onCode));
}

/** Goes on, wherever the process dies, until the person has what they want. */
export async function lives<S extends Story>(harness: ProcessHarness, story: S): Promise<S> {
  const end = Date.now() + wholeStoryMs;
  let seen = '';
  let seenAt = harness.idledMs();
  let turns = 0;
  let deaths = harness.deaths.length;
  let waitsSince: number | undefined;
  /**
   * A press may lead to a screen that the dead process left, so every following wait counts, except the wait for
   * Auth0's log.
   */
  const goesOnNow = (): void => {
    // A screen that says when it goes on does not leave the person in the dark, so its wait does not count.
    if (waitsSince !== undefined && !saysWhen.test(seen))
      story.waits.push({ ms: harness.idledMs() - waitsSince, before: seen });
    waitsSince = story.waits.length > 0 && !story.hasSaved() ? harness.idledMs() : undefined;
  };
  while (!story.isDone()) {
    if (Date.now() > end)
      throw new Error(`she never got there:\n${story.diary.join('\n')}\n${harness.logged().slice(-6_000)}`);
    await harness.up();
    if (harness.deaths.length > deaths) {
      while (!harness.isUp()) await harness.look();
      deaths = harness.deaths.length;
      waitsSince = harness.idledMs();
      story.survives();
    }
    const sight = story.look();
    if (sight !== seen) {
      goesOnNow();
      // After a message to press once more, the person does not wait.
      if (deaths > 0) story.triesAnew();
      [seen, seenAt, turns] = [sight, harness.idledMs(), 0];
      story.diary.push(`sees: ${sight.replaceAll('\n', ' | ')}`);
    }
    if (await story.act()) {
      goesOnNow();
      seenAt = harness.idledMs();
      continue;
    }
    await harness.look();
    if (harness.idledMs() - seenAt < patienceMs) continue;
    if (waitsSince !== undefined && harness.idledMs() - waitsSince < nextScreenMs && !saysWhen.test(seen)) continue;
    goesOnNow();
    waitsSince = undefined;
    seenAt = harness.idledMs();
    if (turns < patienceTurns) {
      turns += 1;
      harness.pass(passSeconds);
    } else {
      turns = 0;
      await story.asksAgain();
    }
  }
  return story;
}

function createStory(harness: ProcessHarness, person: Newcomer, wish: Wish, onCode?: () => void) {
  const { slack, auth0 } = harness;
  const client = slack.client(person.slackId);
  const agent = slack.client(sam);
  const diary: string[] = [];
  const waits: Wait[] = [];
  const tickets: string[] = [];
  const codesTyped: string[] = [];
  const recoveryCodesTyped: string[] = [];
  /** Crossed out on the person's list: Slack took them. */
  const recoveryCodesTaken: string[] = [];
  const linksSeen: string[] = [];
  /** Links that showed a page of the dead process, and when the person last tried them. */
  const tried = new Map<string, number>();
  let hasAsked = false;
  let hasSaved = false;
  let hasTyped = false;
  let hasTypedRecoveryCode = false;
  let mayBeDead = false;

  const window = () => slack.control.openView(person.slackId);
  const messages = (): Message[] => slack.control.messages(person.slackId).filter(isOfBot(person));
  const newest = (): string => textOf(messages().at(-1));
  const note = (what: string): void => void diary.push(what);
  const code = (): string | undefined => auth0.control.lastCodeTo(person.mailbox);

  const look = (): string => {
    const open = window();
    const inWindow =
      open === undefined
        ? ''
        : `[${visibleText(open.view)} ${Object.values(open.errors).join()} ${open.trouble ?? ''}] `;
    return `${inWindow}${newest()}`;
  };

  const asks = async (): Promise<void> => {
    hasAsked = true;
    note(`asks: ${wish}`);
    if (window() !== undefined) await client.closeView({ all: true });
    const shown = await client.command(wish === 'unlock' ? '/unlock' : '/reset-password');
    if (shown.says !== undefined) note(`Slack says: ${shown.says}`);
  };

  const opensLink = async (): Promise<boolean> => {
    const link = messages()
      .flatMap(({ blocks }) => buttonsIn(blocks))
      .findLast(({ text }) => text === 'Choose a new password' || text === 'Open the page again')?.url;
    if (link === undefined || tickets.length > 0 || hasSaved || harness.now() < (tried.get(link) ?? 0) + 15_000)
      return false;
    tried.set(link, harness.now());
    if (!linksSeen.includes(link)) linksSeen.push(link);
    try {
      await opens(link);
      const { status, location } = await pressesContinue(link);
      note(`opens the link: ${status}`);
      if (status === 303 && location !== undefined) tickets.push(location);
      if (isHere(wish) && status === 200) {
        const saved = await typesPassword(link, newPassword);
        note(`saves the password: ${saved.status}`);
        hasSaved ||= saved.status === 200 && saved.text.includes('is saved');
      }
    } catch {
      note('opens the link: the browser finds nobody');
    }
    return true;
  };

  /** The newest of the mails that have come to the work address. */
  const opensMail = async (): Promise<boolean> => {
    const mail = auth0.control.outbox.findLast(({ to }) => to === person.workEmail);
    const link = /https?:\S+/.exec(mail?.text ?? '')?.[0];
    if (wish !== 'reset-by-mail' || link === undefined || hasSaved || harness.now() < (tried.get(link) ?? 0) + 15_000)
      return false;
    tried.set(link, harness.now());
    tickets.push(link);
    const status = await savesPassword(link, newPassword);
    note(`saves the password behind the mailed link: ${status}`);
    hasSaved = status === 303;
    return true;
  };

  const saves = async (): Promise<boolean> => {
    if (wish === 'reset-by-mail') return opensMail();
    const ticket = tickets.at(-1);
    if (ticket === undefined || hasSaved) return false;
    const status = await savesPassword(ticket, newPassword);
    note(`saves the password: ${status}`);
    hasSaved = status === 303;
    return true;
  };

  /** Acts on the modal, otherwise on the newest message: what is there and can be pressed. */
  const actsInFront = async (): Promise<boolean> => {
    if (
      mayBeDead &&
      isDead(window()) &&
      buttonsIn(messages().at(-1)?.blocks ?? []).some(({ text }) => leading.includes(text))
    ) {
      note('closes the window and goes on in the message');
      await client.closeView({ all: true });
      mayBeDead = false;
    }
    const open = window();
    const [blocks, place] =
      open === undefined
        ? [messages().at(-1)?.blocks ?? [], placeOf(messages().at(-1))]
        : [open.view.blocks, 'view' as const];
    const has = (label: string) => buttonsIn(blocks).find(({ text }) => text === label);
    const press = async (label: string): Promise<boolean> => {
      const button = has(label);
      if (button === undefined || place === undefined) return false;
      note(`presses: ${label}`);
      await client.press(place, { actionId: button.actionId, blockId: button.blockId });
      return true;
    };
    if (open !== undefined && labelOf({ text: open.view['submit'] }) !== undefined) {
      const isForCode = blocks.some(
        (block) => JSON.stringify(block).includes('_text_input') || JSON.stringify(block).includes('number_input'),
      );
      if (isForCode && visibleText(open.view).includes('one of your recovery codes')) return typesRecoveryCode();
      const fresh = code();
      if (isForCode && (fresh === undefined || codesTyped.at(-1) === fresh)) {
        // The only code was already typed. Unless it was never checked, the person needs a new one.
        if (
          fresh !== undefined &&
          /enter it again/.test(visibleText(open.view)) &&
          codesTyped.filter((one) => one === fresh).length < 3
        ) {
          return types(fresh);
        }
        return false;
      }
      if (isForCode && fresh !== undefined) return types(fresh);
      note('submits the window');
      await client.submit();
      return true;
    }
    for (const label of ['Send a new code', ...leading, 'Start again']) {
      if (label === 'Start again' && hasSaved) continue;
      if (has(label) !== undefined) return press(label);
    }
    return false;
  };

  /** The next one on their list: whether one that was typed is used up, they do not know. */
  const typesRecoveryCode = async (): Promise<boolean> => {
    const next = person.recoveryCodes?.find((one) => !recoveryCodesTaken.includes(one));
    if (next === undefined) return false;
    note('types a recovery code');
    if (!hasTypedRecoveryCode) onCode?.();
    hasTypedRecoveryCode = true;
    if (!recoveryCodesTyped.includes(next)) recoveryCodesTyped.push(next);
    await client.fill(next);
    const shown = await client.submit();
    if (shown.says !== undefined) note(`Slack says: ${shown.says}`);
    if (shown.says === undefined) recoveryCodesTaken.push(next);
    return true;
  };

  const types = async (digits: string): Promise<boolean> => {
    note('types the code');
    if (!hasTyped && person.recoveryCodes === undefined) onCode?.();
    hasTyped = true;
    codesTyped.push(digits);
    await client.fill(digits);
    const shown = await client.submit();
    // Slack itself could not reach the app: nothing was accepted, and the typed text is still there.
    if (shown.says !== undefined) note(`Slack says: ${shown.says}`);
    if (shown.says !== undefined) codesTyped.pop();
    return true;
  };

  const approves = async (): Promise<boolean> => {
    if (wish !== 'unlock') return false;
    const card = slack.control
      .messages(helpdesk)
      .findLast(
        (one) =>
          JSON.stringify(one.blocks).includes(person.slackId) &&
          labels(one).includes('Approve') &&
          harness.now() > (tried.get(one.ts) ?? 0) + 15_000,
      );
    if (card === undefined) return false;
    tried.set(card.ts, harness.now());
    const button = buttonsIn(card.blocks).find(({ text }) => text === 'Approve');
    if (button === undefined) return false;
    note('Sam approves');
    await agent.press({ channel: helpdesk, ts: card.ts }, { actionId: button.actionId, blockId: button.blockId });
    return true;
  };

  return {
    diary,
    waits,
    hasSaved: () => hasSaved,
    triesAnew: () => tried.clear(),
    /** What the person sees may have been drawn by the dead process. */
    survives() {
      note('the process died and another one has taken over');
      tried.clear();
      mayBeDead = window() !== undefined;
    },
    tickets,
    codesTyped,
    recoveryCodesTyped,
    linksSeen,
    look,
    isDone: () => messages().some((one) => wished[wish].test(textOf(one))),
    async act(): Promise<boolean> {
      if (!hasAsked) {
        await asks();
        return true;
      }
      return (await saves()) || (await opensLink()) || (await approves()) || (await actsInFront());
    },
    asksAgain: asks,
  };
}

/** Nothing on it can be pressed: the process that opened it died before the message's or modal's id was stored. */
const isDead = (open: ReturnType<ProcessHarness['slack']['control']['openView']>): boolean =>
  open !== undefined &&
  labelOf({ text: open.view['submit'] }) === undefined &&
  buttonsIn(open.view.blocks).length === 0;

const isOfBot =
  (person: Newcomer) =>
  (one: Message): boolean =>
    one.user !== person.slackId && one.deleted !== true;
const labels = (one: Message): readonly string[] => buttonsIn(one.blocks).map(({ text }) => text);
const placeOf = (one: Message | undefined) => (one === undefined ? undefined : { channel: one.channel, ts: one.ts });
export const textOf = (one: Message | undefined): string => (one === undefined ? '' : visibleText(one));
