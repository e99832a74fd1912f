// The product as composed in production, with the REST flow on, between the emulators of the stories.
import { onTestFinished } from 'vitest';
import { eventually } from '../stories/chat.ts';
import { janesEmail, people } from '../stories/people.ts';
import { quickBeats, startWorld, type World, type WorldOptions } from '../stories/world.ts';
import { codeIn, createRestClient, dueIn, type RestClient, type RestReply } from './client.ts';

const policyWith = (more = 'setPasswordHere: [CorpUsers]'): string =>
  `rest: { enabled: true }\nconnections: [CorpUsers, OldUsers]\n${more}`;

export async function startRest(options: Partial<WorldOptions> & { readonly more?: string } = {}): Promise<World> {
  const { more, ...rest } = options;
  const world = await startWorld({ policy: policyWith(more), beats: quickBeats, ...rest });
  onTestFinished(() => world.end());
  return world;
}

export const clientOf = ({ url, answers, now }: World): RestClient =>
  createRestClient(url, ({ text, ...reply }, path) => void answers.push({ ...reply, path, body: text, at: now() }));

/** The code that Auth0 sends to this address: the nth since the start. */
export const codeTo = ({ auth0: { control }, planted }: World, to: string, nth = 1): Promise<string> =>
  eventually(
    () => {
      const code = control.outbox.filter((mail) => mail.to === to)[nth - 1]?.code;
      if (code !== undefined) planted.add(code);
      return code;
    },
    () => `no code was sent to ${to}`,
  );

/** From the beginning until a code is asked for. */
export async function names(client: RestClient, username: string, flow = 'password-reset'): Promise<RestReply> {
  await client.post(`/flows/${flow}/select`);
  return client.post('/username/identify/', { username });
}

interface Proving {
  readonly username?: string;
  readonly to?: string;
  readonly nth?: number;
  readonly flow?: string;
}

/** From the beginning until the first code was accepted. */
export async function proves(
  world: World,
  client: RestClient,
  { username = people.jane.email, to = janesEmail, nth = 1, flow = 'password-reset' }: Proving = {},
): Promise<RestReply> {
  await names(client, username, flow);
  return client.post('/verification/email/otp/check/', { otp: await codeTo(world, to, nth) });
}

/** Asks for the status until something else is due. */
export const comesTo = (client: RestClient, wanted: string | undefined): Promise<RestReply> =>
  eventually(
    async () => {
      const reply = await client.get('/status');
      return (codeIn(reply) ?? dueIn(reply)) === wanted ? reply : undefined;
    },
    () => `${wanted} never came`,
  );

/** A code that is surely wrong. */
export const wrongFor = ({ auth0: { control } }: World, to = janesEmail): string =>
  control.lastCodeTo(to) === '111111' ? '222222' : '111111';
