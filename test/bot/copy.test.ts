// The bot's texts are in one place, complete in every language, and use no gendered pronouns.
import { describe, expect, it } from 'vitest';
import type { Copy } from '../../src/bot/copy/copy.ts';
import { en } from '../../src/bot/copy/en/en.ts';
import { instant } from '../../src/flows/ids.ts';
import { type Source, sourcesIn, textsIn } from '../flows/source.ts';

const copyFolder = 'src/bot/copy/';
/** The code that composes texts for people. */
const rooms = /^src\/(?:bot|adapters|web|notices)\//;

/** Files with texts for operators: causes and remedies in the log, findings of the doctor, reasons for scopes in the manifest. */
const forOperators: ReadonlySet<string> = new Set([
  'src/adapters/diagnosis.ts',
  'src/adapters/slack/channels.ts',
  'src/adapters/slack/client.ts',
  'src/adapters/slack/diagnosis.ts',
  'src/adapters/slack/errors.ts',
  'src/adapters/slack/features.ts',
  'src/adapters/slack/messenger.ts',
  'src/adapters/teams/confirmation.ts',
  'src/adapters/teams/connector.ts',
  'src/adapters/teams/diagnosis.ts',
  'src/adapters/teams/errors.ts',
  'src/adapters/teams/messenger.ts',
  'src/adapters/teams/teams.ts',
  'src/adapters/teams/token.ts',
  'src/bot/helpdesk/entitlement.ts',
  'src/notices/diagnosis.ts',
  'src/notices/mail-errors.ts',
  'src/web/diagnosis-recovery.ts',
  'src/web/diagnosis.ts',
]);

/** A capital letter and several words. Log lines begin with a small letter by convention, so they do not match. */
const isSentence = (text: string): boolean => /^[A-Z][\w'’]*[,:]? [a-z]/.test(text.trim());

const sentencesIn = ({ path, text }: Source): readonly string[] =>
  forOperators.has(path) ? [] : textsIn(text).filter(isSentence);

describe('what the bot says', () => {
  const sources = sourcesIn('src').filter(({ path }) => rooms.test(path));

  it('stands in the copy and nowhere else', () => {
    const outside = sources.filter(({ path }) => !path.startsWith(copyFolder));
    expect(outside.flatMap((source) => sentencesIn(source).map((text) => `${source.path}: ${text}`))).toEqual([]);
  });

  it.each(["const text = 'Please wait a minute.';", 'const text = `Locked since noon.`;', 'say("You are in");'])(
    'would be noticed elsewhere: %s',
    (text) => expect(sentencesIn({ path: 'src/web/go.ts', text })).toHaveLength(1),
  );

  it('calls nobody she or he', () => {
    const texts = sources.filter(({ path }) => path.startsWith(copyFolder)).flatMap(({ text }) => textsIn(text));
    expect(texts.length).toBeGreaterThan(200);
    expect(texts.filter((text) => /\b(?:s?he|hers?|him|his|(?:her|him)self)\b/i.test(text))).toEqual([]);
  });

  it('is complete in every language: one that lacks a sentence does not compile', () => {
    const { sorry, ...lacking } = en;
    // @ts-expect-error a sentence is missing
    const withoutOne: Copy = lacking;
    // @ts-expect-error a page lacks its heading
    const withoutHeading: Copy = { ...en, pages: { ...en.pages, dead: { title: '', paragraphs: [] } } };
    expect([withoutOne.sorry, withoutHeading.sorry]).toEqual([undefined, sorry]);
  });
});

it('the time until which the helpdesk may answer is never over before it comes', () => {
  const times = en.helpdeskAsked(undefined, instant(Date.parse('2026-03-02T10:45:00.001Z')));
  expect(times).toContainEqual({ time: Date.parse('2026-03-02T10:46:00Z') });
});
