// What anybody may read must hold nothing that nobody may know.
import { expect, it } from 'vitest';
import { deployed, read } from './files.ts';

const secrets: readonly RegExp[] = [
  /xox[abposr]-\w/,
  /-----BEGIN/,
  // Keys and hashes: 32 bytes or more in hexadecimal or base64. The comments say how to make one.
  /\b[0-9a-f]{64}\b/i,
  /(?<![\w/+.-])[A-Za-z0-9+/]{43}=/,
  // A password in an address: only the name of a variable, or a word in capitals that stands for one.
  /:\/\/[^\s:/@]+:(?!\$\{[A-Z_]+:\?|PASSWORD@)[^\s@]+@/,
];

it.each(deployed())('%s holds no secret', (path) => {
  for (const pattern of secrets) expect(read(path)).not.toMatch(pattern);
});

it('a secret would be found', () => {
  const planted = ['xoxb-1', '-----BEGIN PRIVATE', 'ab'.repeat(32), `${'Ab1'.repeat(14)}A=`, 'postgres://a:secret@b/c'];
  for (const [n, text] of planted.entries()) expect(text).toMatch(secrets[n] ?? /^$/);
});
