import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { StepOutcome } from '../../../../core/step.ts';
import { commandIn } from '../../../../core/comment-command.ts';
import { textBytes } from '../../../../core/json-size.ts';
import { commentWithRefusal } from '../../../../core/render/forge/answers.ts';
import { ciChecks } from '../../../../core/render/forge/checks.ts';
import { pullRequestComment } from '../../../../core/render/forge/comment.ts';
import type { PullRequestFacts } from '../../../../core/forge-view.ts';
import { facts, viewOf } from './facts.ts';

const pieces = [
  ...['/longhaul approve', '\n/longhaul ok-to-test', '  /LONGHAUL release'],
  ...[
    '@ann',
    '@team/all',
    '&#64;ann',
    '&commat;ann',
    'a@b.example',
    '#12',
    'o/r#12',
    'GH-12',
    '\\@ann',
    '\\',
  ],
  ...[
    '`',
    '``',
    '```',
    '````',
    '~~~',
    '```\n',
    '\n```\n',
    '    ',
    '\t',
    '\n',
    '\n\n',
    '\r\n',
    '\r',
    '$x$',
    '$$',
  ],
  ...[
    '</details>',
    '<details>',
    '<summary>',
    '</summary>',
    '<img src=x>',
    '<script>',
    '<!--',
    '-->',
    '<a href="x">',
  ],
  ...['<!-- longhaul:checklist -->', '<!-- longhaul:item:none:x -->', '<!-- longhaul:answers:end -->'],
  ...[
    'https://evil.example',
    'http://',
    'www.evil.example',
    '[a](http://b)',
    '![a](b)',
    '[a]: b',
    '<http://b>',
  ],
  ...[
    '|',
    '\\|',
    '| --- |',
    '# ',
    '> ',
    '- [x] ',
    '1. ',
    '* ',
    '---',
    '===',
    '**',
    '__',
    '~~',
    '\u0000',
    '\u202e',
  ],
  ...['\u001b[31m', '\ud83d', '😀', 'ä', 'x'.repeat(200)],
];
const hostile = fc
  .array(fc.oneof(fc.constantFrom(...pieces), fc.string({ maxLength: 5 })), { maxLength: 12 })
  .map((parts) => parts.join(''));

/** The comment of a run in which every word that users' code has a say in is the hostile one. */
function factsWith(text: string): PullRequestFacts {
  const outcome: StepOutcome = {
    ...{
      status: 'failed',
      reason: text,
      lastLines: [text, 'a line', text],
      seconds: 1,
      documents: [],
      notes: [text],
    },
    tests: { passed: 1, failed: 1, skipped: 0 },
    coverage: 12,
    metrics: { [text]: 0.5, accuracy: 0.9 },
    data: [{ target: text, digest: text, files: 1, bytes: 9, source: 'cache' }],
    flaky: [{ name: text, failures: 1, tries: 2, message: text }],
    failure: { id: 'x', kind: 'code', cause: text, mend: text },
    because: [text],
  };
  const run = viewOf([{ name: 'train', outcome }]);
  const diagnostics = {
    error: { type: text, message: text, trace: `${text}\n${text}` },
    data: [{ name: text, rows: 1, columns: 2, nulls: { [text]: 3 }, missing: false }],
  };
  const report = { name: text, text };
  const read = { train: { findings: { annotations: [], more: 3 }, diagnostics, report } };
  const checklist = [
    { title: text, files: ['src'], items: [{ item: text }, { item: `${text}2`, steps: ['train'] }] },
  ];
  return {
    ...facts,
    run: { ...run, read, detailsUrl: `https://longhaul.example/${text}` },
    base: { branch: text, commit: 'a'.repeat(40), steps: facts.base?.steps ?? [] },
    champion: { version: text, metrics: { accuracy: 0.5 }, data: { [text]: text } },
    changedFiles: ['src/a.py'],
    policy: { checklist, lowerIsBetter: [] },
  };
}

/** The text outside of blocks of code, each of which has to end. */
function outsideOfCode(text: string): readonly string[] {
  let fence: string | null = null;
  const outside: string[] = [];
  for (const line of text.split('\n')) {
    const marks: string | undefined = /^ {0,3}(`{3,})(?:text)?\s*$/.exec(line)?.[1];
    if (fence === null && marks !== undefined) fence = marks;
    else if (fence === null) outside.push(line);
    else if (marks !== undefined && marks.length >= fence.length && !line.includes('text')) fence = null;
  }
  expect(fence).toBeNull();
  return outside;
}

const withoutCode = (line: string): string => line.replace(/(?<!\\)`[^`]*`/g, 'code');

const own = /<\/?details>|<\/?summary>|<!-- longhaul:[\w:%.]+ -->/g;

/** What has to hold of every text, whatever went into it. */
function expectHarmless(text: string): void {
  const outside = outsideOfCode(text);
  const whole = outside.map(withoutCode).join('\n');
  expect(whole.match(/<details>/g)?.length).toBe(whole.match(/<\/details>/g)?.length);
  expect(text).not.toMatch(/(?![\n\t])\p{Cc}|\u202e/u);
  expect(textBytes(text)).toBeLessThan(65_000);
  expect(commandIn(text)).toBeNull();
  expect(text).not.toMatch(/^\s*\/longhaul/im);
  for (const line of outside) {
    const plain = withoutCode(line)
      .replace(/\]\(https:\/\/longhaul[^()\s]*\)/g, '')
      .replace(own, '');
    expect(plain).not.toMatch(/[<]/);
    expect(plain.replace(/&(?:amp|lt|gt|quot|#124);/g, '')).not.toMatch(/&/);
    expect(plain).not.toMatch(/@(?!\u200b)|(?<!^)#(?!\u200b|#|\s|124)|:\/\/|www\.\w|\bgh-\d/i);
    // What is in a block of HTML is not read as Markdown.
    if (!line.startsWith('<summary>')) expect(plain).not.toMatch(/(?<!\\)\]\(|(?<!\\)\]:/);
    if (line.startsWith('|')) expect(line.endsWith(' |')).toBe(true);
  }
  const widths = tablesIn(outside).map((rows) => new Set(rows.map(cellsOf)).size);
  expect(widths.every((width) => width === 1)).toBe(true);
}

const cellsOf = (row: string): number => row.split(/(?<!\\)\|/).length;

function tablesIn(lines: readonly string[]): readonly (readonly string[])[] {
  const tables: string[][] = [];
  lines.forEach((line, index) => {
    if (!line.startsWith('|')) return;
    if (lines[index - 1]?.startsWith('|') === true) tables.at(-1)?.push(line);
    else tables.push([line]);
  });
  return tables;
}

const checklistOf = (text: string): number => text.split('<!-- longhaul:checklist -->').length - 1;

describe('whatever users’ code says', () => {
  test('the comment calls nobody, links nowhere, and keeps its form and its ticks', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const comment = pullRequestComment(factsWith(text), null);
        expectHarmless(comment);
        expect(checklistOf(comment)).toBe(1);
        const again = pullRequestComment(factsWith(text), comment);
        expect(again).toBe(comment);
        const ticked = comment.replace(/^- \[ \] /m, '- [x] ');
        expect(pullRequestComment(factsWith(text), ticked)).toBe(
          ticked.replace(/^(- \[x\] .*)<!-- longhaul:item:none:/m, '$1<!-- longhaul:item:person:'),
        );
      }),
      { numRuns: 200 },
    );
  });

  test('a check does neither', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        for (const check of ciChecks(factsWith(text).run)) {
          expectHarmless(check.summary);
          expect(check.title).toMatch(/^.{1,140}$/u);
        }
      }),
      { numRuns: 200 },
    );
  });

  test('a refused command is told as words alone', () => {
    fc.assert(
      fc.property(hostile, hostile, (command, reason) => {
        const refusal = { comment: 7, at: '2026-11-23T14:00:00Z', by: command, command, reason };
        const told = commentWithRefusal(refusal, null);
        expectHarmless(told);
        expect(commentWithRefusal(refusal, told)).toBe(told);
      }),
      { numRuns: 200 },
    );
  });
});

test('what is too long is cut between pieces', () => {
  const long = 'many words @ann `code` '.repeat(2_000);
  const steps = Array.from({ length: 300 }, (_, index) => ({
    name: `step-${index}`,
    outcome: {
      ...{ status: 'failed' as const, reason: long, seconds: 1, documents: [], notes: [] },
      lastLines: Array.from({ length: 30 }, () => long),
    },
  }));
  const run = viewOf(steps);
  const comment = pullRequestComment({ ...facts, run }, null);
  expectHarmless(comment);
  expect(comment).toContain('*Shortened: it was more than fits here.*');
  expect(comment).toContain('<!-- longhaul:checklist:end -->');
  for (const { summary } of ciChecks(run).slice(0, 3)) expectHarmless(summary);
});
