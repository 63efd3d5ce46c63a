import { LonghaulError } from '../../core/errors.ts';
import type { ObservedState } from './observed-state.ts';

/** A service that crashes this often before the stack has once been up ends the start. */
const crashesBeforeGivingUp = 3;

/** `running` once every service is ready. @throws LonghaulError NotReady when one keeps crashing */
export function startPhase(observed: ObservedState, services: readonly string[]): Partial<ObservedState> {
  const states = observed.processes.filter(({ key }) => services.includes(key));
  const broken = states.find(({ crashesInARow }) => crashesInARow >= crashesBeforeGivingUp);
  if (broken !== undefined) {
    const log = broken.lastLines.map((line) => `\n  ${line}`).join('');
    throw new LonghaulError('NotReady', `${broken.key} does not start: ${broken.problem ?? ''}${log}`);
  }
  return states.every(({ state }) => state === 'ready') ? { phase: 'running' } : {};
}
