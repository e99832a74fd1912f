// Which web request and which flow the present work is for: lines of the log carry both, also those of parts that know neither,
// such as a call to Auth0.
import { AsyncLocalStorage } from 'node:async_hooks';

/** `request`: the id of a web request, as in `answered`. `flow`: the id of a flow. */
export interface WorkContext {
  readonly request?: string;
  readonly flow?: string;
}

const present = new AsyncLocalStorage<WorkContext>();

/** What `work` does and begins is logged with these ids, and with those from around it. */
export const withWorkContext = <T>(context: WorkContext, work: () => T): T =>
  present.run({ ...present.getStore(), ...context }, work);

export const workContext = (): WorkContext => present.getStore() ?? {};
