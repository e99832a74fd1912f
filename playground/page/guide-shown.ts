// What somebody sees of their newest request, for the guide: whether it asks for a code, whether they are verified, how it ended.
import { en } from '../../src/bot/copy/en/en.ts';
import type { Ending } from '../../src/flows/ending.ts';
import type { Member } from '../cast.ts';
import { visibleText as visibleBlocks } from '../slack/visible.ts';
import { visibleText as visibleCard } from '../teams/cards.ts';
import type { World } from '../world.ts';

/** `over`: the same can be asked for again. `refused`: not now, or not at all. `needless`: there was nothing to unlock. */
export type End = 'denied' | 'stopped' | 'over' | 'refused' | 'needless';
export type Shown = { readonly asksForCode: boolean; readonly isProven: boolean; readonly end?: End };

/** `since`: when the person asked; undefined where they did not. */
export function shownTo(world: World, who: Member, kind: 'reset' | 'unlock', since: number | undefined): Shown {
  if (since === undefined) return { asksForCode: false, isProven: false };
  const texts = textsFor(world, who, since).filter((text) => text.includes(en.title[kind]));
  const text = texts.at(-1) ?? '';
  const end = endIn(text);
  return {
    asksForCode: text.includes(en.codeHint) || /Enter the code/.test(text),
    // A change may be told in the moment in which it is made: then the page is no longer said to be open.
    isProven:
      /You're verified|page is open|link is on its way to your work address|Unlocking your account|Password changed at/.test(
        text,
      ),
    ...(end === undefined ? {} : { end }),
  };
}

/** What only an ended request says. Undefined: it has worked, or the sentence of another ending says it. */
const saidAtEnd: Readonly<Record<Ending['because'], readonly [End, RegExp] | undefined>> = {
  unlocked: undefined,
  'password-changed': undefined,
  enrolled: undefined,
  'changed-elsewhere': undefined,
  'requested-elsewhere': undefined,
  'contact-imported': undefined,
  'not-locked': ['needless', /Your account isn't locked/],
  disowned: [
    'stopped',
    /that (?:this wasn't you|you didn't make this change|this contact isn't yours)|Nothing more will happen/,
  ],
  denied: ['denied', /The helpdesk declined/],
  flow: ['over', /expired\. Nothing was changed/],
  link: undefined,
  approval: ['over', /answered in time/],
  password: ['over', /didn't see a new password/],
  person: ['over', /Cancelled\./],
  superseded: ['over', /Replaced by/],
  operator: ['over', /administrator ended this request/],
  unreachable: ['over', /sign-in service in time/],
  limited: ['over', /takes no more requests/],
  'codes-limited': ['over', /No codes can be sent.*Nothing was changed/s],
  unconfirmed: ['over', /couldn't find out/],
  elsewhere: ['over', /Another request of yours/],
  frozen: ['refused', /paused until/],
  'attempts-spent': ['refused', /Too many wrong (?:passwords or )?codes/],
  'contacts-resting': ['refused', /recovery contacts are new/],
  'sends-spent': ['refused', /No more codes for now.*In a hurry/s],
  'unlocks-spent': ['refused', /daily limit/],
  'contact-unconfirmed': ['refused', /isn't confirmed yet, so/],
  'no-contact': ['refused', /no recovery contact yet\. If you can still/],
  disabled: ['refused', /Only the helpdesk can help/],
  barred: ['refused', /only the helpdesk can unlock it there/],
  'locked-again': ['refused', /locked again at once/],
  'denied-by-provider': undefined,
  unsupported: ['refused', /can't be changed from here/],
  'proof-mismatch': ['refused', /didn't prove/],
  'sign-in-needed': ['refused', /a code isn't enough/],
  'second-proof-impossible': ['refused', /needs two proofs/],
  'no-helpdesk': ['refused', /no way to reach them/],
  'refused-by-provider': ['refused', /refused this/],
  'not-permitted': undefined,
  'helpdesk-unreachable': ['refused', /couldn't reach the helpdesk/],
  'old-passwords-wrong': ['over', /wasn't your current password, and there are no tries left/],
  'password-blocked': ['refused', /can't be changed right now/],
  'changed-too-soon': ['refused', /change a password again only after some time/],
  'passwords-refused': ['over', /every password you tried/],
  'password-unconfirmed': ['over', /find out whether your new password/],
  'settled-by-helpdesk': ['refused', /has taken care of this/],
  bot: ['refused', /for people only/],
  deactivated: ['refused', /account here is not active/],
  guest: ['refused', /You are a guest/],
  invited: ['refused', /haven't joined/],
  external: ['refused', /this company's employees only/],
  'unconfirmed-email': ['refused', /address is not confirmed/],
};

/** How the request ended that a message with this text is about. Undefined where it is open, or has worked. */
export const endIn = (text: string): End | undefined =>
  Object.values(saidAtEnd).find((said) => said?.[1].test(text) === true)?.[0];

/** The messages about requests that were posted since then, oldest first, and at last the window. */
function textsFor({ slack, teams, botUserId }: World, { id, objectId }: Member, since: number): string[] {
  const inSlack = slack.control
    .messages(id)
    .filter(({ user, deleted }) => user === botUserId && deleted !== true)
    .map((message) => ({ at: Number(message.ts) * 1_000, text: visibleBlocks({ ...message }) }));
  const inTeams = teams.control
    .messages(objectId)
    .filter(({ from, isDeleted }) => from === 'bot' && !isDeleted)
    .map(({ at, card, text }) => ({ at, text: card === undefined ? text : visibleCard(card) }));
  const posted = [...inSlack, ...inTeams].filter(({ at }) => at >= since).sort((a, b) => a.at - b.at);
  const modal = slack.control.openView(id)?.view;
  return [...posted.map(({ text }) => text), ...(modal === undefined ? [] : [visibleBlocks({ ...modal })])];
}
