// The yardstick for acknowledgements: Bolt with its own receiver and nothing else. It stores nothing.
import bolt from '@slack/bolt';
import { answering } from './channel.ts';
import { workspace } from './settings.ts';

const receiver = new bolt.HTTPReceiver({ signingSecret: workspace.signingSecret });
const app = new bolt.App({
  token: workspace.botToken,
  receiver,
  clientOptions: { slackApiUrl: process.env['SLACK_API_URL'] ?? '' },
});
app.command('/unlock', async ({ ack }) => ack());
app.logger.setLevel(bolt.LogLevel.ERROR);
const server = await app.start({ port: 0, host: '127.0.0.1' });
const address = server.address();
const port = typeof address === 'object' && address !== null ? address.port : 0;
process.stdout.write('ready\n');
answering({ where: () => `http://127.0.0.1:${port}` });
process.once('SIGTERM', () => process.exit(0));
