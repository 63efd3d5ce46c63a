import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { diagnosticsSaid } from '../../../core/training-diagnostics.ts';
import { repositoryRoot } from '../../../local/tools.ts';

/** The Python of the sample project: it has pandas. */
const python = join(repositoryRoot(), '.tools', 'python', 'flights', 'bin', 'python');
const helper = join(repositoryRoot(), 'activities', 'training', 'python');

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'longhaul-helper-'));
  mkdirSync(join(folder, 'output'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

interface Ran {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function run(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = within(),
): Ran {
  writeFileSync(join(folder, 'train.py'), program);
  return spawnSync(python, [...args], {
    cwd: folder,
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], PYTHONPATH: helper, PYTHONDONTWRITEBYTECODE: '1', ...env },
  });
}

const within = (): Record<string, string> => ({
  LONGHAUL_OUTPUT_DIR: join(folder, 'output'),
  LONGHAUL_CHECKPOINT_DIR: join(folder, 'checkpoints'),
  LONGHAUL_PROGRESS: join(folder, 'progress.jsonl'),
});
const diagnosticsFile = (): string => join(folder, 'output', 'training_diagnostics.json');
const read = (): Record<string, unknown> =>
  JSON.parse(readFileSync(diagnosticsFile(), 'utf8')) as Record<string, unknown>;

const failing = `
import pandas as pd, sys, longhaul
frame = pd.DataFrame({"dep_delay": [1.5, None, 3.0], "carrier": ["UA", "DL", None], "month": [1, 2, 3]})
longhaul.register(train=frame, file="data.csv", gone="nowhere.csv")

def fit():
    raise ValueError("NaN loss in epoch 3, seed " + sys.argv[1])

fit()
`;

describe('a training that is run under `python -m longhaul.run`', () => {
  it('leaves versions, memory, data and the error with its trace, and fails exactly as without', () => {
    writeFileSync(join(folder, 'data.csv'), 'a,b\n1,\n2,x\n');
    const plain = run(failing, ['train.py', '42']);
    expect(existsSync(diagnosticsFile())).toBe(false);
    const watched = run(failing, ['-m', 'longhaul.run', 'train.py', '42']);
    expect(watched).toMatchObject({ status: 1, stdout: plain.stdout });
    const lines = (text: string): readonly string[] =>
      text
        .trim()
        .split('\n')
        .map((line) => line.trim());
    expect(lines(watched.stderr).map(withoutFolder)).toEqual(lines(plain.stderr).map(withoutFolder));

    expect(read()).toMatchObject({
      command: ['train.py', '42'],
      error: {
        type: 'ValueError',
        message: 'NaN loss in epoch 3, seed 42',
        trace: expect.stringContaining('in fit') as string,
      },
      versions: {
        python: expect.any(String) as string,
        pandas: expect.any(String) as string,
        numpy: expect.any(String) as string,
      },
      memory: { peakBytes: expect.any(Number) as number, totalBytes: expect.any(Number) as number },
      data: {
        train: {
          rows: 3,
          columns: 3,
          types: { dep_delay: 'float64', carrier: 'object', month: 'int64' },
          nulls: { dep_delay: 1, carrier: 1, month: 0 },
        },
        file: { rows: 2, columns: 2, nulls: { a: 0, b: 1 } },
        gone: { missing: true },
      },
    });
    expect(readdirSync(join(folder, 'output'))).toEqual(['training_diagnostics.json']);
    expect(diagnosticsSaid(readFileSync(diagnosticsFile(), 'utf8'))).toBe(
      'ValueError: NaN loss in epoch 3, seed 42; train: 3 rows, 3 columns, 2 with nulls; ' +
        'file: 2 rows, 2 columns, 1 with nulls; gone: missing',
    );
  });

  it('keeps its exit code, also when it ends itself, and leaves nothing when it passes', () => {
    expect(run('import sys; sys.exit(3)', ['-m', 'longhaul.run', 'train.py'])).toMatchObject({ status: 3 });
    expect(read()).toMatchObject({ error: { type: 'SystemExit', message: '3' } });
    rmSync(diagnosticsFile());
    expect(run('print("done")', ['-m', 'longhaul.run', '-m', 'train'])).toMatchObject({
      status: 0,
      stdout: 'done\n',
    });
    expect(existsSync(diagnosticsFile())).toBe(false);
  });

  it('never hides the error behind one of its own, should the file not be writable', () => {
    const nowhere = { ...within(), LONGHAUL_OUTPUT_DIR: '/proc/nowhere' };
    const { status, stderr } = run(failing, ['-m', 'longhaul.run', 'train.py', '1'], nowhere);
    expect(status).toBe(1);
    expect(stderr).toContain('ValueError: NaN loss in epoch 3');
    expect(stderr).toMatch(/longhaul: no diagnostics: \w+Error/);
  });
});

const training = `
import longhaul, pandas as pd
state = longhaul.latest_checkpoint()
start = int(state.read_text()) if state else 0
print("from", start)
with longhaul.diagnostics(data=pd.DataFrame({"x": [1, None]})):
    for epoch in range(start + 1, 4):
        folder = longhaul.checkpoint_folder(default="own")
        (folder / f"epoch-{epoch}").write_text(str(epoch))
        longhaul.progress(epoch=epoch, epochs=3, checkpoint=folder / f"epoch-{epoch}", loss=1 / epoch, bad=float("nan"))
    raise RuntimeError("after the last epoch")
`;

describe('a training that imports longhaul', () => {
  it('tells progress by the contract, goes on from the newest checkpoint, and leaves diagnostics', () => {
    const first = run(training, ['train.py']);
    expect(first).toMatchObject({ status: 1, stdout: 'from 0\n' });
    const lines = readFileSync(within()['LONGHAUL_PROGRESS'] ?? '', 'utf8')
      .trim()
      .split('\n');
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
      { epoch: 1, epochs: 3, checkpoint: 'epoch-1', metrics: { loss: 1 } },
      { epoch: 2, epochs: 3, checkpoint: 'epoch-2', metrics: { loss: 0.5 } },
      { epoch: 3, epochs: 3, checkpoint: 'epoch-3', metrics: { loss: 1 / 3 } },
    ]);
    expect(read()).toMatchObject({
      error: { type: 'RuntimeError' },
      data: { data: { rows: 2, columns: 1, nulls: { x: 1 } } },
    });
    expect(run(training, ['train.py']).stdout).toBe('from 3\n');
  });

  it('runs outside of Longhaul as if nothing were there', () => {
    const { status, stdout, stderr } = run(training, ['train.py'], {});
    expect([status, stdout]).toEqual([1, 'from 0\n']);
    expect(stderr).toContain('RuntimeError: after the last epoch');
    expect(readdirSync(folder).sort()).toEqual(['output', 'own', 'train.py']);
  });
});

/** Python names a script by how it was found. */
const withoutFolder = (line: string): string => line.replaceAll(`${folder}/`, '');
