// Mutants of the REST flow.
import type { Mutant } from '../mutant.ts';

const flow = 'test/rest/flow.test.ts';
const sessions = 'test/rest/session.test.ts';
const sent = 'test/rest/bodies.test.ts';
const routes = 'src/adapters/rest/routes.ts';
const bodies = 'src/adapters/rest/bodies.ts';
const browser = 'src/adapters/rest/foreign-browser.ts';
const password = 'src/adapters/rest/new-password.ts';
const core = 'src/engine/self-service.ts';

export const rest: readonly Mutant[] = [
  {
    name: 'text-that-may-be-sent-is-given-back',
    file: 'src/auth0/codes.ts',
    find: "return failure.kind === 'malformed' || (failure.kind === 'unreachable' && failure.mayHaveHappened);",
    replace: 'return false;',
    tests: ['test/auth0/codes.test.ts › whose text message is sent, and the answer is lost says so to who counts them'],
    why: 'the cap would be exceeded by real messages',
  },
  {
    name: 'refused-texts-use-up-the-day',
    file: 'src/compose/self-service.ts',
    find: 'else await typedSessions.giveTextBack(country, takenAt);',
    replace: '',
    tests: ['test/rest/flow.test.ts › that Auth0 refuses do not use up those of the day, and those that are sent do'],
    why: 'an outage of Auth0 would leave nobody a text message for a day',
  },
  {
    name: 'older-cookie-ends-a-proven-session',
    file: 'src/engine/typed-requests.ts',
    find: 'if (flow !== undefined && isProven(flow.state) && !isHolder) return;',
    replace: '',
    tests: [
      'test/engine/self-service.test.ts › a cookie from before the first code gets nothing, and takes nothing from whoever holds the right one',
    ],
    why: 'whoever planted a cookie would end what its owner has proven since',
  },
  {
    name: 'one-cookie-takes-every-turn',
    file: 'src/engine/self-service.ts',
    find: 'const identified = await oneOf(session.id, () => {',
    replace: 'const identified = await oneOf(`${session.id} ${name}`, () => {',
    tests: [
      'test/engine/self-service.test.ts › one cookie that is sent fifty times at once is taken once, and takes one turn of the lane usual',
    ],
    why: 'a cookie that waits for its turn has passed the limit of its network: sent many times at once, it would keep out everybody',
  },
  {
    name: 'rest-session-outlives-its-tries',
    file: core,
    find: "if (known.endedAt !== undefined) return 'over';",
    replace: '',
    tests: [
      `${flow} › that is wrong can be tried again; with the last try the session ends, and every further request is refused`,
    ],
    why: 'after the last try every further request is refused',
  },
  {
    name: 'rest-member-twice',
    file: bodies,
    find: "return oneMember.test(text) ? { ok: true, value: parsed.data } : invalid('DUPLICATE_MEMBER');",
    replace: 'return { ok: true, value: parsed.data };',
    tests: [`${sent} › that is not of the contract is refused, with what is wrong`],
    why: 'two readers take different members of a document that has one twice',
  },
  {
    name: 'rest-any-type',
    file: bodies,
    find: "if (type !== undefined && !isJsonBody(type)) return refused(problem('UNSUPPORTED_MEDIA_TYPE'));",
    replace: '',
    tests: [`${sent} › of another type is not read, whatever is in it`],
    why: 'a form of another site has no JSON type',
  },
  {
    name: 'rest-foreign-origin',
    file: browser,
    find: 'return origin !== undefined && origin !== publicUrl;',
    replace: 'return false;',
    tests: [
      `${sent} › of a page of another site is refused, unless it could ask; of our own site and of programs it is taken`,
    ],
    why: 'a page of another site must not send requests',
  },
  {
    name: 'rest-other-site-of-the-company',
    file: browser,
    find: "site !== 'same-origin' && site !== 'none'",
    replace: "site === 'cross-site'",
    tests: [
      `${sent} › of a page of another site is refused, unless it could ask; of our own site and of programs it is taken`,
    ],
    why: 'another host of the company is another site',
  },
  {
    name: 'rest-code-of-another-channel',
    file: routes,
    find: "if (standing !== 'asked' || channel !== proof) return proven",
    replace: "if (standing !== 'asked') return proven",
    tests: [`${flow} › a step out of order is answered with the step that is due, before the proof and after it`],
    why: 'a step that is not due is refused',
  },
  {
    name: 'rest-other-password-told-as-set',
    file: password,
    find: `      case 'busy':
      case 'saving':
        return problem('BUSY', { nextStep: 'PENDING', inMs: savingMs });
      case 'done':`,
    replace: `      case 'busy':
      case 'saving':
      case 'dead':
      case 'done':`,
    tests: [`${sessions} › two passwords: one is set, and whoever sent the other is not told that theirs was`],
    why: 'somebody would believe in a password that was not set',
  },
  {
    name: 'rest-lost-answer-told-as-wrong',
    file: core,
    find: "return { value: { is: 'ended' }, isReal: false };",
    replace: "return { value: { is: 'wrong', left, isOpen: false }, isReal: false };",
    tests: [
      `${sessions} › is over, and the next one of the same person has its code at once and takes the place of the first`,
    ],
    why: 'a right code would be wrong for ever',
  },
  {
    name: 'rest-over-is-answered-at-once',
    file: core,
    find: "return standing === 'over' ? pace.quick(async () => ({ value: standing, isReal: false })) : standing;",
    replace: 'return standing;',
    tests: ['test/rest/names.test.ts › an answer to a session that has just ended comes on the beat'],
    why: 'the time of an answer would tell whether a request is being put away',
  },
  {
    name: 'rest-lost-answer-costs-a-code',
    file: core,
    find: 'if (await requests.isLost(session))',
    replace: 'if ((await requests.isLost(session)) && false)',
    tests: [`${sessions} › is over as well for whoever asks for another code, which costs none`],
    why: 'nobody would get a code for an hour',
  },
  {
    name: 'rest-lost-answer-keeps-its-place',
    file: 'src/store/flow-transition.ts',
    find: ' || isForsaken(db, rival.actor, now)',
    replace: '',
    tests: [`${sessions} › gives way to the next one also where nobody has tried it again`],
    why: 'a request that no browser holds would keep its person out',
  },
  {
    name: 'rest-proven-gives-way',
    file: 'src/store/typed-sessions.ts',
    find: "\n    .where('passed', '=', 0)",
    replace: '',
    tests: [
      'test/store/account-contract.ts › a proven request with a typed name keeps its place once its code was answered',
    ],
    why: 'anybody who types a name would end the proven request of its owner',
  },
];
