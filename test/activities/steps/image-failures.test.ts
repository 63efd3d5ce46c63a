import { getuid } from 'node:process';
import { expect, test } from 'vitest';
import { startContainerd, startEmptyRegistry } from '../../servers/containerd.ts';
import { freePort } from '../../servers/process.ts';
import { createStepSite, stepInput } from './step-site.ts';

const mayRun = process.platform === 'linux' && getuid?.() === 0;

test.skipIf(!mayRun)(
  'an image that containerd cannot pull is told by why, each with its own mend',
  async () => {
    const [containerd, registry, site] = [
      await startContainerd(),
      await startEmptyRegistry(),
      createStepSite(),
    ];
    try {
      const commit = site.repository.commit({ 'a.txt': '' });
      for (const [image, id, kind, mend] of [
        [`${registry.host}/model:none`, 'image-not-found', 'code', 'Check the tag'],
        [`${registry.host}/locked/model:1`, 'image-access-denied', 'code', 'Log in'],
        [`${registry.host}/busy/model:1`, 'image-rate-limited', 'infrastructure', 'mirror'],
        [`127.0.0.1:${await freePort()}/model:1`, 'image-registry-unreachable', 'infrastructure', 'network'],
        ['no-such-registry.invalid/model:1', 'image-registry-unreachable', 'infrastructure', 'host name'],
      ] as const) {
        const outcome = await site.run(stepInput(commit, { run: [containerd.pull(image)] }));
        expect(outcome).toMatchObject({
          status: 'failed',
          failure: {
            ...{ id, kind },
            cause: expect.stringContaining(image) as string,
            mend: expect.stringContaining(mend) as string,
          },
        });
      }
    } finally {
      await Promise.all([containerd.stop(), registry.stop()]);
      site.remove();
    }
  },
);
