// Settings that were refused, as findings: whoever reads the doctor's report by a program reads them in the same form.
import type { Finding } from './check.ts';

/** `about`: the name of a setting, `.env`, or `policy`. `what`: one sentence, without a secret. */
export interface Complaint {
  readonly about: string;
  readonly what: string;
}

export const refusedFindings = (complaints: readonly Complaint[]): readonly Finding[] => [
  ...complaints.map(
    ({ about, what }): Finding => ({
      ...{ check: `settings.${about === '.env' ? 'env-file' : about}`, state: 'failed', what },
      remedy:
        about === 'policy'
          ? 'Mend it. All keys: npm run latchkey -- help policy'
          : 'Mend it. All settings: npm run latchkey -- help env',
    }),
  ),
  {
    ...{ check: 'settings.services', state: 'skipped' },
    what: 'The services were not looked at: the settings come first.',
  },
];
