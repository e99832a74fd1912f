// The baseline for processor time: what any server must do that stores a signed command before it acknowledges it.
// `node:http`, one HMAC, and one insert; inserts that arrive together share one commit, which is flushed to the disk.
import { createHmac, timingSafeEqual } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { text } from 'node:stream/consumers';
import { answering, processorMs } from './channel.ts';
import { workspace } from './settings.ts';

const folder = mkdtempSync(join(tmpdir(), 'latchkey-bench-'));
const database = new DatabaseSync(join(folder, 'commands.db'));
database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE commands (body TEXT NOT NULL)');
const insert = database.prepare('INSERT INTO commands VALUES (?)');

interface Waiting {
  readonly body: string;
  readonly acknowledge: () => void;
}
let waiting: Waiting[] = [];

function commit(): void {
  const group = waiting;
  waiting = [];
  database.exec('BEGIN IMMEDIATE');
  for (const { body } of group) insert.run(body);
  database.exec('COMMIT');
  for (const { acknowledge } of group) acknowledge();
}

function store(body: string): Promise<void> {
  return new Promise((resolve) => {
    if (waiting.length === 0) setImmediate(commit);
    waiting.push({ body, acknowledge: resolve });
  });
}

function isSigned(timestamp: unknown, signature: unknown, body: string): boolean {
  const expected = `v0=${createHmac('sha256', workspace.signingSecret).update(`v0:${timestamp}:${body}`).digest('hex')}`;
  return (
    String(signature).length === expected.length &&
    timingSafeEqual(Buffer.from(String(signature)), Buffer.from(expected))
  );
}

const server = createServer(async (request, response) => {
  const body = await text(request);
  const { 'x-slack-request-timestamp': timestamp, 'x-slack-signature': signature } = request.headers;
  if (!isSigned(timestamp, signature, body)) return void response.writeHead(401).end();
  await store(body);
  response.end();
});
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const address = server.address();
const port = typeof address === 'object' && address !== null ? address.port : 0;

answering({ where: () => `http://127.0.0.1:${port}`, processorMs, drained: () => 0 });
process.once('SIGTERM', () => {
  rmSync(folder, { recursive: true, force: true });
  process.exit(0);
});
