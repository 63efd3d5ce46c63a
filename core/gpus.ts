/** Which devices a step gets, and why it gets none. */
import { formatBytes } from './numbers.ts';
import type { Diagnosis, GpuNeeds } from './step.ts';

/** One line of what `nvidia-smi` answers; a figure is null where the device does not tell it. */
export interface Gpu {
  readonly index: number;
  readonly name: string;
  readonly uuid: string;
  readonly totalBytes: number | null;
  readonly freeBytes: number | null;
  /** Version of the driver, as `570.86.15`. */
  readonly driver: string;
}

export type GpuChoice =
  | { readonly kind: 'chosen'; readonly gpus: readonly Gpu[] }
  | { readonly kind: 'lacking'; readonly diagnosis: Diagnosis };

/** The columns asked for, in their order; units are MiB. */
export const gpuQuery = 'index,name,uuid,memory.total,memory.free,driver_version';

const mebibyte = 1024 ** 2;

/** The devices in an answer of `--format=csv,noheader,nounits`; lines of another form are no devices. */
export const readGpus = (answer: string): readonly Gpu[] =>
  answer.split('\n').flatMap((line) => {
    const [index = '', name = '', uuid = '', total = '', free = '', driver = ''] = line
      .split(',')
      .map((field) => field.trim());
    if (!/^\d+$/.test(index) || uuid === '') return [];
    return [
      { index: Number(index), name, uuid, totalBytes: bytesOf(total), freeBytes: bytesOf(free), driver },
    ];
  });

/** `[N/A]` and `[Not Supported]` are what it says of what it does not know. */
const bytesOf = (mebibytes: string): number | null =>
  /^\d+$/.test(mebibytes) ? Number(mebibytes) * mebibyte : null;

/**
 * As many devices as are needed, those with the most free memory first. `taken`: uuids that other attempts have. What
 * this machine can never give is no worker's fault that waiting mends (`code`); what is only in use now may be
 * (`infrastructure`).
 */
export function chooseGpus(
  needs: GpuNeeds,
  gpus: readonly Gpu[],
  host: string,
  taken: ReadonlySet<string> = new Set(),
): GpuChoice {
  const { count, memoryBytes = 0, driver } = needs;
  if (gpus.length < count) return lacking(tooFew(count, gpus, host));
  const old = driver === undefined ? undefined : gpus.find((gpu) => isOlder(gpu.driver, driver));
  if (old !== undefined && driver !== undefined) return lacking(oldDriver(old, driver, host));
  if (gpus.filter((gpu) => (gpu.totalBytes ?? Infinity) >= memoryBytes).length < count) {
    return lacking(tooSmall(count, memoryBytes, gpus, host));
  }
  const free = gpus
    .filter((gpu) => !taken.has(gpu.uuid) && (gpu.freeBytes ?? Infinity) >= memoryBytes)
    .sort((a, b) => (b.freeBytes ?? 0) - (a.freeBytes ?? 0) || a.index - b.index);
  if (free.length < count) return lacking(inUse(count, memoryBytes, gpus, host, taken));
  return { kind: 'chosen', gpus: free.slice(0, count) };
}

const lacking = (diagnosis: Diagnosis): GpuChoice => ({ kind: 'lacking', diagnosis });

/** Of a machine without any device; `why`: what was asked, or what it answered. */
export const noGpu = (host: string, why: string): Diagnosis => ({
  id: 'gpu-missing',
  kind: 'code',
  cause: `a GPU is required and there is none on ${host} (${why})`,
  mend: 'Run the worker of the queue `gpu` on a machine with an NVIDIA GPU and its driver, or take `gpu` out of the step.',
});

const tooFew = (count: number, gpus: readonly Gpu[], host: string): Diagnosis => ({
  id: 'gpu-too-few',
  kind: 'code',
  cause: `${count} GPUs are required and ${host} has ${gpus.length}`,
  mend: 'Ask for fewer with `gpu.count`, or run the worker of the queue `gpu` on a machine with more.',
});

const oldDriver = (gpu: Gpu, driver: string, host: string): Diagnosis => ({
  id: 'gpu-driver-old',
  kind: 'code',
  cause: `driver ${driver} is required and ${host} has ${gpu.driver}`,
  mend: `Bring the NVIDIA driver of ${host} up to date, or lower \`gpu.driver\`.`,
});

const tooSmall = (count: number, memory: number, gpus: readonly Gpu[], host: string): Diagnosis => ({
  id: 'gpu-too-small',
  kind: 'code',
  cause: `${devices(count)} with ${formatBytes(memory)} required; ${host} has ${listed(gpus, 'totalBytes')}`,
  mend: 'Lower `gpu.memory` and the batch, or run the worker of the queue `gpu` on a machine with larger GPUs.',
});

function inUse(
  count: number,
  memory: number,
  gpus: readonly Gpu[],
  host: string,
  taken: ReadonlySet<string>,
): Diagnosis {
  const others = taken.size === 0 ? '' : `, ${taken.size} taken by other steps of this worker`;
  return {
    id: 'gpu-in-use',
    kind: 'infrastructure',
    cause: `${devices(count)} with ${formatBytes(memory)} free required; on ${host} free are ${listed(gpus, 'freeBytes')}${others}`,
    mend: 'It is tried again while `retries.infrastructure` lasts; see what holds the memory with `nvidia-smi`.',
  };
}

const devices = (count: number): string => (count === 1 ? 'a GPU' : `${count} GPUs`);

const listed = (gpus: readonly Gpu[], figure: 'totalBytes' | 'freeBytes'): string =>
  gpus
    .map((gpu) => {
      const bytes = gpu[figure];
      return `${gpu.name} ${bytes === null ? '(unknown)' : formatBytes(bytes)}`;
    })
    .join(', ');

/** Whether a version such as `535.104.05` is before another; parts that are missing count as 0. */
function isOlder(version: string, than: string): boolean {
  const [a, b] = [version, than].map((text) => text.split('.').map(Number)) as [number[], number[]];
  const part = Array.from({ length: Math.max(a.length, b.length) }, (_, index) => index).find(
    (index) => (a[index] ?? 0) !== (b[index] ?? 0),
  );
  return part !== undefined && (a[part] ?? 0) < (b[part] ?? 0);
}
