import type { HomePaths } from '../../local/home.ts';
import { isRunning } from '../../local/supervisor/process-identity.ts';
import { readObserved } from '../../local/supervisor/state-files.ts';
import { ok, problem, warning } from './finding.ts';
import type { Check, Finding } from './finding.ts';

/** The one-machine stack: its supervisor, and each server and model that it keeps running. */
export const stackCheck = (home: HomePaths): Check => ({
  area: 'connections',
  name: 'local stack',
  look: async () => {
    const observed = await readObserved(home);
    const told = (name: string, found: Pick<Finding, 'state' | 'said' | 'mend'>): Finding => ({
      area: 'connections',
      name,
      ...found,
    });
    const { supervisor } = observed;
    if (supervisor === null || !(await isRunning(supervisor))) {
      const why = observed.problem === null ? '' : `: ${observed.problem}`;
      return [told('local stack', warning(`does not run${why}`, 'Start it with: longhaul up'))];
    }
    const troubled = observed.processes.filter(({ problem: why }) => why !== null);
    return [
      told('local stack', ok(`${observed.phase}, ${observed.processes.length} processes`)),
      ...troubled.map(({ key, problem: why, restarts }) =>
        told(
          key,
          problem(
            `${why ?? ''} (started again ${restarts} times)`,
            `Its log is in ${home.logs}; then: longhaul up`,
          ),
        ),
      ),
    ];
  },
});
