// Runs the operator's tool as a process of its own, as an operator does.
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { asStarted } from '../as-started.ts';

const script = fileURLToPath(new URL('../../src/cli/cli.ts', import.meta.url));

export interface Run {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export const runLatchkey = (args: readonly string[], env: Readonly<Record<string, string>>): Promise<Run> =>
  new Promise((resolve) => {
    execFile(process.execPath, [...asStarted(script), ...args], { env }, (error, out, err) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, out, err });
    });
  });
