// What an attacker could send who has a Slack session of their own and knows everything in Jane's modal. The signature
// is Slack's; only the content is forged.
import { randomUUID } from 'node:crypto';
import type { Delivery, Departure } from '../../playground/slack/deliveries.ts';
import type { SeenModal } from '../../playground/slack/server.ts';
import { eventually } from '../stories/chat.ts';
import { slackIdOf, type Who } from '../stories/people.ts';
import { type World, workspace } from '../stories/world.ts';

/** The modal that this person sees now. */
export function windowOf({ slack }: World, who: Who): SeenModal {
  const seen = slack.control.openView(slackIdOf(who));
  if (seen === undefined) throw new Error(`${who} has no window`);
  return seen;
}

/** Waits until the modal shows another form than before the act. */
export async function drawnAnew(world: World, who: Who, act: () => Promise<void>): Promise<void> {
  const form = () => Object.keys(windowOf(world, who).values).join();
  const before = form();
  await act();
  await eventually(
    () => (form() !== before && form() !== '' ? true : undefined),
    () => `still ${before}`,
  );
}

const envelope = (who: Who) => ({
  api_app_id: workspace.appId,
  team: { id: workspace.teamId },
  user: { id: slackIdOf(who), team_id: workspace.teamId },
  trigger_id: `forged.${randomUUID()}`,
});

/** A modal's form, filled in with one value and sent by any person: they need not have the modal open. */
export function submitsForm(
  world: World,
  by: Who,
  form: SeenModal,
  value: string,
  departure: Departure = {},
): Promise<Delivery> {
  const filled = Object.entries(form.values).map(([block, inputs]) => [
    block,
    Object.fromEntries(Object.keys(inputs).map((action) => [action, inputOf(action, value)])),
  ]);
  const view = { ...form.view, state: { values: Object.fromEntries(filled) } };
  const payload = { type: 'view_submission', ...envelope(by), view };
  return world.slack.client(slackIdOf(by)).send('interaction', payload, departure);
}

const inputOf = (action: string, value: string) =>
  action === 'code'
    ? { type: 'plain_text_input', value }
    : { type: 'radio_buttons', selected_option: { text: { type: 'plain_text', text: 'Chosen' }, value } };

/** A press on a button that does not exist, as if it were in a message of the bot in #general. */
export async function pressesForged(world: World, by: Who, act: string, flow: string): Promise<void> {
  const user = slackIdOf(by);
  const client = world.slack.client(user);
  const answers = () => world.slack.control.ephemerals('C0GENERAL', user);
  if (answers().length === 0) await client.command('/unlock', { text: 'help', channel: 'C0GENERAL' });
  const [message] = answers();
  if (message === undefined) throw new Error('the bot did not answer');
  const { channel, ts } = message;
  await client.press({ channel, ts }, { actionId: `lk.${act}`, blockId: 'b', value: flow, anyway: true });
}

/** The same for the modal that this person has open. */
export async function pressesForgedInWindow(world: World, by: Who, act: string, flow: string): Promise<void> {
  const pointer = { actionId: `lk.${act}`, blockId: 'b', value: flow, anyway: true };
  await world.slack.client(slackIdOf(by)).press('view', pointer);
}

/** The request that a modal is about. Whoever sees the modal knows it; it is no secret. */
export const requestIn = ({ view }: SeenModal): string => String(JSON.parse(String(view['private_metadata'])).flow);

/** The codes that Auth0 was asked to check. */
export const codesAskedAbout = ({ auth0 }: World) =>
  auth0.control.requests.filter(({ path, bodyKeys }) => path === '/oauth/token' && bodyKeys.includes('otp'));
