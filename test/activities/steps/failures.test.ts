import { execFileSync } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { toActivityFailure } from '../../../activities/failure.ts';
import type { Diagnosis, StepOutcome, StepSpec } from '../../../core/step.ts';
import { findTools } from '../../../local/tools.ts';
import { startPackageIndex } from '../../servers/package-index.ts';
import { createMemoryGroup } from './memory-cgroup.ts';
import { createStepSite, stepInput, type StepSite } from './step-site.ts';

let site: StepSite;
let commit: string;
beforeEach(() => {
  site = createStepSite();
  commit = site.repository.commit({ 'a.txt': '' });
});
afterEach(() => {
  site.remove();
});

const PATH = [join(findTools().flightsPython, 'bin'), process.env['PATH']].join(delimiter);

async function failureOf(line: string, step: Partial<StepSpec> = {}): Promise<Diagnosis | undefined> {
  return diagnosisOf(await site.run(stepInput(commit, { run: [line], env: { PATH }, ...step })));
}

function diagnosisOf(outcome: StepOutcome): Diagnosis | undefined {
  if (outcome.status !== 'failed' && outcome.status !== 'timedOut') throw new Error(JSON.stringify(outcome));
  return outcome.failure;
}

const containing = (text: string): string => expect.stringContaining(text) as string;

test('a process that the kernel kills for want of memory is told from one that somebody else kills', async () => {
  const group = createMemoryGroup(64 * 1024 * 1024);
  try {
    const eats = `${group.join}; exec python -c "kept = bytearray(1) * 2**28"`;
    expect(await failureOf(eats)).toEqual({
      ...{ id: 'out-of-memory-kernel', kind: 'outOfMemory' },
      cause: 'the kernel killed a process because memory ran out',
      mend: containing('`onOutOfMemory`'),
    });
    // The step's own shell lives on, and only says what became of the program.
    expect(await failureOf(`bash -c '${eats}' || exit 1`)).toMatchObject({ kind: 'outOfMemory' });
  } finally {
    group.remove();
  }
  expect(await failureOf('kill -KILL $$')).toMatchObject({
    ...{ id: 'killed-from-outside', kind: 'preemption' },
    cause: containing('did not kill it for want of memory'),
  });
  expect(await failureOf('kill -TERM $$')).toMatchObject({ kind: 'preemption' });
});

test('Python’s and NumPy’s own errors for want of memory', async () => {
  const limited = (program: string): string =>
    `ulimit -v 2000000; OPENBLAS_NUM_THREADS=1 python -c "${program}"`;
  expect(await failureOf(limited('kept = bytearray(2**33)'))).toMatchObject({
    ...{ id: 'out-of-memory-python', kind: 'outOfMemory' },
    cause: 'Python could get no more memory',
  });
  expect(await failureOf(limited('import numpy; numpy.ones((2**16, 2**16))'))).toMatchObject({
    ...{ id: 'out-of-memory-python', kind: 'outOfMemory' },
    cause: containing('(Unable to allocate 32.0 GiB for an array with shape (65536, 65536)'),
  });
});

test('the end of its time: of a command, and of a training with its epoch and what it comes to', async () => {
  expect(await failureOf('sleep 300', { timeoutMs: 400 })).toMatchObject({
    ...{ id: 'timed-out', kind: 'timeout' },
    cause: 'it took longer than its 400 ms',
    mend: containing('`timeout`'),
  });
  const training = `echo '{"epoch": 1, "epochs": 10}' >> $LONGHAUL_PROGRESS; sleep 300`;
  expect(await failureOf(training, { timeoutMs: 2_000 })).toMatchObject({
    ...{ id: 'training-timed-out', kind: 'timeout' },
    cause: expect.stringMatching(
      /^it took longer than its 2 s at epoch 1 of 10; all of it would take \d/,
    ) as string,
  });
});

test('a full disk', async () => {
  expect(await failureOf('echo data > /dev/full')).toMatchObject({
    ...{ id: 'disk-full', kind: 'infrastructure' },
  });
  expect(await failureOf(`python -c "open('/dev/full', 'wb', 0).write(b'x')"`)).toMatchObject({
    id: 'disk-full',
  });
});

test('requirements that uv and pip cannot resolve', async () => {
  const index = await startPackageIndex();
  vi.stubEnv('UV_INDEX_URL', index.url);
  try {
    const file = site.repository.commit({ 'requirements.txt': 'no-such-package==1\n' });
    const error: unknown = await site
      .run(stepInput(file, { requirements: ['requirements.txt'] }))
      .catch((thrown: unknown) => thrown);
    expect(toActivityFailure(error)).toMatchObject({
      ...{ type: 'BrokenEnvironment', nonRetryable: true },
      details: [
        {
          failure: {
            ...{ id: 'requirement-not-found', cause: 'no package index has no-such-package' },
            mend: containing('requirements'),
          },
        },
      ],
    });

    const uv = `${findTools().uv} pip install --index-url ${index.url} --python "$(command -v python)"`;
    const environment = join(site.folder, 'environment');
    execFileSync('python3', ['-m', 'venv', environment]);
    const pip = `${environment}/bin/pip install --no-cache-dir --index-url ${index.url}`;
    for (const [line, id, named] of [
      [`${uv} demo==99`, 'requirement-version-not-found', 'demo==99'],
      [`${uv} 'demo<1' 'demo>2'`, 'requirements-conflict', 'Because you require demo<1 and demo>2'],
      [`${uv} 'demo=>1'`, 'requirement-invalid', ''],
      [`${pip} no-such-package==1`, 'requirement-not-found', 'no-such-package'],
      [`${pip} demo==99`, 'requirement-version-not-found', 'demo==99'],
    ] as const) {
      expect(await failureOf(line)).toMatchObject({ id, kind: 'code', cause: containing(named) });
    }
  } finally {
    vi.unstubAllEnvs();
    await index.stop();
  }
});

test('what a command needs and does not find or get: a module, a permission, a port, a command of make', async () => {
  expect(await failureOf('python -c "import sklearnn.svm"')).toMatchObject({
    ...{ id: 'module-not-found', cause: 'Python does not find the module sklearnn' },
    mend: containing('PYTHONPATH'),
  });
  const listens = `import socket; first = socket.create_server(('127.0.0.1', 0)); socket.create_server(first.getsockname())`;
  expect(await failureOf(`python -c "${listens}"`)).toMatchObject({ id: 'port-in-use', kind: 'code' });
  expect(await failureOf('echo "exit 0" > run.sh; ./run.sh')).toMatchObject({
    ...{ id: 'permission-denied', cause: 'no permission for ./run.sh' },
    mend: containing('--chmod=+x'),
  });
  expect(await failureOf('printf "all:\\n\\trufff check\\n" > Makefile; make all')).toMatchObject({
    ...{ id: 'command-not-found', cause: 'command not found: rufff' },
  });
  expect(await failureOf('python -c "import os; os.abort()"')).toMatchObject({ id: 'crashed', kind: 'code' });
  expect(await failureOf('exit 3')).toBeUndefined();
});
