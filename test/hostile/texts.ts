// Texts that an attacker would send to keep the product busy, and how long a function takes for them.

/** What grows when it is normalised, what is then sorted, what opens and never closes, what repeats. */
const pieces: readonly string[] = [
  '\ufdfa',
  '\u0301\u0316',
  ' ',
  '\t\n',
  '\u00a0',
  '-',
  '=',
  '/',
  '.',
  '_',
  '<',
  '<at ',
  '<at>',
  '&',
  '&amp;',
  '&nbsp;',
  '{{',
  '[',
  '{"a":',
  '(',
  '"',
  '\\',
  '0',
  '1:',
  'a',
  'A',
  'A_',
  'é',
  '@',
  'a@',
  'a@a.',
  '%',
  ';',
  ',',
  '\0',
  '\ud83d',
  '\udc00',
  'not ',
  "didn't a ",
  'reset my ',
  '123 ',
  '-eyJ',
  'eyJ.',
  '?code=',
  'Bearer ',
  'xoxb-',
  '/go/',
  'https://hooks.slack.com/',
  '+1',
  'at a:1',
  '19:@',
  '*',
  '`',
  '\u202e',
];

/** Each text has `chars` characters and ends in something that no expression expects there. */
export function* hostileTexts(chars: number): Generator<string> {
  for (const piece of pieces) {
    const run = piece.repeat(Math.ceil(chars / piece.length));
    yield `${run}\u0001`;
    if (chars > longChars) continue;
    yield run;
    yield `unlock ${run} x`;
    yield `not${run}!x`;
  }
}
/** Above this length one text of each kind is enough: shorter texts have already shown what is not linear. */
const longChars = 30_000;

/** CPU time of this thread, in milliseconds: other load on the machine does not count. */
function cpuMs(work: () => unknown): number {
  const before = process.threadCpuUsage();
  work();
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1_000;
}

/**
 * The minimum of a few tries, so that compilation and garbage collection do not count. The first try within the bound
 * is enough.
 */
export function leastMs(work: () => unknown, boundMs: number, tries = 3): number {
  let least = Number.POSITIVE_INFINITY;
  for (let nth = 0; nth < tries && least > boundMs; nth += 1) least = Math.min(least, cpuMs(work));
  return least;
}
