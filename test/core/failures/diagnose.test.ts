import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { diagnose, type FailureEnd } from '../../../core/failures/diagnose.ts';

const exited = (code: number): FailureEnd => ({ kind: 'exited', code });
const idOf = (output: string, end: FailureEnd = exited(1), oomKilled: boolean | null = false) =>
  diagnose({ output, end, oomKilled })?.id;

/**
 * As the programs print them, since a GPU and a cluster are more than a test can have: pytorch/pytorch#16417 and
 * #59778, jax-ml/jax#13428 and #788.
 */
describe('memory, in the words of', () => {
  test.each([
    [
      'PyTorch',
      'torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 20.00 GiB. GPU 0 has a total capacity of 15.77 GiB',
    ],
    ['PyTorch before 2.5', 'RuntimeError: CUDA out of memory. Tried to allocate 2.00 GiB (GPU 0; 14.76 GiB)'],
    ['the CUDA runtime', 'RuntimeError: CUDA error: out of memory'],
    [
      'TensorFlow',
      'tensorflow.python.framework.errors_impl.ResourceExhaustedError: OOM when allocating tensor with shape[8192,8192]',
    ],
    [
      'JAX, compiled',
      'jaxlib.xla_extension.XlaRuntimeError: RESOURCE_EXHAUSTED: Out of memory while trying to allocate 17179869184 bytes.',
    ],
    [
      'JAX, at run time',
      'jaxlib.xla_extension.XlaRuntimeError: RESOURCE_EXHAUSTED: Failed to allocate request for 2.99GiB (3206250496B) on device ordinal 0',
    ],
  ])('%s', (_name, line) => {
    expect(idOf(`epoch 1\n${line}\n`)).toBe('out-of-memory-cuda');
  });

  test('Kubernetes', () => {
    expect(idOf('    Reason:       OOMKilled\n    Exit Code:    137\n')).toBe('out-of-memory-kubernetes');
  });

  test('a part that was killed, but only with the kernel’s own word for it', () => {
    const worker = 'RuntimeError: DataLoader worker (pid 4242) is killed by signal: Killed.';
    expect(idOf(worker, exited(1), true)).toBe('out-of-memory-kernel');
    expect(idOf(worker, exited(1), false)).toBeUndefined();
    expect(idOf('', exited(1), true)).toBeUndefined();
  });

  test('not a test about it', () => {
    expect(idOf('tests/test_x.py::test_raises_MemoryError PASSED\n1 failed, 3 passed')).toBeUndefined();
  });
});

/** As kubelet and Docker print them (kubernetes/kubernetes#110675, kubernetes/website#14257); containerd itself has its own test. */
describe('an image that cannot be pulled', () => {
  const unpack = 'failed to pull and unpack image "registry.example/model:1": failed to resolve reference';
  test.each([
    [
      'containerd: no such tag',
      `Failed to pull image "registry.example/model:1": rpc error: code = NotFound desc = ${unpack} "registry.example/model:1": registry.example/model:1: not found`,
      'image-not-found',
    ],
    [
      'Docker: no such tag',
      'Error response from daemon: manifest for registry.example/model:1 not found: manifest unknown',
      'image-not-found',
    ],
    [
      'Docker: no login',
      "Error response from daemon: pull access denied for model, repository does not exist or may require 'docker login'",
      'image-access-denied',
    ],
    [
      'kubelet: a host that is not there',
      `Failed to pull image "registry.example/model:1": ${unpack}: failed to do request: Head "https://registry.example/v2/model/manifests/1": dial tcp: lookup registry.example: no such host`,
      'image-registry-unreachable',
    ],
    [
      'Docker: too many',
      'Error response from daemon: toomanyrequests: You have reached your pull rate limit.',
      'image-rate-limited',
    ],
  ])('%s', (_name, line, id) => {
    expect(idOf(line)).toBe(id);
  });

  test('names the image', () => {
    const cause = diagnose({ output: unpack + ': x: not found', end: exited(1), oomKilled: null })?.cause;
    expect(cause).toBe('the registry does not have the image registry.example/model:1');
  });
});

describe('the end itself', () => {
  test('a kill is preemption, whether memory ran out on this machine is said', () => {
    const killed = (oomKilled: boolean | null) =>
      diagnose({ output: '', end: { kind: 'killed', signal: 'SIGKILL' }, oomKilled });
    expect(killed(false)).toMatchObject({ kind: 'preemption' });
    expect(killed(null)?.cause).toMatch(/does not tell whether memory ran out/);
    expect(killed(true)).toMatchObject({ id: 'out-of-memory-kernel', kind: 'outOfMemory' });
    expect(idOf('', exited(143))).toBe('killed-from-outside');
    expect(idOf('', exited(139))).toBe('crashed');
  });

  test('the time that is up comes before all words', () => {
    const end = { kind: 'timedOut', limitMs: 6 * 3_600_000, training: { epoch: 7, epochs: 10 } } as const;
    expect(diagnose({ output: 'CUDA out of memory', end, oomKilled: true })).toMatchObject({
      ...{ id: 'training-timed-out', kind: 'timeout' },
      cause: 'it took longer than its 6 h 00 m at epoch 7 of 10',
    });
  });

  test('commands that passed are not blamed for words in their output', () => {
    expect(idOf('No space left on device', { kind: 'judged' })).toBeUndefined();
  });
});

test('whatever is printed: an answer has its words, and no output takes long to read', () => {
  const words = fc.constantFrom(
    'Killed',
    'not found',
    'ERROR: failed to pull',
    'Because',
    'expired',
    '\n',
    ' ',
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(words, fc.string()), { maxLength: 30 }), fc.nat(255), (parts, code) => {
      const known = diagnose({ output: parts.join(''), end: exited(code), oomKilled: null });
      if (known === null) return;
      expect(known.cause).not.toBe('');
      expect(known.mend).toMatch(/\.$/);
    }),
  );
  const long = 'failed to pull image token Because '.repeat(2_000).slice(0, 64 * 1024);
  const startedAt = performance.now();
  idOf(long);
  expect(performance.now() - startedAt).toBeLessThan(10_000);
});
