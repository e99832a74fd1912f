// Whether npm is still there, where it started this process. Killed, it can pass nothing on: without this the server would
// go on alone, unseen, and keep the port.

const lookEveryMs = 300;

/**
 * Calls `onGone` once when the process that started this one has ended. Does nothing where that was not npm but a service
 * manager, a container, or a shell that may be closed while the server goes on (`nohup`).
 */
export function watchParent(env: Readonly<Record<string, string | undefined>>, onGone: () => void): void {
  const parent = process.ppid;
  // Where the first process of a container started it, there is no other that could take over.
  if (!isStartedByNpm(env) || parent <= 1) return;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    onGone();
  }, lookEveryMs);
  timer.unref();
}

/** Or by what does as npm does. What a script of another package started in the background has inherited its variables. */
const isStartedByNpm = (env: Readonly<Record<string, string | undefined>>): boolean =>
  env['npm_lifecycle_event'] !== undefined && (env['npm_package_name'] ?? 'latchkey') === 'latchkey';
