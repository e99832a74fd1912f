// A person who has lost a mailbox and takes it out in the chat, with a code from their other one. When the product dies in the middle,
// they do what people do: they press again, type the code again, and ask again.
import { buttonsIn, visibleText } from '../../playground/slack/visible.ts';
import { type Lived, type Story, textOf } from './person.ts';
import type { Newcomer, ProcessHarness } from './process-harness.ts';

export interface RemovalCourse extends Lived {
  readonly codesTyped: readonly string[];
}

/** Where the code comes from. */
export const keptMailbox = (mailbox: string): string => mailbox.replace('home.example.net', 'mail.example.org');
export const removalSays = 'Removed: email';
/** Of the person's clock: what was refused is not tried again before. */
const retrySeconds = 15;

/** `onDeed` is called when the person is about to type the code. */
export function createRemovalStory(
  harness: ProcessHarness,
  person: Newcomer,
  onDeed?: () => void,
): Story & RemovalCourse {
  const { slack, auth0 } = harness;
  const client = slack.client(person.slackId);
  const kept = keptMailbox(person.mailbox);
  const diary: string[] = [];
  const codesTyped: string[] = [];
  const tried = new Map<string, number>();
  let hasAsked = false;
  let hasTyped = false;

  const note = (what: string): void => void diary.push(what);
  const messages = () =>
    slack.control.messages(person.slackId).filter((one) => one.user !== person.slackId && one.deleted !== true);
  const window = () => slack.control.openView(person.slackId);
  const mayTry = (what: string): boolean => {
    if (harness.now() < (tried.get(what) ?? 0) + retrySeconds * 1_000) return false;
    tried.set(what, harness.now());
    return true;
  };
  const asks = async (): Promise<true> => {
    hasAsked = true;
    note('asks: enroll');
    if (window() !== undefined) await client.closeView({ all: true });
    const shown = await client.command('/enroll');
    if (shown.says !== undefined) note(`Slack says: ${shown.says}`);
    return true;
  };
  const isDone = (): boolean => messages().some((one) => textOf(one).includes(removalSays));

  const types = async (): Promise<boolean> => {
    const code = auth0.control.lastCodeTo(kept);
    const times = codesTyped.filter((one) => one === code).length;
    // Once more where its check was lost: the window asks for it.
    if (code === undefined || times > 2 || (times > 0 && !mayTry(`type ${code}`))) return false;
    note('types the code');
    if (!hasTyped) onDeed?.();
    hasTyped = true;
    codesTyped.push(code);
    await client.fill(code);
    const shown = await client.submit();
    if (shown.says !== undefined) note(`Slack says: ${shown.says}`);
    if (shown.says !== undefined) codesTyped.pop();
    return true;
  };
  /** Of the list, the button that stands behind the lost one: it is the first. */
  const presses = async (): Promise<boolean> => {
    const open = window();
    const newest = messages().at(-1);
    const blocks = open?.view.blocks ?? newest?.blocks;
    const place = open !== undefined ? 'view' : newest && { channel: newest.channel, ts: newest.ts };
    if (blocks === undefined || place === undefined) return false;
    const wanted = [/^Get a code at /, /^Send a new code$/, /^Remove$/, /^Enter code$/, /^Continue$/, /^Start again$/];
    for (const label of wanted) {
      const button = buttonsIn(blocks).find(({ text }) => label.test(text));
      if (button === undefined || !mayTry(`${open === undefined ? newest?.ts : 'window'} ${button.text}`)) continue;
      note(`presses: ${button.text}`);
      const shown = await client.press(place, { actionId: button.actionId, blockId: button.blockId });
      if (shown.says !== undefined) note(`Slack says: ${shown.says}`);
      return true;
    }
    return false;
  };
  const isAsked = (): boolean => {
    const open = window();
    return open !== undefined && /Enter the code/.test(visibleText(open.view));
  };

  return {
    diary,
    waits: [],
    codesTyped,
    look() {
      const open = window();
      const inWindow =
        open === undefined
          ? ''
          : `[${visibleText(open.view)} ${Object.values(open.errors).join()} ${open.trouble ?? ''}] `;
      return `${inWindow}${textOf(messages().at(-1))}`;
    },
    hasSaved: () => false,
    triesAnew: () => tried.clear(),
    survives() {
      note('the process died and another one has taken over');
      tried.clear();
    },
    isDone,
    async act() {
      if (!hasAsked) return asks();
      if (isAsked() && (await types())) return true;
      return presses();
    },
    asksAgain: async () => void (await asks()),
  };
}
