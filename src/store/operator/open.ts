// The database as the operator's commands see it, beside running servers. Is no instance: holds no lease and takes over nothing.
import { existsSync } from 'node:fs';
import type { Flows, Occasions, RecoveryCodes, Surfaces } from '../../flows/store.ts';
import { connect } from '../connection.ts';
import { createFlowReading } from '../flow-rows.ts';
import { createOperatorTransition } from '../flow-transition.ts';
import { missingSteps } from '../migrations/migrations.ts';
import { createOccasions } from '../occasions.ts';
import { createRecoveryCodes } from '../recovery-codes.ts';
import { createSurfaces } from '../surfaces.ts';
import { createOperatorActs, type OperatorActs } from './acts.ts';
import { createOperatorPauses, type OperatorPauses } from './pauses.ts';
import { createOperatorRequests, type OperatorRequests } from './requests.ts';
import { createOperatorWork, type OperatorWork } from './work.ts';

export interface OperatorStore {
  readonly flows: Pick<Flows, 'read' | 'apply'>;
  readonly surfaces: Pick<Surfaces, 'surfaces'>;
  readonly recoveryCodes: Pick<RecoveryCodes, 'find'>;
  readonly requests: OperatorRequests;
  readonly work: OperatorWork;
  readonly pauses: OperatorPauses;
  readonly acts: OperatorActs;
  /** A server tells it. */
  readonly occasions: Pick<Occasions, 'keep'>;
  close(): Promise<void>;
}

/** Never creates or migrates a database: an operator's command that does so has the wrong one. Throws with one sentence. */
export async function openOperatorStore(url: string): Promise<OperatorStore> {
  const path = url.startsWith('sqlite:') ? url.slice('sqlite:'.length) : undefined;
  if (path !== undefined && !existsSync(path))
    throw new Error(`there is no database at ${path}. Set DATABASE_URL to the one that the server uses`);
  const { db, dialect, transactions } = connect(url, 'command');
  try {
    const missing = await missingSteps(db, dialect);
    if (missing.length > 0)
      throw new Error(
        'the database is not of this release yet. Run `latchkey migrate`, or start the server of this release',
      );
  } catch (error) {
    await db.destroy();
    throw error;
  }
  return {
    flows: { ...createFlowReading(transactions), ...createOperatorTransition(transactions) },
    surfaces: createSurfaces(transactions),
    recoveryCodes: createRecoveryCodes(transactions),
    requests: createOperatorRequests(transactions),
    work: createOperatorWork(transactions),
    pauses: createOperatorPauses(transactions),
    acts: createOperatorActs(transactions),
    occasions: createOccasions(transactions),
    close: () => transactions.close(),
  };
}
