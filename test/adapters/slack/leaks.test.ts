// No log line contains a secret, at the most verbose level, whatever goes wrong.
import { afterEach, describe, expect, it } from 'vitest';
import { knownActor } from '../../../src/flows/ids.ts';
import { type Scene, setScene } from './scene.ts';
import { aCard, codeCard } from './scripted-conversation.ts';

const code = '739241';
const link = 'http://127.0.0.1:1/go/Zm9vYmFyLXNlY3JldC10b2tlbg';
const email = 'jane.doe@acme.example';
const planted = [code, 'Zm9vYmFyLXNlY3JldC10b2tlbg', email, 'jane.doe', 'xoxb-of-the-scene', 'private words'];

let scene: Scene;
afterEach(() => scene.close());

describe('the log at trace level', () => {
  it('holds no code, link, address, token or words, after everything went well and everything went wrong', async () => {
    scene = await setScene();
    const { jane, sam, script, control, adapter, logged } = scene;
    const actor = knownActor('slack:T0ACME:U0JANE');
    const withLink = aCard({
      summary: [`Open ${link}`],
      actions: [{ kind: 'link', act: 'follow-link', label: 'Open', url: link }],
    });
    const round = async (): Promise<void> => {
      await adapter.messenger.tell(actor, withLink);
      await adapter.messenger.post('C0HELPDESK', withLink);
      await adapter.people.lookUp(actor);
      await jane.command('/unlock', { text: `private words ${email}` });
      await jane.command('/unlock');
      await jane.dm(`${code} private words`);
      await jane.dm('unlock private words');
      await jane.send('interaction', {
        type: 'view_submission',
        api_app_id: 'A0LATCHKEY',
        user: { id: 'U0JANE', team_id: 'T0ACME', name: email },
        team: { id: 'T0ACME' },
        trigger_id: `${Math.random()}`,
        view: {
          id: 'V0',
          type: 'modal',
          callback_id: 'lk.submit-code',
          private_metadata: '',
          state: { values: { b: { code: { value: code } } } },
        },
      });
      await jane.send('interaction', `payload=${encodeURIComponent(`{"${code}`)}`);
      await jane.send('event', `{"${email}": ${code}`, { signature: null });
      await jane.send('event', `{"${email}": "${code}"`);
      await jane.send('command', `text=${encodeURIComponent(email)}&x=${Math.random()}`, { secret: 'another' });
      await sam.press({ channel: 'C0HELPDESK', ts: '0' }, { actionId: 'x', anyway: true }).catch(() => undefined);
      await adapter.stop();
    };
    script.reply = () => ({ kind: 'card', card: codeCard({}, `wrong: ${code}`) });
    await round();
    script.reply = () => Promise.reject(new Error(`${code} ${link} ${email}`));
    for (const fault of [
      'http_500',
      'ratelimited',
      'invalid_auth',
      'disconnect',
      { kind: 'http', status: 400, body: `${code} ${email}` },
    ] as const) {
      control.faults.clear();
      control.faults.always('*', fault);
      await round();
    }
    control.faults.clear();
    control.faults.always('*', { kind: 'http', status: 200, body: `<html>${code} ${link} ${email}</html>` });
    await round();
    expect(logged.length).toBeGreaterThan(50);
    for (const secret of planted) expect(logged.filter((line) => line.includes(secret))).toEqual([]);
  });
});
