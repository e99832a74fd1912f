// Every state of a flow, for the person and for the helpdesk, as a card that Teams draws.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createCardCheck } from '../../../playground/teams/card-check.ts';
import { actionsIn } from '../../../playground/teams/cards.ts';
import { settingsOf } from '../../../playground/teams/settings.ts';
import { renderCard } from '../../../src/adapters/teams/render.ts';
import type { Card } from '../../../src/bot/cards/card.ts';
import { line } from '../../../src/bot/cards/card-parts.ts';
import { drawDenial } from '../../../src/bot/cards/denial-card.ts';
import { helpdeskCard } from '../../../src/bot/cards/helpdesk-card.ts';
import { personCard } from '../../../src/bot/cards/person-card.ts';
import { drawApology, drawHelp, drawHome, drawOpening, drawSentence } from '../../../src/bot/cards/plain-card.ts';
import { en } from '../../../src/bot/copy/en/en.ts';
import { flowId, instant } from '../../../src/flows/ids.ts';
import { showHelpdesk, showPerson } from '../../../src/flows/show.ts';
import type { Flow, FlowState } from '../../../src/flows/state.ts';
import { statesByPlace } from '../../store/state-arbitrary.ts';
import { appId, appPassword, jane, tenantId } from './scene.ts';

const settings = settingsOf({ appId, appPassword, tenantId });
const hasSchema = existsSync(join(settings.schemas, 'adaptive-card-1.5.schema.json'));
const now = instant(Date.parse('2026-03-02T10:45:00Z'));
const linkUrl = 'https://latchkey.acme.example/go/token';

/** Without Microsoft's schema, the few rules that Teams itself enforces are still checked. */
async function problemsOf(card: Card): Promise<readonly string[]> {
  const drawn = renderCard(card, () => 'Jane Doe', { back: true });
  const check = createCardCheck(settings);
  await check.checkCard(drawn, 'here');
  const isTooBig = JSON.stringify(drawn).length * 2 > 28 * 1024;
  return [...check.problems.map(({ problem }) => problem), ...(isTooBig ? ['larger than 28 KB'] : [])];
}

function cardsOf(flow: Flow): readonly Card[] {
  const helpdesk = showHelpdesk(flow);
  return [
    personCard(showPerson(flow, now), {
      ...{ copy: en, now, linkUrl, isRedrawnInTime: false, codeError: en.notACode },
      ...{ remarks: [line(en.tooLate, 'alert')], helpdesk: { hasChannel: true, contact: 'call 4711' } },
    }),
    ...(helpdesk === undefined ? [] : [helpdeskCard(helpdesk, en)]),
    drawDenial(flow, undefined, en),
  ];
}

const flowAt = (state: FlowState, kind: Flow['kind']): Flow => ({
  ...{ id: flowId('flow-0000000000000001'), kind, actor: jane, startedAt: now, version: 7, state },
});

describe('a flow that stands at', () => {
  it.each(Object.entries<fc.Arbitrary<FlowState>>(statesByPlace))(
    `%s is a card that Teams draws${hasSchema ? '' : ' (by rules only: the schema is not there)'}`,
    async (_place, states) => {
      const flows = fc.tuple(states, fc.constantFrom('reset' as const, 'unlock' as const));
      await fc.assert(
        fc.asyncProperty(flows, async ([state, kind]) => {
          for (const card of cardsOf(flowAt(state, kind))) expect(await problemsOf(card)).toEqual([]);
        }),
        { numRuns: 25 },
      );
    },
  );
});

describe('a card that speaks about no flow', () => {
  it.each([
    ['help', [drawHelp(en.help, en), drawHelp([en.threeChoices], en)]],
    ['a sentence', [drawSentence(en.codeInMessage, en), drawSentence([en.tooOften], en)]],
    ['an apology', [drawApology({ hasChannel: true }, en)]],
    ['the opening', [drawOpening('reset', en), drawOpening('unlock', en)]],
    ['the home page', drawHome([], undefined, en)],
  ])('is one that Teams draws: %s', async (_name, cards) => {
    for (const card of cards) expect(await problemsOf(card)).toEqual([]);
  });
});

describe('what can be done on a screen', () => {
  it('can be done in Teams: every act of the card is on a button', () => {
    fc.assert(
      fc.property(fc.oneof(...Object.values<fc.Arbitrary<FlowState>>(statesByPlace)), (state) => {
        for (const card of cardsOf(flowAt(state, 'unlock'))) {
          const drawn = renderCard(card, () => undefined);
          const shown = actionsIn({ ...drawn }).map(({ verb, url }) => verb ?? url);
          const beside = card.lines.flatMap(({ button }) => (button === undefined ? [] : [button]));
          const wanted = [...card.actions, ...beside].map((action) =>
            action.kind === 'link' ? action.url : action.act,
          );
          expect(shown.sort()).toEqual([...wanted, ...(card.submit === undefined ? [] : [card.submit.act])].sort());
        }
      }),
    );
  });
});
