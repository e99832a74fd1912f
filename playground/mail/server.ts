// The company's mail server, for the notices that the product sends. It takes every mail to everybody, and keeps it.
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { SMTPServer } from 'smtp-server';
import { readMail } from './message.ts';

export type Mail = { readonly to: string; readonly subject: string; readonly text: string; readonly at: number };

export type MailServer = {
  /** As in SMTP_URL. Without TLS, which the product permits on this machine only. */
  readonly url: string;
  /** Oldest first, one for each recipient. */
  readonly received: readonly Mail[];
  onMail(listener: (mail: Mail) => void): () => void;
  close(): Promise<void>;
};

const sender = 'Latchkey <no-reply@acme.test>';

export async function startMail(now: () => number): Promise<MailServer> {
  const received: Mail[] = [];
  const listeners = new Set<(mail: Mail) => void>();
  const server = new SMTPServer({
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    closeTimeout: 200,
    onData: (stream, session, done) => {
      void buffer(stream).then((raw) => {
        const { subject, text } = readMail(raw.toString('utf8'));
        for (const { address: to } of session.envelope.rcptTo) {
          const mail = { to, subject, text, at: now() };
          received.push(mail);
          for (const listener of listeners) listener(mail);
        }
        done();
      }, done);
    },
  });
  // A client that goes away in the middle of a mail is no reason to end.
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address: AddressInfo | string | null = server.server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `smtp://127.0.0.1:${port}?from=${encodeURIComponent(sender)}`,
    received,
    onMail: (listener) => {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
