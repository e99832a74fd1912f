// Notices when the npm that started this process is gone. A killed npm cannot pass the signal on: without this check the server
// would
// go on alone, unseen, and keep the port.

const checkEveryMs = 300;

/**
 * Calls `onGone` once when the process that started this one has ended. Does nothing where that was not npm but a service
 * manager, a container, or a shell that may be closed while the server goes on (`nohup`).
 */
export function watchParent(env: Readonly<Record<string, string | undefined>>, onGone: () => void): void {
  const parent = process.ppid;
  // If the first process of a container started it, no other process can become its parent, so there is nothing to notice.
  if (!isStartedByNpm(env) || parent <= 1) return;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    onGone();
  }, checkEveryMs);
  timer.unref();
}

/**
 * Also true for tools that set the same variables as npm. A process that a script of another package started in the background
 * inherits that package's variables, so the name must be ours.
 */
const isStartedByNpm = (env: Readonly<Record<string, string | undefined>>): boolean =>
  env['npm_lifecycle_event'] !== undefined && (env['npm_package_name'] ?? 'latchkey') === 'latchkey';
