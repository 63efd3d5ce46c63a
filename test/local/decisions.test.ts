import { describe, expect, it } from 'vitest';
import { routes } from '../../local/envoy/routes.ts';
import { viewLane, type LaneView } from '../../local/lane-view.ts';
import type { ObservedProcess } from '../../local/supervisor/observed-state.ts';
import { crashesInARow, restartBackoff, restartDelay } from '../../local/supervisor/backoff.ts';
import { explainExit } from '../../local/supervisor/explain-exit.ts';
import { armOf, production as lane } from './support/stack.ts';

describe('pauses between restarts', () => {
  it('double up to the maximum, and begin anew after a stable time', () => {
    const delays = [1, 2, 3, 4, 20].map((crashes) => restartDelay(crashes, restartBackoff));
    expect(delays).toEqual([250, 500, 1_000, 2_000, 15_000]);
    expect(crashesInARow(4, 1_000, restartBackoff)).toBe(5);
    expect(crashesInARow(4, restartBackoff.stableMs, restartBackoff)).toBe(1);
  });
});

describe('why a server ended', () => {
  const exit = { code: 1, signal: null };
  it.each([
    [["ModuleNotFoundError: No module named 'sklearn'"], 'the module sklearn is missing'],
    [['x', 'OSError: [Errno 98] Address already in use', 'bye'], 'its port is taken'],
    [['/bin/sh: 1: uvicorn: not found'], 'the command uvicorn was not found'],
    [['Traceback', 'ValueError: model.pkl is no model', 'exiting'], 'ValueError: model.pkl is no model'],
    [['starting', 'something odd'], 'something odd'],
    [[], 'without a word'],
  ])('is found in its last lines %j', (lines, cause) => {
    expect(explainExit(exit, lines)).toContain(cause);
  });

  it('names the signal, and memory as a likely cause of SIGKILL', () => {
    expect(explainExit({ code: null, signal: 'SIGKILL' }, ['serving'])).toContain('out of memory');
  });
});

describe('routes of a lane', () => {
  const stable = { track: 'stable', arm: armOf({ version: '1' }), endpoints: [] } as const;
  const candidate = { track: 'candidate', arm: armOf({ version: '2' }), endpoints: [] } as const;
  const view = (arms: LaneView['arms'], candidateWeight: number): string =>
    JSON.stringify(routes({ lane, port: 1, arms, candidateWeight }));

  it('hold both arms with hundredths of a percent', () => {
    expect(view([stable, candidate], 12.5)).toContain(
      `[{"name":"flight-delay.production/${stable.arm.id}","weight":8750},{"name":"flight-delay.production/${candidate.arm.id}","weight":1250}]`,
    );
  });

  it('know the header only while there is a candidate', () => {
    expect(view([stable], 0)).not.toContain('canary');
    expect(view([stable, candidate], 0)).toContain('{"name":"canary","string_match":{"exact":"true"}}');
  });

  it('say that nothing is served rather than to fail', () => {
    expect(view([], 0)).toContain('"status":503');
    expect(view([candidate], 0)).toContain('"status":503');
    expect(view([candidate], 100)).not.toContain('"status":503');
  });
});

describe('replicas that are sent traffic', () => {
  const arm = armOf({ version: '1' });
  const replica = (index: number, state: ObservedProcess['state']): ObservedProcess => ({
    key: String(index),
    process: null,
    port: 9_000 + index,
    state,
    restarts: 0,
    crashesInARow: 0,
    problem: null,
    lastLines: [],
    replica: { laneKey: 'flight-delay.production', armId: arm.id, index, version: '1' },
  });
  const ports = (...states: readonly ObservedProcess['state'][]): readonly number[] =>
    viewLane(
      { lane, stable: arm, candidate: null, candidateWeight: 0 },
      1,
      states.map((state, index) => replica(index, state)),
    ).arms.flatMap(({ endpoints }) => endpoints.map(({ port }) => port));

  it('are the ready ones', () => {
    expect(ports('ready', 'starting', 'unready', 'ready', 'ending', 'waiting')).toEqual([9_000, 9_003]);
  });

  it('are those that run but answer late, when there is no other', () => {
    expect(ports('unready', 'starting', 'waiting')).toEqual([9_000]);
  });
});
