import { describe, expect, it } from 'vitest';
import { chooseGpus, readGpus } from '../../core/gpus.ts';

const gibibyte = 1024 ** 3;

/** As `nvidia-smi --query-gpu=… --format=csv,noheader,nounits` prints two devices: memory in MiB, no units. */
const answer = `0, NVIDIA A100-SXM4-40GB, GPU-11111111-1111-1111-1111-111111111111, 40960, 3072, 535.104.05
1, NVIDIA A100-SXM4-40GB, GPU-22222222-2222-2222-2222-222222222222, 40960, 40447, 535.104.05
`;
const gpus = readGpus(answer);
const choose = (needs: Parameters<typeof chooseGpus>[0], taken?: ReadonlySet<string>) => {
  const choice = chooseGpus(needs, gpus, 'gpu-1', taken);
  return choice.kind === 'chosen' ? choice.gpus.map(({ index }) => index) : choice.diagnosis;
};

describe('the devices of a machine', () => {
  it('are read from what nvidia-smi prints, figures that it does not know left open', () => {
    expect(gpus[0]).toEqual({
      index: 0,
      name: 'NVIDIA A100-SXM4-40GB',
      uuid: 'GPU-11111111-1111-1111-1111-111111111111',
      totalBytes: 40 * gibibyte,
      freeBytes: 3 * gibibyte,
      driver: '535.104.05',
    });
    expect(readGpus('0, NVIDIA GB10, GPU-3, [N/A], [N/A], 580.95.05\n')[0]).toMatchObject({
      freeBytes: null,
    });
    expect(readGpus('No devices were found\n')).toEqual([]);
  });

  it('are chosen by what is free, the emptiest first', () => {
    expect(choose({ count: 1 })).toEqual([1]);
    expect(choose({ count: 2 })).toEqual([1, 0]);
    expect(choose({ count: 1, memoryBytes: 39 * gibibyte })).toEqual([1]);
  });

  it('that are in use now may be free later; those that this machine has not never will be', () => {
    expect(choose({ count: 2, memoryBytes: 20 * gibibyte })).toMatchObject({
      id: 'gpu-in-use',
      kind: 'infrastructure',
      cause:
        '2 GPUs with 20 GiB free required; on gpu-1 free are NVIDIA A100-SXM4-40GB 3 GiB, NVIDIA A100-SXM4-40GB 39.5 GiB',
    });
    expect(choose({ count: 2 }, new Set([gpus[1]?.uuid ?? '']))).toMatchObject({ id: 'gpu-in-use' });
    expect(choose({ count: 3 })).toMatchObject({ id: 'gpu-too-few', kind: 'code' });
    expect(choose({ count: 1, memoryBytes: 80 * gibibyte })).toMatchObject({
      id: 'gpu-too-small',
      kind: 'code',
    });
  });

  it('need a driver of the version asked for, compared part by part', () => {
    expect(choose({ count: 1, driver: '535.104' })).toEqual([1]);
    expect(choose({ count: 1, driver: '535.104.05' })).toEqual([1]);
    expect(choose({ count: 1, driver: '535.98' })).toEqual([1]);
    expect(choose({ count: 1, driver: '550' })).toMatchObject({
      id: 'gpu-driver-old',
      kind: 'code',
      cause: 'driver 550 is required and gpu-1 has 535.104.05',
    });
  });
});
