// The operator's command-line tool: from its first line to its exit code.
import { adoptEnvFile } from '../config/env-file.ts';
import { isRefused, namesInDoubt, refusalText } from '../config/installation.ts';
import { isUsageError } from './arguments.ts';
import { runCommand } from './commands.ts';

/** What is allowed but surely a mistake is said before the work; `help` needs no settings. */
function readEnvFile(args: readonly string[]): void {
  if (['', 'help', '--help', '-h'].includes(args[0] ?? '')) return;
  adoptEnvFile(process.env);
  for (const warning of namesInDoubt(process.env)) process.stderr.write(`latchkey: ${warning}\n`);
}

const args = process.argv.slice(2);
readEnvFile(args);
runCommand(args, process.env).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    const text = error instanceof Error ? error.message : String(error);
    process.stderr.write(`${isRefused(error) ? refusalText(error) : `latchkey: ${text}`}\n`);
    // Whoever asks the doctor must know "something is wrong" from "it could not look".
    process.exitCode = isUsageError(error) || args[0] === 'doctor' ? 2 : 1;
  },
);
