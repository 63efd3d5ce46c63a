/** Failures for want of memory: by the kernel's own word, or by what frameworks and Kubernetes print. */
import type { Diagnosis } from '../step.ts';
import type { FailureEnd } from './diagnose.ts';
import { signalOf } from './ends.ts';
import { recognize, type Recognizer } from './recognizer.ts';

const smaller =
  'Make the batch smaller, read the data in parts, or run on a machine with more memory; `onOutOfMemory` names settings to try in turn.';
const smallerOnDevice =
  'Make the batch smaller (with more accumulation), use mixed precision or gradient checkpointing; `onOutOfMemory` names such settings to try in turn.';

/** What a program prints whose own part was killed: shells, PyTorch, multiprocessing, joblib. */
const partKilled =
  /^Killed\s*$|\bline \d+:\s+\d+ Killed\b|SIGKILL|is killed by signal: Killed|exit ?code:? -9\b|BrokenProcessPool|TerminatedWorkerError/m;

const table: readonly Recognizer[] = [
  {
    id: 'out-of-memory-cuda',
    kind: 'outOfMemory',
    // PyTorch; its allocator's libraries; the driver; TensorFlow; JAX and XLA.
    seen: /(CUDA out of memory)|(CUDA error: out of memory)|(CUDA_ERROR_OUT_OF_MEMORY)|(cudaErrorMemoryAllocation)|(CUBLAS_STATUS_ALLOC_FAILED)|(HIP out of memory)|(OOM when allocating tensor)|((?:RESOURCE_EXHAUSTED|Resource exhausted): (?:Out of memory|Failed to allocate))/,
    cause: (...words) => `the device’s memory ran out (${words.find((word) => word !== '') ?? ''})`,
    mend: smallerOnDevice,
  },
  {
    id: 'out-of-memory-kubernetes',
    kind: 'outOfMemory',
    seen: /\bOOMKilled\b/,
    cause: 'Kubernetes ended the container for using more memory than its limit (OOMKilled)',
    mend: `Raise the container’s memory limit. ${smaller}`,
  },
  {
    id: 'out-of-memory-python',
    kind: 'outOfMemory',
    seen: /^(?:E\s+)?(?:[\w.]+\.)?_?(?:Array)?MemoryError\b(?::\s*(.*))?$|^terminate called after throwing an instance of 'std::bad_alloc'|DefaultCPUAllocator: can't allocate memory|Cannot allocate memory$/m,
    cause: (said = '') => `Python could get no more memory${said === '' ? '' : ` (${said})`}`,
    mend: smaller,
  },
];

/** Null when nothing tells of memory. */
export const diagnoseMemory = (
  output: string,
  end: FailureEnd,
  oomKilled: boolean | null,
): Diagnosis | null => {
  if (oomKilled === true && (signalOf(end) === 'SIGKILL' || partKilled.test(output))) {
    return {
      id: 'out-of-memory-kernel',
      kind: 'outOfMemory',
      cause: 'the kernel killed a process because memory ran out',
      mend: smaller,
    };
  }
  return recognize(table, output);
};
