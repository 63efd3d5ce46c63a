/** Every workflow, by the name that Temporal knows it by. */
export { announcer } from './announcer.ts';
export { answer } from './answer.ts';
export { ciRun } from './ci-run.ts';
export { hold } from './hold.ts';
export { lane } from './lane.ts';
export { reconcileDeliveries } from './reconcile-deliveries.ts';
export { release } from './release.ts';
export { rollback } from './rollback.ts';
export { trigger } from './trigger.ts';
export { watch } from './watch.ts';
