// A text in reply to a person: sent again only where Teams certainly did not take it, so never shown twice.
import { afterEach, expect, it } from 'vitest';
import { type Scene, samId, setScene } from './scene.ts';

let scene: Scene;
afterEach(() => scene.close());

const said = () => scene.control.messages(samId).filter(({ from }) => from === 'bot');

async function somebodyWrites(): Promise<void> {
  scene = await setScene({ people: [{ aadObjectId: samId, name: 'Somebody', userRole: 'anonymous' }] });
}

it('a sentence to somebody whom Entra does not know comes a little later where Teams asks for a pause', {
  timeout: 120_000,
}, async () => {
  await somebodyWrites();
  scene.control.faults.next({ kind: 'send', times: 3 }, { retryAfterSeconds: 1 });
  await scene.teams.client(samId).message('unlock');
  await scene.control.until(() => said()[0], 15_000);
  expect(said().map(({ text }) => text)).toEqual([expect.stringContaining('Only employees')]);
  expect(scene.calls('send')).toBe(4);
});

it('a sentence that may have been said is not said twice', async () => {
  await somebodyWrites();
  scene.control.faults.next({ kind: 'send' }, { disconnect: true, after: true });
  await scene.teams.client(samId).message('unlock');
  await scene.control.until(() => scene.logged.find((line) => line.includes('teams.call.failed')));
  await scene.adapter.stop();
  expect(said()).toHaveLength(1);
  expect(scene.calls('send')).toBe(1);
});
