import { setTimeout as delay } from 'node:timers/promises';
import { areas, problem, problemOf } from './finding.ts';
import type { Check, Finding } from './finding.ts';

/** How long one check may take before it is given up. */
const patienceMs = 15_000;

/** Looks at everything at once; `onFound` hears of each check as it ends. Findings come by area, as the checks were given. */
export async function examine(
  checks: readonly Check[],
  onFound: (check: Check, findings: readonly Finding[]) => void,
  withinMs: number = patienceMs,
): Promise<readonly Finding[]> {
  const found = await Promise.all(
    checks.map(async (check) => {
      const findings = await look(check, withinMs);
      onFound(check, findings);
      return findings;
    }),
  );
  return found.flat().sort((a, b) => areas.indexOf(a.area) - areas.indexOf(b.area));
}

async function look(check: Check, withinMs: number): Promise<readonly Finding[]> {
  const { area, name } = check;
  const given = new AbortController();
  const late = delay(withinMs, undefined, { signal: given.signal }).then(() => [
    {
      area,
      name,
      ...problem(
        `no answer within ${withinMs / 1000} s`,
        'See whether it hangs, and ask again: longhaul doctor',
      ),
    },
  ]);
  late.catch(() => undefined);
  try {
    return await Promise.race([check.look(), late]);
  } catch (error) {
    return [{ area, name, ...problemOf(error, 'See more with: LONGHAUL_DEBUG=1 longhaul doctor') }];
  } finally {
    given.abort();
  }
}
