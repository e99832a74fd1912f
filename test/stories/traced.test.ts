// The operator follows one request through the log: from the delivery of the platform, through its orders, to the calls of Auth0.
import { describe, expect } from 'vitest';
import { z } from 'zod';
import { slack } from './slack-platform.ts';
import { story } from './story.ts';
import { teams } from './teams-platform.ts';

const line = z.looseObject({ msg: z.string().optional(), flow: z.string().optional(), request: z.string().optional() });

describe.each([slack, teams])('One id', (platform) => {
  story(
    platform,
    'leads from the web request to the flow, and from there to every call to Auth0',
    async (scene) => {
      scene.auth0.faults.next({ method: 'POST', path: /passwordless/ }, { status: 500 });
      await scene.jane.asks('reset-password');
      await scene.jane.sees("We'll send a code to");
      await scene.jane.submits();
      await scene.fails('send-code');
      const lines = scene.world
        .logged()
        .split('\n')
        .filter((text) => text !== '')
        .map((text) => line.parse(JSON.parse(text)));
      const begun = lines.filter(({ msg }) => msg === 'a request began');
      expect(begun).toHaveLength(1);
      expect(begun[0]?.request).toMatch(/^[\w-]+$/);
      expect(lines.find(({ msg }) => msg === 'Auth0 call failed')).toMatchObject({
        call: 'passwordless-start',
        flow: begun[0]?.flow,
      });
      expect(lines.find(({ msg }) => msg === 'effect failed, will be tried again')).toMatchObject({
        flow: begun[0]?.flow,
      });
    },
    { isTroubled: true },
  );
});
