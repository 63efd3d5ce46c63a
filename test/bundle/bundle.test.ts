import { expect, it } from 'vitest';
import { workflowBundle } from '../workflow/harness.ts';

/** Each cached workflow pays for the bundle in memory. Temporal’s own part is about 490 KiB, the rest what all workflows are made of. */
const ceilingKiB = 1_000;
const inlineMap = /\/\/# sourceMappingURL=data:application\/json;charset=utf-8;base64,(.*)$/s;

it('holds workflows and pure core, and nothing of Node, zod or the activities', async () => {
  const { code } = await workflowBundle();
  expect(code.replace(inlineMap, '').length / 1024).toBeLessThan(ceilingKiB);

  const map = Buffer.from(inlineMap.exec(code)?.[1] ?? '', 'base64').toString();
  const { sources } = JSON.parse(map) as { readonly sources: readonly string[] };
  const own = sources.filter((source) => !source.includes('node_modules'));
  expect(own.some((source) => source.endsWith('workflows/release.ts'))).toBe(true);
  const intruders = [
    '/activities/',
    '/config/',
    '/local/',
    '/client/',
    '/core/statistics/',
    '/core/watch/judge',
  ];
  expect(own.filter((source) => intruders.some((folder) => source.includes(folder)))).toEqual([]);
  expect(sources.filter((source) => /node_modules\/(zod|yaml|prom-client)\//.test(source))).toEqual([]);
});
