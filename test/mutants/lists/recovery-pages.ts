// Mutants of the pages for people who cannot reach the chat.
import type { Mutant } from '../mutant.ts';

const routes = 'test/web/recovery.test.ts';
const work = 'test/inbound/proof-of-work.test.ts';
const proof = 'src/inbound/proof-of-work.ts';

export const recoveryPages: readonly Mutant[] = [
  {
    name: 'recovery-form-from-another-website',
    file: 'src/web/recovery-desk.ts',
    find: 'if (isForeign(request, publicUrl)) return page(reply, 403, screens.foreign());',
    replace: '',
    tests: [`${routes} › take no form from another site`],
    why: 'a form that another site sends is refused',
  },
  {
    name: 'recovery-form-of-another-session',
    file: 'src/web/recovery-desk.ts',
    find: "formKeys.verify(formPurpose, kept.id, read.form.get('form') ?? '')",
    replace: "(read.form.get('form') ?? '') !== ''",
    tests: [`${routes} › give a new session at each first page`],
    why: 'the form of one session is worth nothing in another',
  },
  {
    name: 'recovery-names-without-a-limit',
    file: 'src/web/recovery-start.ts',
    find: 'const namesAtOnce = 30;',
    replace: 'const namesAtOnce = 300;',
    tests: [`${routes} › take thirty names at once from one /64`],
    why: 'names come at a pace from one network',
  },
  {
    name: 'recovery-let-in-early',
    file: 'src/web/recovery-start.ts',
    find: 'return leftMs > 0 ?',
    replace: 'return leftMs > 600_000 ?',
    tests: [`${routes} › let nobody in by asking again before the turn`],
    why: 'whoever waits is let in when it is their turn',
  },
  {
    name: 'computed-once-used-often',
    file: proof,
    find: '&& seen.isNew(id)',
    replace: '',
    tests: [`${work} › counts once`],
    why: 'what a browser has computed counts once',
  },
  {
    name: 'computed-for-somebody-elses-challenge',
    file: proof,
    find: 'if (!keys.verify(purpose, `${id} ${until}`, mac)) return false;',
    replace: '',
    tests: [`${work} › does not count for a challenge of another key`],
    why: 'only what we asked for counts',
  },
];
