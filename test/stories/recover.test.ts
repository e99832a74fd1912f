// Somebody who cannot reach the chat gets back into their account in a browser.
import { describe, expect } from 'vitest';
import { savesPassword, typesPassword } from './browser.ts';
import { eventually } from './chat.ts';
import { janesAccount, janesEmail, people } from './people.ts';
import { slack, teams } from './platform.ts';
import { type Scene, story } from './story.ts';
import { createVisitor, type Visitor } from './visitor.ts';

const policy = 'web: { enabled: true }\n';

export async function typesName(visitor: Visitor, name: string, what: 'reset' | 'unlock' = 'reset'): Promise<void> {
  await visitor.opens('/recover');
  visitor.fills('kind', what);
  visitor.fills('name', name);
  await visitor.presses('Send a code');
  expect(visitor.text()).toContain('If that is your account');
}

const codeSent = ({ auth0 }: Scene, address = janesEmail): Promise<string> =>
  eventually(
    () => auth0.lastCodeTo(address),
    () => 'no code came',
  );

async function typesCode(visitor: Visitor, code: string): Promise<void> {
  visitor.fills('code', code);
  await visitor.presses('Continue');
}

for (const platform of [slack, teams]) {
  describe(`Somebody on the pages, of a company with ${platform.name}`, { concurrent: true }, () => {
    story(
      platform,
      'types their work address and the code, and chooses a new password on the provider’s page',
      async (scene) => {
        const { world } = scene;
        const visitor = createVisitor(world.url);
        await typesName(visitor, people.jane.email);
        await typesCode(visitor, await codeSent(scene));
        await visitor.waitsFor('You’re verified');
        await visitor.presses('Choose a new password');
        const ticket = visitor.left() ?? '';
        world.planted.add(new URL(ticket).searchParams.get('ticket') ?? 'no ticket');
        expect(await savesPassword(ticket, 'Quite-An0ther-Pass-word')).toBe(303);
        await visitor.opens('/recover/next');
        await visitor.waitsFor('The password page is open');
        world.pass(20);
        await visitor.waitsFor('Password changed');
      },
      { policy },
    );

    story(
      platform,
      'chooses a new password on a page of ours, where the policy says so',
      async (scene) => {
        const { world, auth0 } = scene;
        const visitor = createVisitor(world.url);
        await typesName(visitor, people.jane.email);
        await typesCode(visitor, await codeSent(scene));
        await visitor.waitsFor('You’re verified');
        await visitor.presses('Choose a new password');
        expect(visitor.text()).toContain('New password again');
        const link = `${world.url}${visitor.page().path}`;
        const saved = await typesPassword(link, 'Quite-An0ther-Pass-word');
        expect(/<h1>(.*?)<\/h1>/.exec(saved.text)?.[1]).toBe('Your new password is saved');
        await visitor.opens('/recover/next');
        await visitor.waitsFor('Password changed');
        expect(auth0.signIn(janesAccount, 'Quite-An0ther-Pass-word')).toEqual({ ok: true });
      },
      { policy: `${policy}setPasswordHere: [CorpUsers]\n` },
    );
  });
}
