import { describe, expect, test } from 'vitest';
import { logBytes, logLines } from '../../k8s/api/log-lines.ts';

describe('the last words of a container', () => {
  test('are lines of 300 characters at most', () => {
    const lines = logLines(`Traceback\n\n${'x'.repeat(182_000)}\nValueError: no model\n`, []);
    expect(lines).toEqual(['Traceback', `${'x'.repeat(300)}…`, 'ValueError: no model']);
  });

  test('show no value of a secret, also where a line is cut in the middle of one', () => {
    const secret = 'hunter2-hunter2';
    const [first, second] = logLines(`password=${secret}\n${'x'.repeat(295)}${secret}`, [secret]);
    expect(first).toBe('password=***');
    expect(second).toBe(`${'x'.repeat(295)}***`);
  });

  test('show no beginning of one that is cut by the limit of what is read', () => {
    const begun = `${'x\n'.repeat((logBytes - 8) / 2)}hunter2-`;
    expect(logLines(begun, ['hunter2-hunter2']).join('')).not.toContain('hunter2');
  });
});
