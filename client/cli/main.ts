import { terminalOutput } from './output.ts';

/** The `longhaul` command as a process. What is not needed to complete a word is not loaded for it. */
process.stdout.on('error', endQuietly);
const [first, ...others] = process.argv.slice(2);
if (first === '__complete') {
  const { complete } = await import('./completion/complete.ts');
  await complete(others, terminalOutput);
} else {
  const { runCli } = await import('./program.ts');
  process.exitCode = await runCli(process.argv.slice(2));
}

/** Whoever read our output has had enough, as `head` has. */
function endQuietly(error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
}
