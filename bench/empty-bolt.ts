// The baseline for Slack: Bolt with its own receiver and nothing else. It stores nothing. With WINDOW=1 it opens one
// modal for each command, after it has acknowledged it.
import bolt from '@slack/bolt';
import { z } from 'zod';
import { answering, processorMs } from './channel.ts';
import { workspace } from './settings.ts';

const opens = process.env['WINDOW'] === '1';
const slackApiUrl = z.url().parse(process.env['SLACK_API_URL']);
const app = new bolt.App({
  token: workspace.botToken,
  receiver: new bolt.HTTPReceiver({ signingSecret: workspace.signingSecret }),
  clientOptions: { slackApiUrl },
});
app.logger.setLevel(bolt.LogLevel.ERROR);

const underWay = new Set<Promise<unknown>>();
app.command('/unlock', async ({ ack, body, client }) => {
  await ack();
  if (!opens) return;
  // A repeated delivery fails here: its trigger has been used.
  const opened = client.views.open({ trigger_id: body.trigger_id, view }).catch(() => undefined);
  underWay.add(opened);
  void opened.finally(() => underWay.delete(opened));
});
const view = {
  type: 'modal' as const,
  title: { type: 'plain_text' as const, text: 'Unlock' },
  blocks: [{ type: 'section' as const, text: { type: 'plain_text' as const, text: 'One moment…' } }],
};

const server = await app.start({ port: 0, host: '127.0.0.1' });
const address = server.address();
const port = typeof address === 'object' && address !== null ? address.port : 0;

answering({
  where: () => `http://127.0.0.1:${port}`,
  memory: () => process.memoryUsage(),
  processorMs,
  async drained() {
    const began = performance.now();
    while (underWay.size > 0) await Promise.allSettled([...underWay]);
    return performance.now() - began;
  },
});
process.once('SIGTERM', () => process.exit(0));
