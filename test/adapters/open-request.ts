// Unfinished requests, as an attacker sends them to occupy the server: headers, a part of a body, and then nothing.
import { connect, type Socket } from 'node:net';

export interface OpenRequest {
  readonly socket: Socket;
  /** The whole answer, once the other side has closed the connection. Never rejects. */
  readonly ended: Promise<string>;
}

/** `body` is sent as far as the server reads it; `content-length` may announce more. */
export function openRequest(
  port: number,
  path: string,
  headers: Readonly<Record<string, string>>,
  body: Buffer = Buffer.alloc(0),
): OpenRequest {
  const lines = Object.entries({ host: 'x', ...headers }).map(([name, value]) => `${name}: ${value}\r\n`);
  const socket = connect(port, '127.0.0.1');
  socket.write(`POST ${path} HTTP/1.1\r\n${lines.join('')}\r\n`);
  if (body.length > 0) socket.write(body);
  let answer = '';
  const ended = new Promise<string>((resolve) => {
    socket.on('data', (data) => {
      answer += data;
    });
    socket.on('error', () => undefined);
    socket.on('end', () => socket.destroy());
    socket.on('close', () => resolve(answer));
  });
  return { socket, ended };
}

export const portOf = (url: string): number => Number(new URL(url).port);
