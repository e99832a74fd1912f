// Which of the connector's addresses serves the company's channels: the one that an activity named last.
import { failed, isFinal, type Outcome } from '../../flows/outcome.ts';
import type { Origins } from './origins.ts';
import type { TeamsReferences } from './references.ts';

export interface Services {
  /** Runs `work` with the known address. While none is known, tries the fallback addresses one after the other. */
  atOne<T>(work: (serviceUrl: string) => Promise<Outcome<T>>): Promise<Outcome<T>>;
}

export function createServices(references: TeamsReferences, origins: Origins): Services {
  return {
    async atOne(work) {
      const known = await references.latestServiceUrl();
      if (origins.isAllowed(known)) return work(known);
      let last = failed({ kind: 'absent', retry: 'never', cause: 'no-service-known' });
      for (const serviceUrl of origins.fallbackServiceUrls) {
        const outcome = await work(serviceUrl);
        if (outcome.ok || !isFinal(outcome.failure.kind)) return outcome;
        last = outcome;
      }
      return last;
    },
  };
}
