// Mutants of who may change the contacts of an account, and from when a contact counts.
import type { Mutant } from '../mutant.ts';

const walk = 'test/flows/walk.test.ts';
const runs = 'test/flows/interleavings.test.ts';
const store = 'test/store/enrolment-contract.ts';
const retries = 'test/engine/retry-policy.test.ts';

export const enrolment: readonly Mutant[] = [
  {
    name: 'other-enrolments-keep-what-they-added',
    file: 'src/store/flow-transition.ts',
    find: 'for (const other of [...others, ...ended])',
    replace: 'for (const other of others)',
    tests: [`${store} › "it wasn’t me" takes out what was added in another request`],
    why: '"It wasn\'t me" about one enrolment takes out what the others added',
  },
  {
    name: 'any-account-signs-in',
    file: 'src/flows/enrolment.ts',
    find: "if (state.account !== undefined && state.account !== account) return ignored('not-yours');",
    replace: '',
    tests: [`${walk} › a sign-in with another account than that of the chat person changes nothing`],
    why: 'whoever enrols signs in with the account of the chat person',
  },
  {
    name: 'a-late-proof-links',
    file: 'src/flows/new-contact.ts',
    find: "moment.now >= state.checkUntil ? back(state, 'unchecked', moment) : link(state, event.contact, moment)",
    replace: 'link(state, event.contact, moment)',
    tests: [
      `${walk} › nothing is linked without a code that was sent to that very address, typed and accepted in this request`,
    ],
    why: 'a contact is linked only while its code is being checked',
  },
  {
    name: 'no-cool-off',
    file: 'src/flows/contact.ts',
    find: 'if (rests !== true) return undefined;',
    replace: 'return undefined;',
    tests: [
      `${walk} › a new contact is not offered before its cool-off is over, nor an unconfirmed one where the policy forbids it`,
      `${runs} › no code goes to a contact before its cool-off is over, whichever were taken out before`,
    ],
    why: 'a new contact cannot be used before its cool-off',
  },
  {
    name: 'unbound-people-recover',
    file: 'src/flows/identification.ts',
    find: "binding === 'bound' || (binding === 'free' && rule === 'optional');",
    replace: "rule === 'optional' || binding === 'bound';",
    tests: [
      `${walk} › only a bound chat person recovers an account that somebody is bound to, or where the policy asks for it`,
    ],
    why: 'only a bound chat person recovers an account that somebody is bound to',
  },
  {
    name: 'binding-never-required',
    file: 'src/flows/identification.ts',
    find: "(binding === 'free' && rule === 'optional')",
    replace: "binding === 'free'",
    tests: [
      `${walk} › only a bound chat person recovers an account that somebody is bound to, or where the policy asks for it`,
    ],
    why: 'the policy may require a binding',
  },
  {
    name: 'older-contact-comes-too-late',
    file: 'src/flows/limits.ts',
    find: 'export const noticeSeconds = 7 * 24 * 3600;',
    replace: 'export const noticeSeconds = 24 * 3600;',
    tests: [`${walk} › an older contact is heard for a week, whatever has become of the request`],
    why: 'an older contact is heard for a week',
  },
  {
    name: 'disowned-contact-stays',
    file: 'src/flows/disowned.ts',
    find: '...begun, ...takenBack(account, changes), tell',
    replace: '...begun, tell',
    tests: [
      `${walk} › an older contact is heard for a week, whatever has become of the request`,
      `${runs} › what is linked in the end was announced, and nobody has disowned it`,
    ],
    why: 'a contact that somebody disowned is taken out again',
  },
  {
    name: 'new-chat-unheard',
    file: 'src/flows/enrolment.ts',
    find: 'const told = isFirst ? [] : announced(state.account, state.changes.length, made);',
    replace: 'const told: readonly Effect[] = [];',
    tests: [`${walk} › a chat person who is new is a change, and is announced unless there is nobody to tell`],
    why: 'a chat person who is new is announced',
  },
  {
    name: 'new-chat-stays',
    file: 'src/flows/contact-change.ts',
    find: "...(changes.some(({ what }) => what === 'bound') ? [{ do: 'unbind-actor', account } as const] : []),",
    replace: '',
    tests: [`${walk} › a chat person who is new is taken out again where somebody says that it was not them`],
    why: '"It wasn\'t me" takes out the new chat person',
  },
  {
    name: 'new-chat-doubts-everybody',
    file: 'src/flows/disowned.ts',
    find: "if (isNew) return { ...own, reach: 'theirs' };",
    replace: '',
    tests: [
      `${walk} › whoever was connected a moment ago doubts nobody else, and voids only their own recovery codes`,
      'test/flows/disowned.test.ts › and was connected %s, too short a time ago, takes back what they did, and no more',
    ],
    why: 'whoever was connected a moment ago takes out nothing that somebody else added',
  },
  {
    name: 'newcomer-silences-older-contact',
    file: 'src/flows/disowned.ts',
    find: 'const isOpen = state.disownedAt === undefined || state.inPart !== undefined;',
    replace: 'const isOpen = state.disownedAt === undefined;',
    tests: ['test/flows/disowned.test.ts › is heard after %s'],
    why: 'an older contact is heard after a newcomer has spoken',
  },
  {
    name: 'earlier-chat-stays',
    file: 'src/flows/disowned.ts',
    find: 'connected !== undefined && isNewAt(first, changes, moment)',
    replace: 'connected !== undefined && false',
    tests: [
      `${walk} › whoever was new when they made a change that is disowned is doubted since they were connected`,
      'test/flows/disowned.test.ts › disconnects the chat that asked where it was connected %s, however late they say so',
    ],
    why: '"It wasn\'t me" disconnects a chat that was connected shortly before in an earlier request',
  },
  {
    name: 'word-comes-too-late',
    file: 'src/flows/decide.ts',
    find: "if (event.type === 'disowned' && isDisownable(state)) return",
    replace: "if (event.type === 'disowned' && isDisownable(state) && !hasRunOut(state, moment)) return",
    tests: [
      `${walk} › "it wasn't me" after the proof freezes the account, ends its sessions and tells the helpdesk`,
      'test/flows/disowned.test.ts › of what was added and what is under way: $what at $now',
    ],
    why: '"It wasn\'t me" is heard also where the time of the request is over',
  },
  {
    name: 'new-chat-undoes',
    file: 'src/auth0/enrolment-record.ts',
    find: '(found?.rests === true && found.since + coolOffMs > at)',
    replace: 'false',
    tests: [
      'test/auth0/enrolments.test.ts › may say "it wasn’t me" when they are as old as a contact must be, or were the first',
    ],
    why: 'whoever was bound a moment ago cannot undo what the owner does',
  },
  {
    name: 'any-request-unbinds',
    file: 'src/auth0/enrolment-record.ts',
    find: "if (found?.is !== 'clear' || found.request !== request) return 'before';",
    replace: "if (found?.is !== 'clear') return 'before';",
    tests: ['test/auth0/enrolments.test.ts › by one request is no new one in the next'],
    why: 'only the request that bound somebody takes them out',
  },
  {
    name: 'removal-in-doubt-unheard',
    file: 'src/flows/removal.ts',
    find: 'if (isForGood(event)) return notDone(state, event, []);',
    replace: 'return notDone(state, event, []);',
    tests: [`${walk} › whatever may have been taken out is announced, also where somebody says that it was not them`],
    why: 'a contact is not taken out without the others hearing of it',
  },
  {
    name: 'linking-in-doubt-stays',
    file: 'src/flows/new-contact.ts',
    find: 'notDone(state, event, [takeOut(state, state.about.ref)])',
    replace: 'notDone(state, event, [])',
    tests: [`${walk} › a contact that is not known to be linked is taken out again, however the request goes on`],
    why: 'nothing is half linked',
  },
  {
    name: 'code-to-a-new-address-proves-a-reset',
    file: 'src/flows/budget.ts',
    find: "budget.counted.findLast(({ what }) => what === 'send')?.flow",
    replace: "budget.counted.findLast(({ what, contact }) => what === 'send' && !isOfNewAddress(contact))?.flow",
    tests: [`${store} › a code to a new address proves nothing in a reset that was waiting for its own`],
    why: 'a code that was sent in an enrolment proves nothing in a reset',
  },
  {
    name: 'removed-contact-proves-itself',
    file: 'src/flows/removal-by-code.ts',
    find: 'state.contacts.filter(({ ref }) => ref !== contact);',
    replace: 'state.contacts;',
    tests: [
      'test/flows/removal-by-code.test.ts › can be proven by every other contact that can be used, and not by itself',
    ],
    why: 'a stolen phone removes nothing by its own codes alone',
  },
  {
    name: 'removal-without-approvals',
    file: 'src/flows/inspection.ts',
    find: "if (subject.kind === 'enroll' && approvals > 0) {",
    replace: 'if (false) {',
    tests: ['test/flows/removal-by-code.test.ts › needs a sign-in where a code alone would not reset its password'],
    why: 'a code alone takes no contact out of an account whose reset the helpdesk approves',
  },
  {
    name: 'frozen-account-signs-in',
    file: 'src/store/flow-transition.ts',
    find: "event.type === 'person.identified' || event.type === 'signed-in' ?",
    replace: "event.type === 'person.identified' ?",
    tests: [
      `${store} › a frozen account is seen to be frozen at the sign-in, also where only the sign-in says whose it is`,
    ],
    why: 'a frozen account enrols nothing, also where only the sign-in says whose it is',
  },
  {
    name: 'disowned-contact-given-up-on',
    file: 'src/engine/retry-policy.ts',
    find: "effect.do === 'announce' || effect.do === 'unbind-actor' || (effect.do === 'unlink-contact' && !effect.report);",
    replace: 'false;',
    tests: [`${retries} › and is tried for a day, ever more rarely, however often that fails`],
    why: 'a disowned contact is taken out however long Auth0 is down',
  },
];
