// The world of the playground whose people live in Active Directory: from the lock to the sign-in.
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cast } from '../../../playground/cast.ts';
import { type PlaygroundDirectory, passwordInDirectory, startDirectory } from '../../../playground/directory.ts';
import { carryOut } from '../../../playground/page/acts.ts';
import { snapshotOf } from '../../../playground/page/snapshot.ts';
import { visibleText } from '../../../playground/slack/visible.ts';
import { startWorld, type World } from '../../../playground/world.ts';
import { titled } from '../../skipped-reporter.ts';
import { eventually } from '../../stories/chat.ts';
import { missing } from '../domain.ts';

const omar = 'U0OMAR';

describe.skipIf(missing !== undefined)(titled('the playground with a directory', missing), () => {
  let directory: PlaygroundDirectory;
  let world: World;
  beforeAll(async () => {
    directory = await startDirectory();
    world = await startWorld(pino({ level: 'silent' }), directory);
  }, 120_000);
  afterAll(async () => {
    await world?.close();
    await directory?.stop();
  });

  it('is shown on the page, with the mailbox of whoever lives in the directory', () => {
    const contact = world.auth0.control.user(directory.account).contacts[0]?.address ?? 'none';
    world.auth0.control.sendCode('email', contact);
    expect(snapshotOf(world).auth0.deliveries).toContainEqual(expect.objectContaining({ to: contact, owner: omar }));
  });

  it('locks somebody in the directory, lets them in nowhere, and asks the helpdesk to unlock them', async () => {
    expect(cast.find(({ id }) => id === omar)?.account?.password).toBe(passwordInDirectory);
    const signIn = () => carryOut(world, { act: 'sign-in', user: omar, password: passwordInDirectory });
    expect(await signIn()).toMatchObject({ ok: true });
    await carryOut(world, { act: 'lock', user: omar });
    expect(await signIn()).toMatchObject({ ok: false, said: expect.stringContaining('locked') });
    const client = world.slack.client(omar);
    const window = () => visibleText(world.slack.control.openView(omar)?.view ?? { blocks: [] });
    const shows = (text: string) =>
      eventually(
        () => (window().includes(text) ? true : undefined),
        () => window(),
      );
    await client.command('/unlock');
    await shows("We'll send a code to");
    await client.submit();
    await shows('Enter the code');
  });
});
