export interface PacedTask {
  /** Asks for a run. */
  call: () => void;
  stop: () => void;
}

/** Runs a task when called, never twice at once and with a pause after each run; calls meanwhile make one more run. */
export function createPacedTask(task: () => Promise<unknown>, gapMs: number): PacedTask {
  let wanted = false;
  let busy = false;
  let stopped = false;
  const run = async () => {
    busy = true;
    while (wanted && !stopped) {
      wanted = false;
      await task();
      await new Promise((resolve) => setTimeout(resolve, gapMs));
    }
    busy = false;
  };
  return {
    call: () => {
      wanted = true;
      if (!busy) void run();
    },
    stop: () => {
      stopped = true;
    },
  };
}
