// Mutants of what may become a contact.
import type { Mutant } from '../mutant.ts';

const reading = 'test/text/new-address.test.ts';
const mail = (title: string): string => `${reading} › a mail address to recover with › ${title}`;
const number = (title: string): string => `${reading} › a number to recover with › ${title}`;
const policy = 'test/config/policy-file.test.ts';

export const contacts: readonly Mutant[] = [
  {
    name: 'new-address-at-work',
    file: 'src/text/new-address.ts',
    find: "if (isOwnDomain(domain, domainOf(workEmail), [])) return refused('own-domain');",
    replace: '',
    tests: [mail('is refused: a domain below'), mail('at work, however the domain is written')],
    why: 'nobody recovers with the mailbox that they are locked out of',
  },
  {
    name: 'new-address-at-a-blocked-domain',
    file: 'src/text/new-address.ts',
    find: "if (isOwnDomain(domain, '', blockedDomains)) return refused('blocked-domain');",
    replace: '',
    tests: [mail('is refused: a blocked domain'), mail('is blocked by the policy also where')],
    why: 'the policy names domains at which nobody has a contact',
  },
  {
    name: 'new-address-domain-as-written',
    file: 'src/text/new-address.ts',
    find: 'const domain = domainToASCII(bare.slice(at + 1));',
    replace: 'const domain = bare.slice(at + 1).toLowerCase();',
    tests: [mail('is read in Cyrillic'), mail('is refused: a blocked domain in Unicode')],
    why: 'one domain has two spellings, and both are compared as DNS writes them',
  },
  {
    name: 'new-address-that-deceives',
    file: 'src/text/new-address.ts',
    find: "if (!isMailAddress(bare)) return refused('malformed');",
    replace: '',
    tests: [mail('is refused: the Kelvin sign'), mail('is refused: two addresses with a comma')],
    why: 'no address is taken that another system could read as another one, or as two',
  },
  {
    name: 'new-address-at-no-real-domain',
    file: 'src/text/new-address.ts',
    find: "if (!isRealDomain(domain)) return refused('malformed');",
    replace: '',
    tests: [mail('is refused: an IP address without brackets'), mail('is refused: a label of 64 characters')],
    why: 'an address at an IP or at a name that DNS cannot hold is a mistake',
  },
  {
    name: 'new-address-in-capitals',
    file: 'src/text/new-address.ts',
    find: 'lowerCased(bare.slice(0, at))',
    replace: '(lowerCased, bare.slice(0, at))',
    tests: [mail('is read in capitals'), mail('has one form')],
    why: 'Auth0 stores lower case, and the same address would look like another one',
  },
  {
    name: 'new-address-of-any-length',
    file: 'src/text/new-address.ts',
    find: "if (typed.length > charsAtMost) return refused('malformed');",
    replace: '',
    tests: [mail('is refused: an address after a long gap')],
    why: 'what is typed is bounded before it is read',
  },
  {
    name: 'number-with-an-extension',
    file: 'src/text/new-address.ts',
    find: 'number.ext !== undefined || ',
    replace: '',
    tests: [number('is refused: an extension')],
    why: 'a text to an extension arrives at somebody else',
  },
  {
    name: 'number-too-short',
    file: 'src/text/new-address.ts',
    find: '!number.isPossible() || ',
    replace: '',
    tests: [number('is refused: too few digits'), number('is refused: too many digits')],
    why: 'no text can be sent there',
  },
  {
    name: 'number-of-a-landline',
    file: 'src/text/new-address.ts',
    find: ' || (type !== undefined && notTexted.has(type))',
    replace: '',
    tests: [number('is refused: a landline'), number('is refused: a dear number')],
    why: 'no text arrives at a landline, and a dear number earns money with each text',
  },
  {
    name: 'number-of-any-country',
    file: 'src/text/new-address.ts',
    find: "if (countries !== undefined && !countries.includes(number.country ?? '')) return refused('country');",
    replace: '',
    tests: [number('is refused: another country'), number('is refused where its code is shared')],
    why: 'the policy names the countries, and texts to others cost the company money',
  },
  {
    name: 'number-inside-words',
    file: 'src/text/new-address.ts',
    find: 'extract: false,',
    replace: '',
    tests: [number('is refused: words around it')],
    why: 'a number is not guessed out of a sentence',
  },
  {
    name: 'country-that-is-none',
    file: 'src/config/policy/schema.ts',
    find: '.refine(isPhoneCountry, country)',
    replace: '',
    tests: [policy],
    why: 'a misspelt country would refuse the numbers of all its people',
  },
];
