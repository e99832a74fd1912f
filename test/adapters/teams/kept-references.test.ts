// Reading stored conversation references, which say where a person can be reached.
import { describe, expect, it } from 'vitest';
import { createReferenceStore } from '../../../src/adapters/teams/reference-store.ts';
import { instant } from '../../../src/flows/ids.ts';
import { helpdesk, jane } from './scene.ts';

const where = { serviceUrl: 'https://smba.example/emea/', conversationId: 'a:1', userId: '29:1', isPersonal: true };
const keptAs = (place: string | undefined) =>
  createReferenceStore(
    { keep: async () => undefined, find: async () => place, forget: async () => undefined, latest: async () => place },
    { now: () => instant(0) },
  );

describe('where somebody can be reached', () => {
  it('is given back as it was kept', async () => {
    expect(await keptAs(JSON.stringify(where)).find(jane)).toEqual(where);
    expect(await keptAs(undefined).find(jane)).toBeUndefined();
    expect(await keptAs('{"conversationId":7}').find(jane)).toBeUndefined();
  });

  it('is no channel that was kept for a personal chat', async () => {
    const channel = { ...where, conversationId: helpdesk };
    expect(await keptAs(JSON.stringify(channel)).find(jane)).toEqual({ ...channel, isPersonal: false });
  });
});
