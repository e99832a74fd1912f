// How Slack treats the product's answer to a command or a submitted modal. Anything but a valid 200 is an error.

import { isRecord, type Json, parsed, recordsOf, textOf } from '../json.ts';
import type { Crawler } from './crawler.ts';
import type { Delivery } from './deliveries.ts';
import { contentOf, contentProblem } from './messages.ts';
import type { OpenModal } from './modals.ts';
import type { Reply } from './reply.ts';
import { pushedView, replacedView, viewProblem } from './views.ts';
import type { World } from './world.ts';

export const TROUBLE = 'We had some trouble connecting. Try again?';

export type CommandFrom = {
  readonly userId: string;
  readonly command: string;
  readonly text: string;
  readonly channel: string;
};

/** Shows the answer. Returns Slack's own error text when there was no answer or an invalid one. */
export function takeCommandAnswer(
  world: World,
  crawler: Crawler,
  from: CommandFrom,
  delivery: Delivery,
): string | undefined {
  const fail = (error: string): string => {
    const text = `${from.command} failed with the error "${error}"`;
    world.write({ channel: from.channel, user: 'USLACKBOT', text, ephemeralFor: from.userId });
    return text;
  };
  if (delivery.timedOut) return fail('operation_timeout');
  if (delivery.status !== 200) return fail('dispatch_failed');
  if (delivery.body.trim() === '') return undefined;
  const json = parsed(delivery.body);
  const body: Json = isRecord(json) ? json : { text: delivery.body };
  const problem = contentProblem(body);
  if (problem !== undefined) {
    world.warnings.push(`answer to ${from.command}: ${JSON.stringify(problem)}`);
    return fail(textOf(problem['error']) ?? 'invalid_blocks');
  }
  const { text, blocks } = contentOf(body);
  const isPublic = body['response_type'] === 'in_channel';
  if (isPublic) world.write({ channel: from.channel, user: from.userId, text: `${from.command} ${from.text}`.trim() });
  const answer = { channel: from.channel, user: world.settings.botUserId, text, blocks };
  crawler.visit(world.write(isPublic ? answer : { ...answer, ephemeralFor: from.userId }));
  return undefined;
}

/** Applies the answer to a submission. Returns Slack's own error text when there was no answer or an invalid one. */
export function takeSubmissionAnswer(
  world: World,
  userId: string,
  modal: OpenModal,
  delivery: Delivery,
): string | undefined {
  const problem = submissionProblem(world, userId, modal, delivery);
  if (problem === undefined) return undefined;
  world.warnings.push(`answer to the submission of ${modal.view.callback_id}: ${problem}`);
  world.modals.show(userId, modal, { trouble: TROUBLE });
  return TROUBLE;
}

function submissionProblem(world: World, userId: string, modal: OpenModal, delivery: Delivery): string | undefined {
  if (delivery.timedOut) return 'came too late';
  if (delivery.status !== 200) return `had status ${delivery.status ?? delivery.error}`;
  const json = delivery.body.trim() === '' ? {} : parsed(delivery.body);
  if (!isRecord(json)) return 'is no JSON object';
  const { modals } = world;
  const { view } = modal;
  switch (json['response_action']) {
    case undefined:
      modals.close(userId, view.id);
      return undefined;
    case 'clear':
      modals.clear(userId);
      return undefined;
    case 'errors':
      return showErrors(world, userId, modal, json['errors']);
    case 'update':
      return refusal(viewProblem(world, 'modal', json['view'], view.id), () => {
        modals.replace(userId, view.id, replacedView(world, view, asView(json)));
        return undefined;
      });
    case 'push':
      return refusal(viewProblem(world, 'modal', json['view']), () =>
        modals.push(userId, pushedView(world, userId, asView(json))) === 'full' ? 'push_limit_reached' : undefined,
      );
    default:
      return 'has an unknown response_action';
  }
}

const asView = (json: Json): Json => (isRecord(json['view']) ? json['view'] : {});

function refusal(problem: Reply | undefined, carryOut: () => string | undefined): string | undefined {
  return problem === undefined ? carryOut() : JSON.stringify(problem);
}

function showErrors(world: World, userId: string, modal: OpenModal, errors: unknown): string | undefined {
  const given = isRecord(errors) ? Object.entries(errors) : [];
  const inputs = recordsOf(modal.view.blocks).filter(({ type }) => type === 'input');
  const known = inputs.map((block) => block['block_id']);
  if (given.length === 0) return 'has no errors';
  const shown: { [blockId: string]: string } = {};
  for (const [blockId, text] of given) {
    if (!known.includes(blockId)) return `has an error for ${blockId}, which is no input block`;
    if (typeof text !== 'string' || text === '') return `has no text for ${blockId}`;
    shown[blockId] = text;
  }
  world.modals.show(userId, modal, { errors: shown, trouble: undefined });
  return undefined;
}
