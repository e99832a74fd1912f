// Which of the connector's addresses serves the company's channels: the one that people's activities named last.
import type { Outcome } from '../../flows/outcome.ts';
import type { Origins } from './origins.ts';
import type { TeamsReferences } from './references.ts';

export interface Services {
  /** Does it at the known address; while none is known, at Microsoft's address for everybody. */
  atOne<T>(work: (serviceUrl: string) => Promise<Outcome<T>>): Promise<Outcome<T>>;
}

export function createServices(references: TeamsReferences, origins: Origins): Services {
  return {
    async atOne(work) {
      const known = await references.latestServiceUrl();
      return work(known !== undefined && origins.isAllowed(known) ? known : origins.fallbackServiceUrl);
    },
  };
}
