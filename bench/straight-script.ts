// The baseline for whole resets: answers Slack, /go and Auth0's log stream with straight-line code that makes the fewest
// outside calls that a reset needs. It checks no signature, no code and no limit, stores nothing and repeats no drawing: anybody who asks
// gets a password.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import { answering } from './channel.ts';
import { accountNumber, userNumber } from './settings.ts';
import { type Course, calls } from './straight-calls.ts';
import { views } from './straight-views.ts';

const interaction = z.looseObject({
  type: z.string(),
  user: z.object({ id: z.string() }),
  view: z
    .looseObject({
      state: z.looseObject({
        values: z.record(z.string(), z.record(z.string(), z.looseObject({ value: z.string() }))),
      }),
    })
    .exactOptional(),
});
const logEntry = z.object({ data: z.looseObject({ user_id: z.string() }) });
const courses = new Map<number, Course>();
let url = '';

function courseOf(nth: number): Course {
  const course = courses.get(nth) ?? { nth, link: `${url}/go/${nth}`, drawn: Promise.resolve() };
  courses.set(nth, course);
  return course;
}

async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await text(request);
  if (request.url === '/slack/events') return slackSays(new URLSearchParams(body), response);
  if (request.url === '/hooks/auth0') {
    response.end();
    return calls.changed(courseOf(accountNumber(logEntry.parse(JSON.parse(body)).data.user_id)));
  }
  // Slack's link preview sends a GET to every link.
  if (request.method !== 'POST') return void response.end();
  const course = courseOf(Number(request.url?.split('/').at(-1)));
  response.writeHead(303, { location: await calls.mint(course) }).end();
}

async function slackSays(form: URLSearchParams, response: ServerResponse): Promise<void> {
  const payload = form.get('payload');
  if (payload === null) {
    response.end();
    return calls.begin(courseOf(userNumber(form.get('user_id') ?? '')), form.get('trigger_id') ?? '');
  }
  const { type, user, view } = interaction.parse(JSON.parse(payload));
  if (type !== 'view_submission') return void response.end();
  const course = courseOf(userNumber(user.id));
  const code = view?.state.values['code']?.['code']?.value;
  const show = (shown: object): void => {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ response_action: 'update', view: shown }));
  };
  if (code === undefined) {
    await calls.sendCode(course);
    return show(views.code);
  }
  await calls.verify(course, code);
  const posted = calls.postLink(course);
  show(views.link(course.link));
  await posted;
}

const server = createServer((request, response) => {
  serve(request, response).catch((error: unknown) => {
    process.stderr.write(`${String(error)}\n`);
    response.destroy();
  });
});
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const address = server.address();
url = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
answering({ where: () => url });
process.once('SIGTERM', () => process.exit(0));
