// A person who changes their contacts in the browser. When the product dies in the middle, they do what people do: they reload, press
// again, type the code again, and ask for a new link.
import { buttonsIn, visibleText } from '../../playground/slack/visible.ts';
import { maskEmail } from '../../src/text/masked-address.ts';
import { createEnrolmentBrowser } from '../stories/enrolment-browser.ts';
import { type Lived, type Story, textOf } from './person.ts';
import { type Newcomer, oldPassword, type ProcessHarness } from './process-harness.ts';

/** `disowned-…`: they enrol, and then it was not them: while the browser session is open, or after they were done there. */
export type EnrolmentWish = 'enroll' | 'remove-contact' | 'recovery-codes' | 'disowned-during' | 'disowned-after';

export interface EnrolmentCourse extends Lived {
  readonly codesTyped: readonly string[];
  readonly linksSeen: readonly string[];
  readonly cookies: readonly string[];
  /** Contacts that were linked at some moment without a record of since when. */
  readonly unrecorded: readonly string[];
  /** Every set of recovery codes that a page has shown, the newest last. */
  readonly setsShown: readonly (readonly string[])[];
}

/** Of the person's clock: what was refused is not tried again before. */
const retrySeconds = 15;
/** … unless the page says that a moment is enough. Whoever waits longer is not kept waiting by the product. */
const momentSeconds = 1;
export const sayings: Readonly<Record<EnrolmentWish, string>> = {
  enroll: 'Added: email',
  'remove-contact': 'Removed: email',
  'recovery-codes': 'New recovery codes were created',
  'disowned-during': 'was removed again.',
  'disowned-after': 'was removed again.',
};
export const isDisowned = (wish: EnrolmentWish): boolean => wish.startsWith('disowned');
const notMe = "It wasn't me";
/** How often a code is typed whose check was lost. */
const triesWithOneCode = 3;

/** `onDeed` is called when the person is about to sign in for an enrolment, or to confirm a removal. */
export function createEnrolmentStory(
  harness: ProcessHarness,
  person: Newcomer,
  wish: EnrolmentWish,
  onDeed?: () => void,
): Story & EnrolmentCourse {
  const { slack, auth0 } = harness;
  const client = slack.client(person.slackId);
  const browser = createEnrolmentBrowser(harness);
  const masked = maskEmail(person.mailbox) ?? 'no address';
  const contact = refOf(harness, person);
  const contacts = `${harness.url}/enrol/contacts`;
  const diary: string[] = [];
  const codesTyped: string[] = [];
  const linksSeen: string[] = [];
  const cookies: string[] = [];
  const unrecorded: string[] = [];
  const setsShown: string[][] = [];
  /** When something was last tried that may be refused for now. */
  const tried = new Map<string, number>();
  let hasAsked = false;
  let hasBegun = false;
  let isDone = false;
  let hasLeft = false;
  const adds = wish === 'enroll' || isDisowned(wish);
  /** Where the tenant has sent the browser, as long as the product has not answered there. */
  let sentBack: string | undefined;

  const note = (what: string): void => void diary.push(what);
  const messages = () =>
    slack.control.messages(person.slackId).filter((one) => one.user !== person.slackId && one.deleted !== true);
  const says = (words: string): boolean => messages().some((one) => textOf(one).includes(words));
  const saysSo = (): boolean => says(sayings[wish === 'remove-contact' || wish === 'recovery-codes' ? wish : 'enroll']);
  const has = (action: string): boolean => browser.html().includes(`action="/enrol/${action}"`);
  const mayTry = (what: string): boolean => {
    const waitSeconds = /Wait a moment, then try again/.test(browser.page()) ? momentSeconds : retrySeconds;
    if (harness.now() < (tried.get(what) ?? 0) + waitSeconds * 1_000) return false;
    tried.set(what, harness.now());
    return true;
  };
  const begins = (): void => {
    if (!hasBegun) onDeed?.();
    hasBegun = true;
  };
  const asks = async (): Promise<true> => {
    hasAsked = true;
    note('asks: enroll');
    if (slack.control.openView(person.slackId) !== undefined) await client.closeView({ all: true });
    const shown = await client.command('/enroll');
    if (shown.says !== undefined) note(`Slack says: ${shown.says}`);
    return true;
  };
  /** False: the browser finds nobody. */
  const goes = async (what: string, go: () => Promise<void>): Promise<boolean> => {
    try {
      await go();
      const cookie = browser.cookie();
      if (cookie !== undefined && !cookies.includes(cookie)) cookies.push(cookie);
      note(`${what}: ${browser.status()} ${browser.page().slice(0, 300)}`);
      return true;
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      note(`${what}: the browser finds nobody`);
      return false;
    }
  };
  const reloads = (): Promise<boolean> => goes('reloads', () => browser.reloads());

  /** The newest link in the chat, unless it led nowhere before. */
  const link = (): string | undefined => {
    const open = slack.control.openView(person.slackId);
    const buttons = [...messages().flatMap(({ blocks }) => buttonsIn(blocks)), ...buttonsIn(open?.view.blocks ?? [])];
    const newest = buttons.findLast(({ url }) => url?.includes('/enrol/') === true)?.url;
    return newest === undefined || tried.get(newest) === Number.POSITIVE_INFINITY ? undefined : newest;
  };
  const signsInBy = async (action: string): Promise<void> => {
    if (wish === 'enroll') begins();
    await goes('signs in', async () => {
      sentBack = await browser.signsInBy(action, person.workEmail, oldPassword);
    });
  };
  const follows = async (to: string): Promise<boolean> => {
    if (!mayTry(to)) return false;
    if (!linksSeen.includes(to)) linksSeen.push(to);
    if (!(await goes('opens the link', () => browser.opens(to)))) return true;
    if (browser.status() === 200 && browser.url() === to) await signsInBy('');
    else if (browser.status() === 404) tried.set(to, Number.POSITIVE_INFINITY);
    return true;
  };

  const typesCode = async (): Promise<boolean> => {
    const code = auth0.control.lastCodeTo(person.mailbox);
    const times = codesTyped.filter((one) => one === code).length;
    const isLost = /confirm it again/.test(browser.page()) && times < triesWithOneCode;
    if (has('code') && code !== undefined && (times === 0 || isLost)) {
      codesTyped.push(code);
      const isSent = await goes('types the code', () => browser.sends('/code', { code }));
      if (!isSent) codesTyped.pop();
      return isSent || reloads();
    }
    if (/You can ask for a new code in/.test(browser.page())) return mayTry('reload') && reloads();
    return mayTry('resend') && ((await goes('asks for a new code', () => browser.sends('/resend'))) || reloads());
  };
  /** Whether the list shows what the person wants, or else what they do about it. */
  const changes = async (): Promise<boolean> => {
    const isListed = browser.page().includes(`Remove ${masked}`);
    if (isListed === adds) {
      if (!saysSo()) return mayTry('reload') && reloads();
      return (await goes('is done', () => browser.sends('/done'))) || reloads();
    }
    if (!mayTry('change')) return mayTry('reload') && reloads();
    const begun = adds
      ? await goes('types the address', () => browser.sends('/email', { address: person.mailbox }))
      : await goes('presses Remove', () => browser.sends('/remove', { contact }));
    return begun || reloads();
  };
  /** The codes are written down when they are seen; whoever was shown none makes new ones. */
  const makesCodes = async (): Promise<boolean> => {
    const shown = codesIn(browser.page());
    if (shown.length > 0 && setsShown.at(-1)?.join() !== shown.join()) setsShown.push(shown);
    if (setsShown.length > 0) {
      if (!saysSo()) return false;
      const isListed = has('done');
      if (!isListed && !has('recovery-codes')) return mayTry('go on') && goes('goes on', () => browser.opens(contacts));
      if (isListed) return (await goes('is done', () => browser.sends('/done'))) || reloads();
      return goes('has saved them', () => browser.sends('/recovery-codes', { saved: '1' }));
    }
    if (!browser.url().endsWith('/recovery-codes'))
      return goes('opens the page of the codes', () => browser.opens(`${harness.url}/enrol/recovery-codes`));
    begins();
    if (!mayTry('make')) return mayTry('reload') && reloads();
    return (await goes('makes codes', () => browser.sends('/recovery-codes'))) || reloads();
  };
  const confirmsRemoval = async (): Promise<boolean> => {
    begins();
    return (await goes('confirms', () => browser.sends('/remove', { contact, confirmed: '1' }))) || reloads();
  };

  const actsInBrowser = async (): Promise<boolean> => {
    const page = browser.page();
    if (/One moment|hecking your sign-in/.test(page) && !has('email')) return reloads();
    if (has('again')) {
      await signsInBy('/again');
      return true;
    }
    if (wish === 'recovery-codes' && (has('email') || has('recovery-codes'))) return makesCodes();
    if (has('resend')) return typesCode();
    if (has('other')) return goes('starts over', () => browser.sends('/other'));
    if (has('email')) return changes();
    if (has('remove')) return confirmsRemoval();
    if (/out of date|Try again|Check again/.test(page)) {
      return mayTry('go on') && goes('goes on', () => browser.opens(contacts));
    }
    const to = link();
    if (to !== undefined) return follows(to);
    // The page says what to do: ask again, and press the button there.
    if (browser.status() < 400) return false;
    return (await startsAgain()) || (mayTry('ask') && asks());
  };
  /** Presses it wherever it stands. Whoever sees nothing come of it presses once more. */
  const saysItWasNotThem = async (): Promise<boolean> => {
    const message = messages().findLast(({ blocks }) => buttonsIn(blocks).some(({ text }) => text === notMe));
    const button = buttonsIn(message?.blocks ?? []).find(({ text }) => text === notMe);
    if (message === undefined || button === undefined || !mayTry(notMe)) return false;
    begins();
    note(`presses: ${notMe}`);
    const shown = await client.press(
      { channel: message.channel, ts: message.ts },
      { actionId: button.actionId, blockId: button.blockId },
    );
    if (shown.says !== undefined) note(`Slack says: ${shown.says}`);
    return true;
  };
  const startsAgain = async (): Promise<boolean> => {
    const open = slack.control.openView(person.slackId);
    const newest = messages().at(-1);
    const place = open !== undefined ? 'view' : newest && { channel: newest.channel, ts: newest.ts };
    const button = buttonsIn(open?.view.blocks ?? newest?.blocks ?? []).find(({ text }) => text === 'Start again');
    if (place === undefined || button === undefined || !mayTry('start again')) return false;
    note('presses: Start again');
    await client.press(place, { actionId: button.actionId, blockId: button.blockId });
    return true;
  };

  return {
    diary,
    waits: [],
    codesTyped,
    linksSeen,
    cookies,
    unrecorded,
    setsShown,
    look() {
      unrecorded.push(...withoutRecord(harness, person, contact));
      const open = slack.control.openView(person.slackId);
      const inWindow = open === undefined ? '' : `[${visibleText(open.view)}] `;
      return `${inWindow}${textOf(messages().at(-1))} || ${browser.page()}`;
    },
    hasSaved: () => false,
    triesAnew: () => undefined,
    survives() {
      note('the process died and another one has taken over');
      for (const [what, at] of tried) if (Number.isFinite(at)) tried.delete(what);
    },
    isDone: () => isDone,
    async act() {
      if (!hasAsked) return asks();
      const back = sentBack;
      if (back !== undefined) {
        if (await goes('comes back', () => browser.opens(back))) sentBack = undefined;
        return true;
      }
      // Over, whether the page came that says so or not.
      hasLeft ||= saysSo() && (browser.url().endsWith('/enrol/done') || [401, 410].includes(browser.status()));
      isDone = isDisowned(wish) ? says(sayings[wish]) : hasLeft;
      if (isDone) return true;
      if (isDisowned(wish) && (hasLeft || hasBegun || (wish === 'disowned-during' && saysSo())))
        return saysItWasNotThem();
      return actsInBrowser();
    },
    asksAgain: async () => void (await asks()),
  };
}

const codesIn = (page: string): string[] => page.match(/\b[0-9A-Z]{5}-[0-9A-Z]{4}-[0-9A-Z]{4}\b/g) ?? [];

const refOf = ({ auth0 }: ProcessHarness, { account, mailbox }: Newcomer): string => {
  const found = auth0.control.user(account).contacts.find(({ address }) => address === mailbox);
  return found === undefined ? '' : `${found.provider}|${found.userId}`;
};

/** What was enrolled by the product, and is linked without a record of since when. `old`: linked before. */
function withoutRecord({ auth0 }: ProcessHarness, { account, mailbox }: Newcomer, old: string): readonly string[] {
  const { contacts, appMetadata } = auth0.control.user(account);
  const record = JSON.stringify(appMetadata);
  return contacts
    .filter(({ address }) => address === mailbox)
    .map(({ provider, userId }) => `${provider}|${userId}`)
    .filter((ref) => ref !== old && !record.includes(`"${ref}":{"since":`));
}
