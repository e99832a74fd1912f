import { expect, it } from 'vitest';
import { z } from 'zod';
import { unreadFields } from '../../src/outbound/unread-fields.ts';

const shape = z.object({
  user: z.object({ is_bot: z.boolean(), teams: z.array(z.object({ id: z.string() })) }),
  free: z.record(z.string(), z.string()).optional(),
});
const fieldsOf = (answer: unknown, depth?: number) => {
  const read = shape.safeParse(answer);
  return read.success ? [] : unreadFields(read.error.issues, depth);
};

it('fields that cannot be read are named once each, as deep as is asked for, without values and places', () => {
  const odd = { user: { is_bot: 'secret', teams: [{ id: 1 }, { id: 'a' }, { id: 2 }] } };
  expect(fieldsOf(odd)).toEqual(['user']);
  expect(fieldsOf(odd, 3)).toEqual(['user.is_bot', 'user.teams.id']);
  expect(fieldsOf({ user: { is_bot: true, teams: [] }, free: { 'jane@acme.test': 7 } })).toEqual(['free']);
});

it.each([null, 'text', 7, []])('an answer that is nothing of the kind is called its body: %j', (answer) => {
  expect(fieldsOf(answer)).toEqual(['body']);
});
