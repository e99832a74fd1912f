// Turns due deadlines into events. Only a courtesy to whoever is watching: every use checks the time itself.
import type { Clock } from '../flows/ports.ts';
import type { FlowStore } from '../flows/store.ts';
import type { Deliver } from './deliver.ts';

const batch = 50;

/** Delivers what is overdue. True when there may be more. */
export async function deliverDeadlines(store: FlowStore, clock: Clock, deliver: Deliver): Promise<boolean> {
  const overdue = await store.overdue(clock.now(), batch);
  for (const flow of overdue) await deliver(flow, { type: 'deadline' });
  return overdue.length === batch;
}
