// Tells the one loop of the process that there may be something to do. Separate from the loop, so that callers need not know it.

export interface WakeSignal {
  raise(): void;
  isRaised(): boolean;
  lower(): void;
  /** Resolves when it is raised, or after `ms`. */
  wait(ms: number): Promise<void>;
}

export function createWakeSignal(): WakeSignal {
  let raised = false;
  let wake = (): void => {};
  return {
    raise() {
      raised = true;
      wake();
    },
    isRaised: () => raised,
    lower() {
      raised = false;
    },
    async wait(ms) {
      if (raised) return;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, ms);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    },
  };
}
