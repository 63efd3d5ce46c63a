/** A process that holds a lease of the caches of the home in its first argument, until it is ended. */
import { withLease } from '../../../local/caches/leases.ts';
import { homePaths } from '../../../local/home.ts';

await withLease(homePaths(process.argv[2]), 'step', async () => {
  process.stdout.write('held\n');
  await new Promise((resolve) => setTimeout(resolve, 600_000));
});
