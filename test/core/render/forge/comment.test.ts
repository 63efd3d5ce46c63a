import { describe, expect, test } from 'vitest';
import { readDiagnostics } from '../../../../core/training-diagnostics.ts';
import { commentWithRefusal, waitingComment } from '../../../../core/render/forge/answers.ts';
import { pullRequestComment } from '../../../../core/render/forge/comment.ts';
import { sampleRun } from '../sample-ci-run.ts';
import { facts, viewOf } from './facts.ts';

const comment = pullRequestComment(facts, null);

describe('the comment of a run', () => {
  test('begins with the verdict and the commit', () => {
    expect(comment.split('\n')[0]).toBe('## ✅ CI of `3f2a91c0d4e1` passed');
    const failed = pullRequestComment({ ...facts, run: viewOf(sampleRun.steps) }, null);
    expect(failed.split('\n')[0]).toBe('## ❌ CI of `3f2a91c0d4e1` failed');
  });

  test('has a row for each step', () => {
    expect(comment).toContain('| lint | ✅ passed |  | taken over from 9c1b00aa77ff \\(8.1 s then\\) |');
    expect(comment).toContain(
      '| unit-tests | ✅ passed | 21 s | ⚠ 1 flaky test; 43 tests passed, 1 skipped; coverage 91.2 % |',
    );
  });

  test('tells metrics beside the champion’s and the base’s, with what is better', () => {
    expect(comment).toContain(
      '| metric | this commit | champion (version 7) | against it | `main` at `aaaabbb` | against it |',
    );
    expect(comment).toContain('| accuracy | 0.91 | 0.9 | ▲ +0.01 better | 0.93 | ▼ −0.02 **worse** |');
    expect(comment).toContain('| loss | 0.3 | 0.2 | ▲ +0.1 **worse** | 0.4 | ▼ −0.1 better |');
  });

  test('says that the champion is of other data', () => {
    expect(comment).toContain('The champion is of `data/full`, this commit of `data/sample`');
  });

  test('tells how the data differs from the base’s', () => {
    expect(comment).toContain(
      '| `data/sample` | 2 | 4.77 MiB | `bbbbbbbbbbbb` | **changed**: +977 KiB, was `aaaaaaaaaaaa` |',
    );
  });

  test('tells coverage now and on the base', () => {
    expect(comment).toContain('| evaluate | 91.2 % | 91.2 % | = same |');
    expect(comment).toContain('| unit-tests | 91.2 % | – |  |');
  });

  test('tells flaky tests, and how often they were', () => {
    expect(comment).toContain('failed in 1 of 2 tries (flaky in 3 of 40 runs, 7.5 %): assert 0.499 &gt; 0.5');
  });

  test('without a champion and a base the metrics stand alone', () => {
    expect(pullRequestComment({ ...facts, champion: null, base: null }, null)).toContain(
      '| accuracy | 0.91 |\n',
    );
  });

  test('tells a failed step with its cause, how to mend it, and its last lines', () => {
    const failed = pullRequestComment({ ...facts, run: viewOf(sampleRun.steps) }, null);
    expect(failed).toContain('### data-validation: why it failed');
    expect(failed).toContain('**Cause:** The remote storage refused the credentials.');
    expect(failed).toContain(
      '<summary>The last lines of data-validation</summary>\n\n```text\nERROR: failed',
    );
  });

  test('tells a failed training by its error, its data and its trace', () => {
    const json = JSON.stringify({
      error: { type: 'ValueError', message: 'NaN loss', traceback: 'Traceback\n  File "a.py", line 3' },
      data_stats: { rows: 6000, columns: ['a', 'b'], null_counts: { a: 12, b: 0 } },
    });
    const diagnostics = readDiagnostics(json);
    expect(diagnostics).not.toBeNull();
    if (diagnostics === null) return;
    const run = viewOf(sampleRun.steps);
    const read = { 'data-validation': { findings: { annotations: [], more: 0 }, diagnostics } };
    const failed = pullRequestComment({ ...facts, run: { ...run, read } }, null);
    expect(failed).toContain('**Error:** `ValueError`: NaN loss');
    expect(failed).toContain('| data | 6,000 | 2 | `a` 12 |');
    expect(failed).toContain(
      '<summary>The whole trace</summary>\n\n```text\nTraceback\n  File "a.py", line 3\n```',
    );
  });

  test('while it runs, says how far it is', () => {
    const { ended, ...run } = facts.run;
    expect(ended).toBeDefined();
    expect(pullRequestComment({ ...facts, run }, null)).toMatch(
      /^## ⏳ CI of `3f2a91c0d4e1` is running: 3 of 3 steps/,
    );
  });

  test('of a run that made way for a newer commit', () => {
    const run = { ...facts.run, ended: { passed: false, seconds: 3, supersededBy: 'f'.repeat(40) } };
    expect(pullRequestComment({ ...facts, run }, null)).toMatch(
      /^## ⏹ CI of `3f2a91c0d4e1` made way for `ffffffffffff`/,
    );
  });
});

describe('the checklist', () => {
  const lineOf = (text: string, item: string): string =>
    text.split('\n').find((line) => line.includes(item)) ?? '';

  test('ticks what Longhaul knows, and says so', () => {
    expect(lineOf(comment, 'Its performance is validated')).toMatch(
      /^- \[x\] .* \*\(Longhaul: evaluate passed\)\*/,
    );
    expect(lineOf(comment, 'The data is pushed')).toMatch(/^- \[x\] .*pulled, and compared file by file/);
    expect(lineOf(comment, 'Its size is acceptable')).toMatch(/^- \[ \] Its size is acceptable <!-- /);
  });

  test('is there only for changes that ask for it', () => {
    const other = pullRequestComment({ ...facts, changedFiles: ['README.md'] }, comment);
    expect(other).not.toContain('Checklist');
    const model = pullRequestComment({ ...facts, changedFiles: ['models/a.pkl'] }, null);
    expect(model).not.toContain('The data is pushed');
    expect(model).toContain('Somebody else has read it');
  });

  test('keeps what a person ticked, as GitHub writes it, over updates', () => {
    const ticked = comment.replace('- [ ] Its size', '- [x] Its size').replaceAll('\n', '\r\n');
    const next = pullRequestComment(facts, ticked);
    expect(lineOf(next, 'Its size is acceptable')).toMatch(/^- \[x\] /);
    expect(lineOf(pullRequestComment(facts, next), 'Its size is acceptable')).toMatch(/^- \[x\] /);
    const unticked = next.replace('- [x] Its size', '- [ ] Its size');
    expect(lineOf(pullRequestComment(facts, unticked), 'Its size is acceptable')).toMatch(/^- \[ \] /);
  });

  test('takes back its own tick, never a person’s', () => {
    const failed = { ...facts, run: viewOf(sampleRun.steps) };
    expect(lineOf(pullRequestComment(failed, comment), 'Its performance')).toMatch(
      /^- \[ \] .*Longhaul: evaluate did not pass/,
    );
    const open = pullRequestComment(failed, null).replace('- [ ] Its performance', '- [x] Its performance');
    expect(lineOf(pullRequestComment(failed, open), 'Its performance')).toMatch(/^- \[x\] .*did not pass/);
  });

  test('drops items that are gone', () => {
    const policy = { ...facts.policy, checklist: facts.policy.checklist.slice(0, 1) };
    expect(pullRequestComment({ ...facts, policy }, comment)).not.toContain('Somebody else');
  });

  test('outlives a comment that has no run', () => {
    const ticked = comment.replace('- [ ] Its size', '- [x] Its size');
    const waiting = waitingComment({ commit: facts.run.commit, author: 'eve' }, ticked);
    expect(lineOf(pullRequestComment(facts, waiting), 'Its size is acceptable')).toMatch(/^- \[x\] /);
  });
});

describe('words where nothing runs', () => {
  const refusal = {
    ...{ comment: 12, at: '2026-11-23T14:00:00Z', by: 'eve', command: '/longhaul release' },
    reason: 'eve may not write to this repository',
  };

  test('a stranger hears what has to be said, and for which commit', () => {
    const told = waitingComment({ commit: 'abcdef0123456789', author: 'eve' }, null);
    expect(told).toContain('`/longhaul ok-to-test abcdef0123456789`');
    expect(told).toContain('`abcdef012345`');
  });

  test('a refused command is told once, and stays over updates', () => {
    const once = commentWithRefusal(refusal, comment);
    expect(once.startsWith(comment.split('\n')[0] ?? '')).toBe(true);
    expect(commentWithRefusal(refusal, once)).toBe(once);
    const kept = pullRequestComment(facts, once);
    expect(kept).toContain('`/longhaul release` of `eve` at 2026-11-23 14:00 UTC: eve may not write');
    expect(pullRequestComment(facts, kept)).toBe(kept);
    expect(waitingComment({ commit: 'a'.repeat(40), author: 'eve' }, kept)).toContain('eve may not write');
  });

  test('the five newest are kept', () => {
    const all = [1, 2, 3, 4, 5, 6, 7].reduce<string | null>(
      (standing, number) => commentWithRefusal({ ...refusal, comment: number }, standing),
      null,
    );
    expect(all?.match(/longhaul:answer:\d/g)).toEqual(
      [3, 4, 5, 6, 7].map((number) => `longhaul:answer:${number}`),
    );
  });
});
