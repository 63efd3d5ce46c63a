import type { Diagnosis } from '../step.ts';

/** A place where a failing test takes random numbers that no seed fixes. */
export interface UnseededUse {
  /** Relative to the repository. */
  readonly file: string;
  /** Starts at 1. */
  readonly line: number;
  /** As written: `np.random.normal()`. */
  readonly call: string;
}

interface Generator {
  readonly call: RegExp;
  /** What fixes it, in the same file or in a conftest.py; null: only an argument could. */
  readonly fixedBy: RegExp | null;
  /** pytest-randomly seeds it before every test. */
  readonly byRandomly: boolean;
}

const drawn =
  'random|randint|randrange|uniform|choice|choices|sample|shuffle|gauss|normalvariate|expovariate|betavariate|triangular|getrandbits';
const otherThanDrawing =
  'seed|default_rng|Generator|RandomState|SeedSequence|get_state|set_state|PCG64|MT19937';
const tensors = 'rand|randn|randint|randperm|rand_like|randn_like|randint_like|normal|bernoulli|multinomial';

const generators: readonly Generator[] = [
  {
    call: new RegExp(`(?<![\\w.])(?:np|numpy)\\.random\\.(?!(?:${otherThanDrawing})\\b)\\w+(?=\\()`),
    fixedBy: /(?:np|numpy)\.random\.seed\(\s*[^)\s]/,
    byRandomly: true,
  },
  {
    call: new RegExp(`(?<![\\w.])random\\.(?:${drawn})(?=\\()`),
    fixedBy: /(?<![\w.])random\.seed\(\s*[^)\s]/,
    byRandomly: true,
  },
  {
    call: /(?<![\w.])(?:(?:np|numpy)\.random\.)?(?:default_rng|RandomState)(?=\(\s*(?:None\s*)?\))|(?<![\w.])random\.Random(?=\(\s*\))/,
    fixedBy: null,
    byRandomly: false,
  },
  {
    call: new RegExp(`(?<![\\w.])torch\\.(?:${tensors})(?=\\((?!.*\\bgenerator=))`),
    fixedBy: /torch\.manual_seed\(\s*[^)\s]/,
    byRandomly: false,
  },
  {
    call: /(?<![\w.])tf\.random\.(?:normal|uniform|shuffle|truncated_normal|categorical)(?=\((?!.*\bseed=))/,
    fixedBy: /tf\.random\.set_seed\(\s*[^)\s]/,
    byRandomly: false,
  },
];

/** Helpers of frameworks that fix all generators at once. */
const fixesAll = /\b(?:seed_everything|set_seed|set_random_seed)\(\s*[^)\s]/;

/**
 * Finds where a Python file takes random numbers without a seed, on behalf of some of its tests: in their own bodies
 * and outside of tests (fixtures, helpers, the module). Reads words, not syntax, so what goes through other names is
 * not seen.
 */
export const findUnseeded = (given: {
  readonly file: string;
  readonly source: string;
  /** Names of the functions: `test_fit`. */
  readonly tests: readonly string[];
  /** Sources that may fix seeds as well: each conftest.py above the file. */
  readonly conftests: readonly string[];
  readonly seededByRandomly: boolean;
}): readonly UnseededUse[] => {
  const { file, source, tests, conftests, seededByRandomly } = given;
  const sources = [source, ...conftests].map(withoutComments);
  const isFixed = ({ fixedBy, byRandomly }: Generator): boolean =>
    fixedBy !== null &&
    ((byRandomly && seededByRandomly) || sources.some((text) => fixedBy.test(text) || fixesAll.test(text)));
  const loose = generators.filter((generator) => !isFixed(generator));
  return linesOf(withoutComments(source), tests).flatMap(({ line, text }) => {
    const call = loose
      .map((generator) => generator.call.exec(text)?.[0])
      .find((found) => found !== undefined);
    return call === undefined ? [] : [{ file, line, call: `${call}()` }];
  });
};

/** The lines that the tests may run: all but the bodies of other tests. */
function linesOf(
  source: string,
  tests: readonly string[],
): readonly { readonly line: number; readonly text: string }[] {
  let other: number | null = null;
  return source.split('\n').flatMap((text, index) => {
    const indent = text.search(/\S/);
    if (indent === -1) return [];
    if (other !== null && indent <= other) other = null;
    const test = /^\s*(?:async\s+)?def\s+(test\w*)/.exec(text)?.[1];
    if (other === null && test !== undefined && !tests.includes(test)) other = indent;
    return other === null ? [{ line: index + 1, text }] : [];
  });
}

const withoutComments = (source: string): string => source.replace(/(^|\s)#.*$/gm, '$1');

/** Null when all numbers of the failing tests are fixed, as far as can be seen. */
export const diagnoseSeed = ([first, ...rest]: readonly UnseededUse[]): Diagnosis | null => {
  if (first === undefined) return null;
  const more =
    rest.length === 0 ? '' : `, and at ${rest.length} more ${rest.length === 1 ? 'place' : 'places'}`;
  return {
    id: 'unfixed-seed',
    kind: 'code',
    cause: `a test that failed takes random numbers without a fixed seed, so it may pass or fail by chance: ${first.call} at ${first.file}:${first.line}${more}`,
    mend: 'Fix the seed in the test: `np.random.default_rng(42)` or `np.random.seed(42)`, `random.seed(42)`, `torch.manual_seed(42)`. PYTHONHASHSEED is fixed already.',
  };
};
