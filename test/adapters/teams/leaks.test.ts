// No log line contains a secret, at the most verbose level, whatever goes wrong.
import { afterEach, describe, expect, it } from 'vitest';
import { FORGERY_NAMES } from '../../../playground/teams/forgeries.ts';
import { aCard, aFlow, codeCard } from '../slack/scripted-conversation.ts';
import { appPassword, helpdesk, jane as janeActor, type Scene, setScene } from './scene.ts';

const code = '739241';
const link = 'http://127.0.0.1:1/go/Zm9vYmFyLXNlY3JldC10b2tlbg';
const email = 'jane.doe@acme.example';
const planted = [code, 'Zm9vYmFyLXNlY3JldC10b2tlbg', email, 'jane.doe', 'Jane Doe', appPassword, 'private words'];

let scene: Scene;
afterEach(() => scene.close());

describe('the log at trace level', () => {
  it('holds no code, link, address, name, token or words, after everything went well and everything went wrong', async () => {
    scene = await setScene();
    const { jane, script, control, adapter, logged } = scene;
    const withLink = aCard({
      summary: [`Open ${link}`],
      lines: [{ text: ['for ', { person: janeActor }], tone: 'normal' }],
      actions: [{ kind: 'link', act: 'follow-link', label: 'Open', url: link }],
    });
    const value = { action: { type: 'Action.Execute', verb: 'submit-code', data: { flow: aFlow, v: 1, code } } };
    const round = async (): Promise<void> => {
      await adapter.messenger.tell(janeActor, withLink);
      await adapter.messenger.post(helpdesk, withLink);
      await adapter.messenger.isMember(helpdesk, janeActor);
      await adapter.people.lookUp(janeActor);
      await jane.message(`${code} private words`);
      await jane.message(`unlock private words ${email}`);
      await jane.channelMessage(helpdesk, `private words ${email}`);
      await control.send(jane.activity({ type: 'invoke', name: 'adaptiveCard/action', value }));
      await control.send(jane.activity({ text: undefined, value: { act: 'submit-code', flow: aFlow, v: 1, code } }));
      await control.send(jane.activity({ text: undefined, value: { act: code, email } }));
      await control.send(jane.activity({ type: code, name: email, text: 'private words' }));
      await jane.send(jane.activity(), { rawBody: `{"${email}": ${code}` });
      for (const name of FORGERY_NAMES) await jane.send(jane.activity({ text: `private words ${code}` }), name);
      await adapter.stop();
    };
    script.reply = () => ({ kind: 'card', card: codeCard({}, `wrong: ${code}`) });
    await round();
    script.reply = () => Promise.reject(new Error(`${code} ${link} ${email}`));
    for (const fault of [
      'ServiceError',
      'ConversationNotFound',
      { status: 401, body: { message: email } },
      { status: 400, body: { error: { code: `${code} ${email}`, message: email } } },
      { retryAfterSeconds: 60 },
      { disconnect: true },
      { status: 200, body: `<html>${code} ${link} ${email}</html>` },
    ] as const) {
      control.faults.clear();
      control.faults.always('*', fault);
      await round();
    }
    expect(logged.length).toBeGreaterThan(200);
    for (const secret of planted) expect(logged.filter((line) => line.includes(secret))).toEqual([]);
    expect(logged.filter((line) => /eyJ[\w-]{10,}\./.test(line))).toEqual([]);
  }, 120_000);
});
