// Sends an Answer as an HTTP response.
import type { FastifyReply } from 'fastify';
import type { Answer } from './answer.ts';

export function send(reply: FastifyReply, answer: Answer): FastifyReply {
  reply.code(answer.status).headers({ 'cache-control': 'no-store', ...answer.headers });
  if (answer.body === undefined) return reply.send();
  return reply.type('application/json; charset=utf-8').send(JSON.stringify(answer.body));
}
