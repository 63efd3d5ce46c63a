/** A worker of the queue deploy as a process of its own, which dies when it is told to: arguments are ADDRESS FILE ACTIVITY. */
import { NativeConnection } from '@temporalio/worker';
import { createDependencies } from '../../../../workers/dependencies.ts';
import { World } from '../../../workflow/world.ts';
import { deployActivities } from './activities.ts';
import { startDeployWorker } from './workers.ts';

const [address = '', serverFile = '', fatal = ''] = process.argv.slice(2);
const real = deployActivities(createDependencies(serverFile), new World(), 'inMemory');

/** All that it does is done, and nobody hears of it. */
const dieInsteadOfAnswering = (activity: string): void => {
  if (activity === fatal) process.kill(process.pid, 'SIGKILL');
};

await startDeployWorker(await NativeConnection.connect({ address }), {
  ...real,
  setWeight: async (input) => {
    const answer = await real.setWeight(input);
    dieInsteadOfAnswering(`setWeight ${input.lane.environment} ${input.candidateWeight}`);
    return answer;
  },
  promote: async (input) => {
    const answer = await real.promote(input);
    dieInsteadOfAnswering(`promote ${input.lane.environment}`);
    return answer;
  },
});
process.send?.('ready');
