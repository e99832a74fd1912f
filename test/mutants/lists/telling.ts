// Mutants of what people are told without having asked.
import type { Mutant } from '../mutant.ts';

const notice = 'test/flows/notice.test.ts';
const occasions = 'test/engine/occasions.test.ts';
const stories = 'test/stories/changed-elsewhere.test.ts';

export const telling: readonly Mutant[] = [
  {
    name: 'told-but-not-heard',
    file: 'src/flows/state.ts',
    find: "because === 'changed-elsewhere';",
    replace: 'false;',
    tests: [`${notice} › can be disowned for a day, although nothing was proven`],
    why: 'whoever is told of a changed password can stop it',
  },
  {
    name: 'sessions-outlive-a-change-elsewhere',
    file: 'src/flows/notice.ts',
    find: '[...(isFirst ? [endOldSessions(account)] : []), tell]',
    replace: '[tell]',
    tests: [`${notice} › of a changed password ends the sessions for the first of the people only`],
    why: 'Auth0 ends no refresh tokens by itself',
  },
  {
    name: 'every-report-is-a-change',
    file: 'src/flows/notice.ts',
    find: 'one < later(other, sameChangeSeconds) && other < later(one, sameChangeSeconds);',
    replace: 'one === other;',
    tests: [`${notice} › a change that a request has told`],
    why: 'the log stream and the Action report one change with different times',
  },
  {
    name: 'newcomer-takes-out-what-an-administrator-added',
    file: 'src/flows/disowned.ts',
    find: "const isMeant = !isAdministrators(state) || doubt.reach === 'all';",
    replace: 'const isMeant = true;',
    tests: [
      `${notice} › by somebody who was connected a moment ago leaves it: an administrator added it, and not they`,
    ],
    why: 'whoever was connected a moment ago speaks about themselves only',
  },
  {
    name: 'newcomer-takes-out-an-import-by-another-request',
    file: 'src/flows/disowned.ts',
    find: 'const isTheirs = actor === doubt.of && !isAdministrators(state);',
    replace: 'const isTheirs = actor === doubt.of;',
    tests: [`${notice} › about another request, which doubts this person alone, who is new`],
    why: 'a contact from a file is nobody’s own',
  },
  {
    name: 'old-report-is-news',
    file: 'src/engine/occasions.ts',
    find: 'if (at <= later(now, -freshChangeSeconds)) return;',
    replace: '',
    tests: [`${occasions} › a report is no news after a quarter of an hour`],
    why: 'a stream that was down for hours frightens nobody',
  },
  {
    name: 'every-customer-is-looked-up',
    file: 'src/engine/occasions.ts',
    find: 'if (!(await bindings.isBound(account))) return;',
    replace: '',
    tests: [`${occasions} › a report is left alone where nobody is bound`],
    why: 'the changes of customers cost no call at Auth0',
  },
  {
    name: 'whoever-has-left-is-told',
    file: 'src/engine/perform.ts',
    find: "if (effect.to === 'person' && isNotice(flow.state)) return showNotice(effect, flow, world);",
    replace: '',
    tests: [`${stories} › is not told to somebody who has left, and the sessions end all the same`],
    why: 'nobody has just asked, so nobody has looked who works here',
  },
];
