import { describe, expect, test } from 'vitest';
import { diagnoseSeed, findUnseeded } from '../../../core/failures/unfixed-seed.ts';

const linesFound = (
  body: string,
  more: { readonly conftests?: readonly string[]; readonly seededByRandomly?: boolean } = {},
): readonly number[] =>
  findUnseeded({
    ...{ file: 'tests/test_x.py', source: body, tests: ['test_it'], conftests: [], seededByRandomly: false },
    ...more,
  }).map(({ line }) => line);

describe('random numbers without a seed', () => {
  test.each([
    'np.random.normal(size=3)',
    'numpy.random.shuffle(x)',
    'random.choice(names)',
    'rng = np.random.default_rng()',
    'rng = default_rng(None)',
    'state = np.random.RandomState()',
    'rng = random.Random()',
    'x = torch.randn(3, 4)',
    'x = tf.random.normal([3])',
  ])('%s', (line) => {
    expect(linesFound(`def test_it():\n    ${line}\n`)).toEqual([2]);
  });

  test.each([
    'rng = np.random.default_rng(42)',
    'state = np.random.RandomState(seed=7)',
    'x = rng.random.normal(3)',
    'x = my_random.choice(names)',
    'x = torch.randn(3, generator=g)',
    '# np.random.normal()',
    'np.random.seed(42); x = np.random.normal()',
    'torch.manual_seed(1); x = torch.rand(2)',
    'seed_everything(42); x = np.random.normal() + random.random()',
  ])('none in: %s', (line) => {
    expect(linesFound(`def test_it():\n    ${line}\n`)).toEqual([]);
  });

  test('not those of other tests, but of fixtures and helpers', () => {
    const source = [
      'def helper():',
      '    return random.random()',
      'class TestA:',
      '    def test_other(self):',
      '        x = random.random()',
      '',
      '        y = random.random()',
      '    def test_it(self):',
      '        x = random.random()',
    ].join('\n');
    expect(linesFound(source)).toEqual([2, 9]);
  });

  test('a conftest.py or pytest-randomly may fix them, but not a generator of one’s own', () => {
    const source = 'def test_it():\n    np.random.normal()\n    np.random.default_rng()\n';
    expect(linesFound(source, { conftests: ['np.random.seed(42)'] })).toEqual([3]);
    expect(linesFound(source, { seededByRandomly: true })).toEqual([3]);
  });
});

test('the cause names the first place and counts the others', () => {
  const use = (line: number) => ({ file: 'tests/test_x.py', line, call: 'random.random()' });
  expect(diagnoseSeed([])).toBeNull();
  expect(diagnoseSeed([use(3)])?.cause).toMatch(/random\.random\(\) at tests\/test_x\.py:3$/);
  expect(diagnoseSeed([use(3), use(5), use(9)])?.cause).toMatch(/:3, and at 2 more places$/);
});
