import { runCli } from './program.ts';

/** The `longhaul` command as a process. */
process.stdout.on('error', endQuietly);
process.exitCode = await runCli(process.argv.slice(2));

/** Whoever read our output has had enough, as `head` has. */
function endQuietly(error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
}
