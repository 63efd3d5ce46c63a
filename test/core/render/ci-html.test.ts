import { describe, expect, test } from 'vitest';
import type { CiStepResult } from '../../../core/ci.ts';
import type { StepFingerprint } from '../../../core/fingerprint.ts';
import { ciHtml } from '../../../core/render/ci-html.ts';
import type { CiPageExtras } from '../../../core/render/ci-html.ts';
import type { EndedCiRun } from '../../../core/render/ci-report.ts';
import { sampleExtras, sampleRun } from './sample-ci-run.ts';

const none: CiPageExtras = { fingerprints: new Map(), curves: new Map() };

describe('the page of a CI run', () => {
  const page = ciHtml(sampleRun, sampleExtras);

  test('begins with the answer, and names what did not go well before anything else', () => {
    expect(page).toContain('<title>CI failed: longhaul/flights at 3f2a91c0d4e1</title>');
    expect(page.indexOf('What did not go well')).toBeLessThan(page.indexOf('<h2>Steps'));
    expect(page).toContain('The remote storage refused the credentials.');
    expect(page).toContain('tests/unit/test_model.py::test_fit');
  });

  test('needs nothing but itself: no script, no address, no source', () => {
    expect(page).not.toMatch(/<script|<link|<img|<iframe|src=|href=|url\(|@import|https?:/);
    expect(page).toContain("default-src 'none'");
  });

  test('draws each step that ran as a bar that fits into the picture', () => {
    const bars = [...page.matchAll(/<rect class="bar (\w+)" x="([\d.]+)" y="[\d.]+" width="([\d.]+)"/g)];
    expect(bars.map(([, kind]) => kind)).toEqual(['taken', 'flaky', 'passed', 'failed']);
    for (const [, , x, width] of bars) expect(Number(x) + Number(width)).toBeLessThanOrEqual(1000);
  });

  test('draws a training’s metrics over its epochs and tells what each attempt cost', () => {
    expect(page).toContain('loss went from 0.9 at epoch 1 to 0.2 at epoch 3');
    expect(page).toContain('2 attempts, 50 s of use, 9 s lost, 5 s between attempts');
  });

  test('whatever steps say is text', () => {
    const evil = '<script>alert(1)</script>" onload="x\u0000\u001b[31m&';
    const outcome = {
      status: 'failed',
      reason: evil,
      lastLines: [evil],
      seconds: 1,
      documents: [],
      notes: [evil],
      metrics: { [evil]: 1 },
      flaky: [{ name: evil, failures: 1, tries: 2, message: evil }],
      failure: { id: 'x', kind: 'code', cause: evil, mend: evil },
      training: { epoch: 1, epochs: 2, resumedFrom: 0, attempt: 1, metrics: {} },
    } as const;
    const step: CiStepResult = { name: evil, startedAt: sampleRun.startedAt, needs: [], outcome };
    const run: EndedCiRun = {
      ...sampleRun,
      project: evil,
      trigger: { kind: 'push', by: evil },
      steps: [step],
    };
    const curves = new Map([[evil, [1, 2].map((epoch) => ({ epoch, metrics: { [evil]: epoch } }))]]);
    const made = ciHtml(run, { ...none, curves });
    expect(made).not.toContain('<script');
    expect(made).not.toContain('" onload');
    expect(made).not.toMatch(/[\u0000\u001b]/); // eslint-disable-line no-control-regex
    expect(made.split('&lt;script&gt;').length).toBeGreaterThan(12);
  });

  test('of a run of version 0.1.0, which knows less of its steps, is a page as well', () => {
    const steps = sampleRun.steps.map(({ name, outcome }) => ({ name, outcome }));
    const old = ciHtml({ ...sampleRun, steps }, none);
    expect(old).not.toContain('timeline-title');
    expect(old).toContain('<th scope="row">unit-tests</th>');
  });

  test('tells what each step depended on', () => {
    const [fingerprint] = [...sampleExtras.fingerprints.values()] as readonly StepFingerprint[];
    expect(page).toContain(fingerprint?.digest.slice(0, 19));
    expect(page).toContain('3.11.9');
  });
});
