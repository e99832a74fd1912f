// What Jane sees of her newest request, for the guide: whether it asks for a code, whether she is verified, how it ended.
import { en } from '../../src/bot/copy/en/en.ts';
import { cast } from '../cast.ts';
import { visibleText as visibleBlocks } from '../slack/visible.ts';
import { visibleText as visibleCard } from '../teams/cards.ts';
import type { World } from '../world.ts';

export type End = 'denied' | 'stopped' | 'over';
export type Shown = { readonly asksForCode: boolean; readonly isProven: boolean; readonly end?: End };

const jane = cast.find(({ name }) => name === 'Jane');

/** `since`: when Jane asked; undefined where she did not. */
export function shownTo(world: World, kind: 'reset' | 'unlock', since: number | undefined): Shown {
  if (jane === undefined || since === undefined) return { asksForCode: false, isProven: false };
  const texts = textsFor(world, jane, since).filter((text) => text.includes(en.title[kind]));
  const text = texts.at(-1) ?? '';
  const end = endIn(text);
  return {
    asksForCode: text.includes(en.codeHint) || /Enter the code/.test(text),
    isProven: /You're verified|has been opened|Unlocking your account/.test(text),
    ...(end === undefined ? {} : { end }),
  };
}

function endIn(text: string): End | undefined {
  if (/that this wasn't you/.test(text)) return 'stopped';
  if (/The helpdesk declined/.test(text)) return 'denied';
  return /expired\. Nothing was changed|answered in time|Cancelled\.|Replaced by|paused until|for too long/.test(text)
    ? 'over'
    : undefined;
}

/** The messages about requests that were posted since then, oldest first, and at last the window. */
function textsFor(
  { slack, teams, botUserId }: World,
  { id, objectId }: (typeof cast)[number],
  since: number,
): string[] {
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
