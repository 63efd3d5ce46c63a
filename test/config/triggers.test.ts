import { describe, expect, it } from 'vitest';
import { readTriggers } from '../../config/read-triggers.ts';
import { loadProject } from '../../config/load-project.ts';
import { ciOnly, loaded, problems, withRelease } from './repository.ts';

const triggersOf = (text: string) => readTriggers(`${ciOnly}triggers:\n${text}`).policy;

describe('triggers', () => {
  it('are the guide’s where the file says nothing', () => {
    expect(loaded({ 'longhaul.yaml': ciOnly }).config.triggers).toEqual({
      push: ['main', 'develop'],
      pullRequest: ['main'],
      release: ['main'],
      data: { files: ['**/*.dvc', '**/dvc.lock'], branch: 'main', release: true },
      schedules: {
        nightly: {
          ...{ cron: '0 2 * * *', timezone: 'UTC', overlap: 'skip', catchUp: 3_600_000 },
          ...{ branch: 'main', cache: 'ignore', release: false },
        },
      },
      environments: { main: 'production' },
    });
  });

  it('are read alone, whatever else is wrong with the file', () => {
    const read = readTriggers(`${withRelease}ci: { steps: 7 }\ntriggers: { push: [trunk] }\n`);
    expect(read).toMatchObject({ policy: { push: ['trunk'], pullRequest: ['main'] }, releases: true });
  });

  it('that are wrong themselves are told with their line, and the guide’s hold', () => {
    const read = readTriggers(
      `${ciOnly}triggers:\n  push: [main]\n  schedules:\n    late: { cron: 0 25 * * * }\n`,
    );
    expect(read.policy.push).toEqual(['main', 'develop']);
    expect(read.problem).toMatch(/longhaul\.yaml:7:\d+ +triggers\.schedules\.late\.cron/);
    expect(read.problem).toContain('has no hour that there is');
  });

  it('can be none at all', () => {
    expect(triggersOf('  push: []\n  schedules: {}\n')).toMatchObject({ push: [], schedules: {} });
  });

  it.each([
    ['schedules: { x: { cron: "0 2 * *" } }', 'has 4 fields'],
    ['schedules: { x: { cron: "0 2 * * 9" } }', 'day of the week'],
    ['schedules: { x: { cron: "5-1 2 * * 1" } }', 'minute'],
    ['schedules: { x: { cron: "0 2 * * *", timezone: Mars/Olympus } }', 'is no time zone'],
    ['schedules: { compare-data: { cron: "0 2 * * *" } }', 'is not a valid name'],
    ['push: ["two words"]', 'is "two words"'],
    ['data: { branch: "release/*" }', 'the name of a branch'],
    ['environments: { main: live }', '"live"'],
  ])('refuses %s', (triggers, message) => {
    const told = problems({ 'longhaul.yaml': `${ciOnly}triggers: { ${triggers} }\n` });
    expect(told.map((problem) => `${problem.message} ${problem.hint}`).join('\n')).toContain(message);
  });
});

describe('the configuration that CI runs with', () => {
  const files = (path: string): string | null =>
    ({
      'longhaul.yaml': ciOnly,
      'requirements.txt': '',
      'environments/staging.yaml': 'model: { batch_size: 32 }',
      'environments/production.yaml': 'model: { batch_size: 64 }',
    })[path] ?? null;
  const overlayOf = (configuration?: 'staging' | 'production') => {
    const read = loadProject({ files, ...(configuration === undefined ? {} : { configuration }) });
    return read.ok ? read.ciPlan.overlay : read.problems;
  };

  it('is staging’s, or the one that is asked for', () => {
    expect(overlayOf()).toEqual({ LONGHAUL_CONFIG_MODEL_BATCH_SIZE: '32' });
    expect(overlayOf('production')).toEqual({ LONGHAUL_CONFIG_MODEL_BATCH_SIZE: '64' });
  });
});
