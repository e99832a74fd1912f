// Says to the one loop of the process that there may be something to do. Made first, so that whoever raises it needs no loop.

export interface WakeSignal {
  raise(): void;
  isRaised(): boolean;
  lower(): void;
  /** Resolves when it is raised, or after so long. */
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
