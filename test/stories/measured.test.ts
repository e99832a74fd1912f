// The operator's metrics of calls to other systems: each by name and outcome, without personal data.
import { describe, expect } from 'vitest';
import { eventually } from './chat.ts';
import { janesAccount, janesEmail, slackIdOf } from './people.ts';
import { slack, teams } from './platform.ts';
import { type Scene, story } from './story.ts';

async function measured({ world }: Scene): Promise<string> {
  const answer = await fetch(`${world.url}/metrics`);
  return (await answer.text())
    .split('\n')
    .filter((line) => line.startsWith('latchkey_outside_call_seconds_count'))
    .join('\n');
}

/** Waits until all of these calls were counted with these outcomes. */
async function counts(scene: Scene, calls: readonly (readonly [system: string, call: string, outcome: string])[]) {
  for (const [system, call, outcome] of calls) {
    const wanted = `system="${system}",call="${call}",outcome="${outcome}"`;
    await eventually(
      async () => ((await measured(scene)).includes(wanted) ? true : undefined),
      () => `never counted: ${wanted}`,
    );
  }
  const text = await measured(scene);
  for (const secret of [janesAccount, janesEmail, slackIdOf('jane'), 'https:', 'http:']) {
    expect(text).not.toContain(secret);
  }
}

describe('Calls to Slack', () => {
  story(
    slack,
    'are counted and timed',
    async (scene) => {
      scene.auth0.lock(janesAccount);
      scene.world.slack.control.faults.next('chat.postMessage', 'http_500');
      await scene.proves('unlock');
      await scene.triesAgain('show', 1);
      await scene.sam.seesCard(/Unlock.*for/s);
      await scene.helpdeskChannel('jane').presses('Approve');
      await scene.helpdeskChannel('jane').hears('This is your own request');
      await counts(scene, [
        ['slack', 'views.open', 'ok'],
        ['slack', 'views.update', 'ok'],
        ['slack', 'users.info', 'ok'],
        ['slack', 'chat.postMessage', 'ok'],
        ['slack', 'chat.postMessage', 'unreachable'],
        ['slack', 'response_url', 'ok'],
        ['auth0', 'management-token', 'ok'],
      ]);
    },
    { isTroubled: true },
  );
});

describe.each([slack, teams])('Requests', (platform) => {
  story(platform, 'are counted by platform, kind and how they end, and how long they took', async (scene) => {
    await scene.getsCode('reset-password');
    await scene.jane.writes('cancel');
    const labels = `platform="${platform.name.toLowerCase()}",kind="reset"`;
    const whole = async () => (await fetch(`${scene.world.url}/metrics`)).text();
    await eventually(
      async () =>
        (await whole()).includes(`latchkey_requests_closed_total{${labels},outcome="cancelled",because="person"} 1`)
          ? true
          : undefined,
      () => 'the end of a request was never counted',
    );
    const text = await whole();
    expect(text).toContain(`latchkey_requests_total{${labels},outcome="accepted"} 1`);
    expect(text).toContain(`latchkey_request_seconds_count{${labels},outcome="cancelled"} 1`);
  });
});

describe('Calls to Teams', () => {
  story(teams, 'are counted and timed', async (scene) => {
    await scene.getsCode('reset-password');
    await counts(scene, [
      ['teams', 'login', 'ok'],
      ['teams', 'member', 'ok'],
      ['teams', 'send', 'ok'],
    ]);
  });
});
