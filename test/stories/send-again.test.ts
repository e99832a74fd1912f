// Another code is offered when it may be requested, and not before; what the person is typing at that moment is not
// lost.
import { describe, expect } from 'vitest';
import { isCarriedOut } from './carried-out.ts';
import { slackIdOf } from './people.ts';
import { slack, teams } from './platform.ts';
import { type Scene, story, wrong } from './story.ts';

const windowOf = ({ world }: Scene) => world.slack.control.openView(slackIdOf('jane'));
/** The content of the only field in Jane's window. */
const field = (scene: Scene): string =>
  JSON.stringify(Object.values(windowOf(scene)?.values ?? {}).flatMap((inputs) => Object.values(inputs)));

/** Enters three wrong codes, and has a new one at once: no time passes. */
async function usesUpTheCode(scene: Scene): Promise<void> {
  const { jane, code, getsCode } = scene;
  await getsCode('reset-password');
  for (let nth = 0; nth < 3; nth += 1) {
    await jane.types(wrong(code()));
    await jane.submits();
  }
  await jane.sees('That code no longer works.');
  await jane.isOffered('Send a new code', 'Use another contact', 'Cancel this request');
  await jane.presses('Send a new code');
  await scene.auth0Sent(2);
  await jane.sees('Enter the code');
  await jane.types(code());
  await jane.submits();
  await jane.sees("You're verified");
}

// Not concurrent with other stories: loading the Teams library would keep their modals from opening in time.
describe('On Slack, Send again', () => {
  story(slack, 'stands in the window from the 60th second, and what she has typed until then stays', async (scene) => {
    const { jane, world, code, getsCode } = scene;
    await getsCode('reset-password');
    expect(jane.screen()).toMatch(/You can ask for another at/);
    expect(jane.buttons()).toEqual(['Use another contact', 'Cancel this request']);
    await jane.types(code());
    world.pass(61);
    await jane.isOffered('Send again', 'Use another contact', 'Cancel this request');
    expect(jane.screen()).not.toMatch(/You can ask for another at/);
    expect(field(scene)).toContain(code());
    await jane.submits();
    await jane.sees("You're verified");
  });

  story(
    slack,
    'and also after a wrong try, which is told still; and the next code begins with an empty field',
    async (scene) => {
      const { jane, world, code, getsCode } = scene;
      await getsCode('reset-password');
      await jane.types(wrong(code()));
      await jane.submits();
      await jane.seesBesideInput("That isn't the code. 2 tries left.");
      await world.slack.client(slackIdOf('jane')).fill('12');
      world.pass(61);
      await jane.isOffered('Send again', 'Use another contact', 'Cancel this request');
      expect(field(scene)).toContain('"12"');
      expect(jane.screen()).toContain("That isn't the code. 2 tries left.");
      await jane.presses('Send again');
      await scene.auth0Sent(2);
      await jane.sees(/You can ask for another at/);
      expect(field(scene)).toMatch(/null/);
      await jane.types(code());
      await jane.submits();
      await jane.sees("You're verified");
    },
  );

  story(slack, 'follows a used-up code at once', usesUpTheCode);

  story(slack, 'comes also where the process ends before its time has come', async (scene) => {
    const { jane, world, getsCode } = scene;
    await getsCode('reset-password');
    await world.sleeps(61);
    await jane.isOffered('Send again', 'Use another contact', 'Cancel this request');
  });
});

describe('On Teams, Send again', () => {
  story(teams, 'follows a used-up code at once', usesUpTheCode);

  story(teams, 'is there before, since a drawing takes what is being typed, and nothing is drawn', async (scene) => {
    const { jane, world, getsCode } = scene;
    const updates = () => world.teams?.control.requests.filter(({ method }) => method === 'PUT').length;
    await getsCode('reset-password');
    await isCarriedOut(scene.world);
    await jane.isOffered('Verify', 'Send again', 'Use another contact', 'Cancel this request');
    const before = updates();
    world.pass(61);
    await isCarriedOut(scene.world);
    expect(updates()).toBe(before);
    await jane.presses('Send again');
    await scene.auth0Sent(2);
  });

  story(
    teams,
    'pressed early says once in how many seconds it works, and after that time it is just there',
    async (scene) => {
      const { jane, world, getsCode } = scene;
      const wait = /You can ask for another code in (\d+) seconds/;
      await getsCode('reset-password');
      expect(jane.screen()).not.toMatch(/ask for another/);
      world.pass(20);
      await jane.presses('Send again');
      await jane.sees(wait);
      expect(Number(wait.exec(jane.screen())?.[1])).toBeLessThanOrEqual(40);
      world.pass(20);
      await jane.presses('Send again');
      await jane.sees(/You can ask for another code in [12]?\d seconds/);
      expect([...jane.screen().matchAll(/ask for another/g)]).toHaveLength(1);
      world.pass(21);
      await jane.presses('Send again');
      await scene.auth0Sent(2);
      await jane.sees('Enter the code');
      expect(jane.screen()).not.toMatch(/ask for another/);
    },
  );
});
