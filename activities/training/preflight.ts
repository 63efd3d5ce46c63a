import { hostname } from 'node:os';
import { LonghaulError } from '../../core/errors.ts';
import { chooseGpus, gpuQuery, noGpu, readGpus, type Gpu } from '../../core/gpus.ts';
import { formatBytes } from '../../core/numbers.ts';
import type { Diagnosis } from '../../core/step.ts';
import { findProcesses } from '../../local/process-tree.ts';
import type { Attempt } from '../steps/attempt.ts';
import { runProgram } from '../workspace/run-program.ts';
import { toolEnvironment } from '../workspace/tool-environment.ts';

/** The devices that an attempt has, or why it has none. */
export type GpuClaim =
  | { readonly kind: 'lacking'; readonly diagnosis: Diagnosis }
  | {
      readonly kind: 'claimed';
      readonly gpus: readonly Gpu[];
      /** For the commands, where the file sets nothing else. */
      readonly env: Readonly<Record<string, string>>;
      /** What is worth telling of the devices, once the commands have ended. */
      readonly afterwards: () => Promise<readonly string[]>;
      /** Lets other attempts of this worker have them. */
      readonly release: () => void;
    };

/** Devices that attempts of this process have. */
const taken = new Set<string>();

/** Looks, before anything is made for the step, whether the GPUs that it needs are there, and takes them. */
export async function claimGpus(attempt: Pick<Attempt, 'input' | 'log' | 'folders'>): Promise<GpuClaim> {
  const { input, log, folders } = attempt;
  const needs = input.step.gpu;
  const nothing = { kind: 'claimed', gpus: [], env: {}, release: () => undefined } as const;
  if (needs === undefined) return { ...nothing, afterwards: () => Promise.resolve([]) };
  const asked = await askNvidia(['--query-gpu', gpuQuery]);
  const found = asked.kind === 'answered' ? readGpus(asked.text) : [];
  for (const gpu of found) await log.say(`# ${gpuSaid(gpu)}`);
  if (found.length === 0) return { kind: 'lacking', diagnosis: noGpu(hostname(), whyNone(asked)) };
  const choice = chooseGpus(needs, found, hostname(), taken);
  if (choice.kind === 'lacking') return choice;
  const uuids = choice.gpus.map(({ uuid }) => uuid);
  for (const uuid of uuids) taken.add(uuid);
  await log.say(`# has ${choice.gpus.map(({ index }) => `GPU ${index}`).join(', ')}`);
  return {
    kind: 'claimed',
    gpus: choice.gpus,
    env: {
      CUDA_VISIBLE_DEVICES: uuids.join(','),
      PYTORCH_CUDA_ALLOC_CONF: 'max_split_size_mb:512',
    },
    afterwards: () => memoryHeld(folders.root),
    release: () => {
      for (const uuid of uuids) taken.delete(uuid);
    },
  };
}

type Asked =
  { readonly kind: 'answered'; readonly text: string } | { readonly kind: 'silent'; readonly why: string };

async function askNvidia([query, columns]: readonly [string, string]): Promise<Asked> {
  const args = [`${query}=${columns}`, '--format=csv,noheader,nounits'];
  try {
    const signal = AbortSignal.timeout(30_000);
    const { code, stdout, stderr } = await runProgram('nvidia-smi', args, {
      env: toolEnvironment(['NVIDIA_', 'CUDA_']),
      signal,
    });
    if (code === 0) return { kind: 'answered', text: stdout };
    const said = `${stdout}${stderr}`.trim().split('\n')[0] ?? '';
    return { kind: 'silent', why: `nvidia-smi ended with ${code}: ${said}` };
  } catch (error) {
    if (error instanceof LonghaulError) return { kind: 'silent', why: 'nvidia-smi is not installed' };
    return { kind: 'silent', why: `nvidia-smi: ${error instanceof Error ? error.message : String(error)}` };
  }
}

const whyNone = (asked: Asked): string =>
  asked.kind === 'silent' ? asked.why : 'nvidia-smi lists no device';

/** Processes that carry the attempt's marker and still hold memory of a device: only what could not be ended does. */
async function memoryHeld(marker: string): Promise<readonly string[]> {
  const asked = await askNvidia(['--query-compute-apps', 'pid,used_memory,gpu_uuid']);
  if (asked.kind === 'silent') return [`what holds GPU memory could not be asked: ${asked.why}`];
  const own = new Set(findProcesses({ group: null, marker }));
  return asked.text.split('\n').flatMap((line) => {
    const [pid = '', used = '', uuid = ''] = line.split(',').map((field) => field.trim());
    return own.has(Number(pid))
      ? [`process ${pid} of this step could not be ended and holds ${used} MiB of ${uuid}`]
      : [];
  });
}

const gpuSaid = ({ index, name, uuid, totalBytes, freeBytes, driver }: Gpu): string => {
  const [free, total] = [freeBytes, totalBytes].map((bytes) =>
    bytes === null ? 'unknown' : formatBytes(bytes),
  );
  return `GPU ${index} ${name} (${uuid}): ${free} of ${total} free, driver ${driver}`;
};
