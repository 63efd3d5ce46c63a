import { describe, expect, test } from 'vitest';
import { pullRequestPolicy } from '../../config/pull-request-config.ts';
import { filePatterns } from '../../core/file-patterns.ts';
import { ciOnly, loaded, problems } from './repository.ts';

const policyOf = (yaml: string) =>
  pullRequestPolicy(loaded({ 'longhaul.yaml': `${ciOnly}${yaml}` }).config.pullRequest);

describe('the checklist of pull requests', () => {
  test('by default asks of the model, of the data, and in general', () => {
    const { checklist } = policyOf('');
    expect(checklist.map(({ title, items }) => [title, items.length])).toEqual([
      ['The model changed', 3],
      ['The data changed', 3],
      ['In general', 2],
    ]);
    const [model, data] = checklist.map(({ files }) => filePatterns(files ?? []));
    expect(
      ['src/model/net.py', 'src/models.py', 'src/flights/model.py', 'models/a.pkl'].map(model ?? Boolean),
    ).toEqual([true, true, true, true]);
    expect(['src/features.py', 'docs/models'].map(model ?? Boolean)).toEqual([false, false]);
    expect(['data/full.dvc', 'a.dvc', 'dvc.lock', 'data/a.csv'].map(data ?? Boolean)).toEqual([
      true,
      true,
      true,
      false,
    ]);
  });

  test('takes own files, own items and further groups; a group without items is left out', () => {
    const { checklist, lowerIsBetter } = policyOf(`pullRequest:
  lowerIsBetter: [rmse]
  checklist:
    model: { files: [net], items: [One, { item: Two, steps: [lint] }] }
    data: { items: [] }
    more: { The server changed: { files: [server], items: [Three] } }
`);
    expect(lowerIsBetter).toEqual(['rmse']);
    expect(checklist.slice(0, 2)).toEqual([
      {
        title: 'The model changed',
        files: ['net'],
        items: [{ item: 'One' }, { item: 'Two', steps: ['lint'] }],
      },
      { title: 'The server changed', files: ['server'], items: [{ item: 'Three' }] },
    ]);
    expect(checklist.map(({ title }) => title)).not.toContain('The data changed');
  });

  test('says where an item is wrong', () => {
    const [problem] = problems({
      'longhaul.yaml': `${ciOnly}pullRequest:\n  checklist: { general: [3] }\n`,
    });
    expect(problem).toMatchObject({ line: 5, key: 'pullRequest.checklist.general[0]' });
    expect(problem?.hint).toContain('a line of text');
  });
});
