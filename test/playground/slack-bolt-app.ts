// A tiny app on Bolt's own HTTPReceiver. It shows that the emulated Slack works with real apps.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { App, HTTPReceiver, type LogLevel } from '@slack/bolt';
import { type Slack, startSlack } from '../../playground/slack/server.ts';
import type { SlackOptions } from '../../playground/slack/settings.ts';

export const WORKSPACE: SlackOptions = {
  signingSecret: 'a-signing-secret-of-the-tests',
  botToken: 'xoxb-of-the-tests',
  teamId: 'T0ACME',
  appId: 'A0LATCHKEY',
  botUserId: 'U0BOT',
};

export type Rig = { readonly slack: Slack; readonly app: App; stop(): Promise<void> };

/** The emulated Slack and a Bolt app, connected; Jane, Sam and a private helpdesk channel with Sam as a member. */
export async function startRig(options: Partial<SlackOptions> = {}): Promise<Rig> {
  const slack = await startSlack({ ...WORKSPACE, ...options });
  const receiver = new HTTPReceiver({ signingSecret: WORKSPACE.signingSecret, logLevel: 'error' as LogLevel });
  const app = new App({
    receiver,
    token: WORKSPACE.botToken,
    deferInitialization: true,
    logLevel: 'error' as LogLevel,
    clientOptions: { slackApiUrl: slack.apiUrl, retryConfig: { retries: 0 }, timeout: 2500 },
  });
  await app.init();
  const server = createServer((request, response) => receiver.requestListener(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  slack.control.connect(`http://127.0.0.1:${port}/slack/events`);
  slack.control.addUser({ id: 'U0JANE', name: 'jane', realName: 'Jane Doe', email: 'jane@acme.test' });
  slack.control.addUser({ id: 'U0SAM', name: 'sam', realName: 'Sam Roe', email: 'sam@acme.test' });
  slack.control.addChannel({ id: 'C0HELPDESK', name: 'helpdesk', members: ['U0SAM'], isPrivate: true });
  return {
    slack,
    app,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await slack.close();
    },
  };
}
