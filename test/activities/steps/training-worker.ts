/** A stand-in for a worker: runs the first attempt of a step and prints every epoch that it heartbeats. */
import type { StepProgress } from '../../../core/step.ts';
import type { RunStepInput } from '../../../activities/contracts.ts';
import { createStepSite } from './step-site.ts';

const [folder = '', input = ''] = process.argv.slice(2);
const { environment, outcome } = createStepSite(folder).start(JSON.parse(input) as RunStepInput);
environment.on('heartbeat', ({ epoch }: StepProgress) => {
  process.stdout.write(`epoch ${epoch ?? 0}\n`);
});
await outcome;
