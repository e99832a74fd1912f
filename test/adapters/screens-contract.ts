// Every screen on every platform: within the platform's limits, with every available action, and without secrets.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Action, type Card, cardLimits, type Span } from '../../src/bot/cards/card.ts';
import { helpdeskCard } from '../../src/bot/cards/helpdesk-card.ts';
import { personCard } from '../../src/bot/cards/person-card.ts';
import { en } from '../../src/bot/copy/en/en.ts';
import { withNames } from '../../src/bot/display-names.ts';
import { type ActorId, actorParts, flowId, instant, later } from '../../src/flows/ids.ts';
import { showHelpdesk, showPerson } from '../../src/flows/show.ts';
import type { Flow, FlowState } from '../../src/flows/state.ts';
import { titled } from '../skipped-reporter.ts';
import { statesByPlace } from '../store/state-arbitrary.ts';
import { drawnForHelpdesk, drawnForPerson, drawnFromWeb, drawnOtherwise, exampleLink } from './every-screen.ts';
import type { Drawn, Harness, Surface } from './harness.ts';

export function screensContract(harness: Harness): void {
  const { cast, missing } = harness;
  const forPerson = [...drawnForPerson(cast, en)];
  const forHelpdesk = [...drawnForHelpdesk(cast, en)];
  const all = [...forPerson, ...forHelpdesk, ...drawnOtherwise(cast, harness.helpdesk, en)];

  describe.each(harness.surfaces)('as $name', (surface) => {
    const each = async (
      drawings: typeof all,
      look: (drawn: Drawn, card: Card, shows: string) => void,
    ): Promise<void> => {
      for (const [shows, cards] of drawings) for (const card of cards) look(await surface.draw(card), card, shows);
    };

    it.each(all)(
      'is drawn within what the platform takes, with all that it says and offers: %s',
      async (shows, cards) => {
        expect(cards).not.toEqual([]);
        await each([[shows, cards]], (drawn, card) => {
          expect(drawn.problems).toEqual([]);
          saysEverything(card, drawn, surface);
          expect(offered(drawn)).toEqual(actsOn(card, surface));
          const inputs = takes(card, surface) ? card.inputs : [];
          expect(drawn.inputs.map(({ name }) => name)).toEqual(inputs.map(({ name }) => name));
        });
      },
    );

    it('is drawn within what the platform takes wherever a flow can stand', async () => {
      const kinds = fc.constantFrom('reset' as const, 'unlock' as const);
      const isDrawn = fc.asyncProperty(
        fc.oneof(...Object.values<fc.Arbitrary<FlowState>>(statesByPlace)),
        kinds,
        async (state, kind) => {
          for (const card of cardsOf(flowAt(state, kind, cast.person))) {
            const drawn = await surface.draw(card);
            expect(drawn.problems).toEqual([]);
            expect(offered(drawn)).toEqual(actsOn(card, surface));
          }
        },
      );
      await fc.assert(isDrawn, { numRuns: 250 });
    });

    it('tells the day of an end that may be another day’s', async () => {
      const ends = (['attempts-spent', 'unlocks-spent', 'frozen'] as const).map((because) => {
        const ending = { outcome: 'refused', because, again: later(now, 24 * 3600) } as const;
        const screen = {
          shows: 'ended',
          ending,
          closedAt: now,
          approvals: [],
          wasAtPage: false,
          canDisown: false,
        } as const;
        const common = { flow: flowId('flow-0000000000000001'), kind: 'unlock', version: 7 } as const;
        return personCard(
          { ...common, ...screen },
          {
            ...{ copy: en, now, isRedrawnInTime: false },
            helpdesk: { hasChannel: true },
          },
        );
      });
      for (const card of ends) {
        const lines = card.lines.map((one) => ({ ...one, text: one.text.map(withoutDay) }));
        expect((await surface.draw(card)).text).not.toBe((await surface.draw({ ...card, lines })).text);
        expect(card.summary.join('')).toContain('2026-03-03, 10:45');
      }
    });

    it('has plain words where nothing can be drawn', async () => {
      await each(all, ({ fallback }, _card, shows) => {
        if (fallback === undefined) return;
        expect(fallback.trim(), shows).not.toBe('');
        // Slack writes the name in place of a mention, in notifications too.
        const read = fallback.replace(/<@U\w+>/g, 'Jane Doe');
        expect(read, shows).not.toMatch(/[<>]|\{\{|\]\(|:\/\//);
      });
    });

    it('notifies of the act and the person, never of a contact, not even masked, a code or a link', async () => {
      await each(all, ({ fallback }, _card, shows) => {
        if (fallback === undefined) return;
        expect(fallback, shows).not.toMatch(/•|@[\w-]+\.\w|\d{6}|\/go\//);
      });
      await each(forHelpdesk, ({ fallback }, _card, shows) => {
        if (fallback === undefined) return;
        expect(fallback, shows).toMatch(/<@U0JANE>|Jane Doe/);
        expect(fallback, shows).toMatch(
          /unlock|password (?:reset|change)|(?:reset|change) their password|a password was set|a new contact|contacts/i,
        );
      });
    });

    it('holds nothing secret but the link, on its button; and where a code is typed nothing stands', async () => {
      await each(all, ({ whole, buttons, inputs }, card, shows) => {
        const links = buttons.flatMap(({ url }) => (url === undefined ? [] : [url]));
        // An enrolment has one for each wish, all below the one link of the request.
        const offeredLinks = card.actions.flatMap((action) => (action.kind === 'link' ? [action.url] : []));
        expect(links, shows).toEqual(offeredLinks);
        for (const link of links) expect(link.replace(/\/(?:email|phone|remove)$/, ''), shows).toBe(exampleLink);
        expect(whole.split(exampleLink), shows).toHaveLength(links.length + 1);
        expect(whole.replaceAll(exampleLink, ''), shows).not.toContain('/go/');
        expect(whole, shows).not.toMatch(/[\w.+-]@[\w-]+\.\w/);
        expect(
          inputs.filter(({ name, holds }) => name === 'code' && holds !== undefined),
          shows,
        ).toEqual([]);
      });
    });

    it('says on every card of the helpdesk that a request comes from the web, and names the people of the account', async () => {
      const named = { nameOf: async () => undefined, ownerOf: async () => ({ people: [cast.person], called: 'no' }) };
      for (const [shows, cards] of drawnFromWeb(cast, en)) {
        for (const card of cards) {
          const drawn = await surface.draw(
            await withNames(card, actorParts(cast.person).platform, { ...named, unnamed: 'no' }),
          );
          expect(drawn.problems, shows).toEqual([]);
          expect(drawn.text, shows).toMatch(/from the web, not from their chat|we were told on the web|on the web/i);
          expect(drawn.text, shows).toMatch(/<@U0JANE>|Jane Doe/);
          expect(drawn.fallback ?? 'Jane Doe', shows).toMatch(/<@U0JANE>|Jane Doe/);
        }
      }
    });

    it('tells the helpdesk no contact, not even masked, no link, and asks it for nothing that is typed', async () => {
      await each(forHelpdesk, ({ whole, buttons, inputs }, _card, shows) => {
        expect(whole, shows).not.toContain('•');
        expect(
          buttons.filter(({ url }) => url !== undefined),
          shows,
        ).toEqual([]);
        expect(inputs, shows).toEqual([]);
      });
    });
  });

  it.skipIf(missing !== undefined)(
    titled('is checked by every rule that is known of the platform', missing),
    () => undefined,
  );
}

const offered = ({ buttons }: Drawn): readonly string[] => buttons.map(({ act }) => act).sort();

/** Every button of the card. Where nothing can be typed, the button that leads to the form. */
function actsOn(card: Card, surface: Surface): readonly string[] {
  const submit = card.submit === undefined ? [] : [card.submit.act];
  const first = takes(card, surface) ? submit : ['continue'];
  return [...first, ...shownOn(card, surface).map(({ act }) => act), ...(surface.adds ?? [])].sort();
}

const takes = ({ inputs }: Card, { takesInputs }: Surface): boolean =>
  takesInputs === 'all' ||
  inputs.length === 0 ||
  (takesInputs === 'choices' && inputs.every(({ kind }) => kind === 'choice'));

const shownOn = (card: Card, { isWindow }: Surface): readonly Action[] =>
  [...card.lines.slice(0, cardLimits.lines).flatMap(({ button }) => button ?? []), ...card.actions].filter(
    (action) => !(isWindow === true && action.kind === 'press' && action.isKeptFromWindows === true),
  );

/** Texts and labels are those of the copy; the platform decides how times and people are written. */
function saysEverything(card: Card, { text, whole }: Drawn, surface: Surface): void {
  const read = text.replace(/[*_\s]+/g, ' ');
  for (const { text: spans } of card.lines.slice(0, cardLimits.lines)) {
    for (const span of spans) if (typeof span === 'string') expect(read).toContain(span.replace(/\s+/g, ' ').trim());
  }
  // Teams hides a button that needs a confirmation behind another one.
  for (const { label } of shownOn(card, surface)) expect(whole).toContain(JSON.stringify(label).slice(1, -1));
}

const withoutDay = (span: Span): Span => (typeof span === 'object' && 'time' in span ? { time: span.time } : span);

const now = instant(Date.parse('2026-03-02T10:45:00Z'));

function cardsOf(flow: Flow): readonly Card[] {
  const helpdesk = showHelpdesk(flow);
  const helpdeskWays = { hasChannel: true };
  const renderQueue = { copy: en, now, linkUrl: exampleLink, isRedrawnInTime: false, helpdesk: helpdeskWays };
  return [
    personCard(showPerson(flow, now), renderQueue),
    ...(helpdesk === undefined ? [] : [helpdeskCard(helpdesk, en)]),
  ];
}

const flowAt = (state: FlowState, kind: Flow['kind'], actor: ActorId): Flow => ({
  ...{ id: flowId('flow-0000000000000001'), kind, actor, startedAt: now, version: 7, state },
});
