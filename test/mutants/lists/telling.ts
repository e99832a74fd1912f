// Mutants of what people are told without having asked.
import type { Mutant } from '../mutant.ts';

const notice = 'test/flows/notice.test.ts';
const occasions = 'test/engine/occasions.test.ts';
const stories = 'test/stories/changed-elsewhere.test.ts';
const onTheWeb = 'test/stories/on-the-web.test.ts';
const inspection = 'test/flows/inspection.test.ts';
const samePerson = 'test/bot/same-person.test.ts';
const directory = 'test/auth0/directory.test.ts';

export const telling: readonly Mutant[] = [
  {
    name: 'told-but-not-heard',
    file: 'src/flows/state.ts',
    find: "because === 'changed-elsewhere' ||",
    replace: 'false ||',
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
    name: 'web-request-goes-unannounced',
    file: 'src/flows/challenge.ts',
    find: 'const isOwed = policy.announcesRequests === true && first === undefined;',
    replace: 'const isOwed = false;',
    tests: [`${inspection} › is announced with its first code, once and before all else: reset`],
    why: 'nobody else tells the owner that somebody asks in their name',
  },
  {
    name: 'password-changed-on-the-web-goes-untold',
    file: 'src/flows/notice.ts',
    find: 'return { ...decision, effects: [...decision.effects, order] };',
    replace: 'return decision;',
    tests: [`${notice} › orders that its owner is told, once: at the provider's page`],
    why: 'in the chat of the owner nothing else shows that the password is a new one',
  },
  {
    name: 'told-of-a-new-password-as-of-a-request',
    file: 'src/store/occasions.ts',
    find: "return 'changedAt' in occasion ? JSON.stringify({ changedAt: occasion.changedAt }) : null;",
    replace: 'return null;',
    tests: [
      'test/store/occasions-contract.ts › that a request on the web changed the password is told beside the request itself, once',
    ],
    why: 'the owner must read that it is done',
  },
  {
    name: 'ticket-of-a-web-request-outlives-the-word-of-its-owner',
    file: 'src/flows/closed.ts',
    find: "state.ending.because === 'requested-elsewhere' && subject.kind === 'reset'",
    replace: 'false',
    tests: [`${notice} › of a reset pauses the account, and takes back what it may have led to`],
    why: 'the notice does not know how far the request came',
  },
  {
    name: 'visitor-needs-no-more-approvals',
    file: 'src/flows/inspection.ts',
    find: 'const approvals = byRule + (policy.extraApprovals ?? 0);',
    replace: 'const approvals = byRule;',
    tests: [`${inspection} › an unlock whose rule asks for 1 needs 2`],
    why: 'no chat vouches for whoever typed a name',
  },
  {
    name: 'owner-approves-what-was-asked-on-the-web',
    file: 'src/bot/helpdesk/same-person.ts',
    find: "return bound.ok ? success(bound.value.is === 'account') : bound;",
    replace: 'return success(false);',
    tests: [`${samePerson} › whoever is bound to it by its own record is the person, though nothing here says so`],
    why: 'the account alone says who the person of such a request is',
  },
  {
    name: 'card-does-not-say-where-it-comes-from',
    file: 'src/bot/cards/helpdesk-card.ts',
    find: "...(fromWeb === undefined ? [] : [line(fromWeb, 'alert')]),",
    replace: '',
    tests: [
      `${onTheWeb} › says on its card where it comes from, whose account it is and what that means, at every step`,
    ],
    why: 'whoever approves must see that only the code says who it is',
  },
  {
    name: 'address-stands-for-a-name',
    file: 'src/auth0/directory.ts',
    find: "return /^\\p{L}[\\p{L}\\p{M}'’.,() -]*…?$/u.test(shown) ? shown : undefined;",
    replace: "return shown === '' ? undefined : shown;",
    tests: [`${directory} › is not called by what is no name: the address`],
    why: 'the name of a user in a database is their address until somebody changes it',
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
