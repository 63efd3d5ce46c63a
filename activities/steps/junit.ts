import type { TriedTest } from '../../core/flaky.ts';
import { readTags } from '../../core/xml.ts';

/** A test case of a JUnit report, as its attributes have it. */
export interface TestCase {
  readonly name: string;
  /** pytest writes the module and the class: `tests.unit.test_model.TestTrainer`. */
  readonly classname: string;
  /** Only some tools write it, pytest with `junit_family=xunit1`. */
  readonly file?: string;
  readonly state: TriedTest['state'];
  /** Of a failed one: what it said, in a line. */
  readonly message: string;
}

const longestMessage = 300;

/** The test cases of a JUnit report in order. */
export function readTestCases(xml: string): readonly TestCase[] {
  const cases: TestCase[] = [];
  let current: TestCase | null = null;
  for (const { name, kind, attributes } of readTags(xml)) {
    if (name === 'testcase' && kind !== 'close') {
      const { name: title = 'a test without a name', classname = '', file } = attributes;
      current = {
        name: title,
        classname,
        state: 'passed',
        message: '',
        ...(file === undefined ? {} : { file }),
      };
    }
    if (current !== null && kind !== 'close') {
      if (name === 'failure' || name === 'error') {
        current = {
          ...current,
          state: 'failed',
          message: current.message || messageOf(attributes['message']),
        };
      }
      if (name === 'skipped' && current.state === 'passed') current = { ...current, state: 'skipped' };
    }
    if (name === 'testcase' && kind !== 'open' && current !== null) {
      cases.push(current);
      current = null;
    }
  }
  return cases;
}

const messageOf = (text = ''): string => {
  const line = text.split('\n').find((each) => each.trim() !== '') ?? '';
  return line.trim().slice(0, longestMessage);
};

/**
 * A test with its full name, such as `tests/unit/test_model.py::TestTrainer::test_fit`. `isFile` says whether a path of
 * the repository is a file; where none is found, the name begins with what the report has in its place.
 */
export function nameTest(
  { name, classname, file, state, message }: TestCase,
  isFile: (path: string) => boolean,
): TriedTest {
  const isTest = classname !== '';
  const place = file === undefined ? placeOf(classname, isFile) : [file, ...classesIn(classname, file)];
  return { name: [...place, name].join('::'), state, message, isTest };
}

/** The longest beginning of `tests.unit.test_model.TestTrainer` that is a file of Python, and the classes after it. */
function placeOf(classname: string, isFile: (path: string) => boolean): readonly string[] {
  const parts = classname.split('.');
  for (let length = parts.length; length > 0; length -= 1) {
    const file = `${parts.slice(0, length).join('/')}.py`;
    if (isFile(file)) return [file, ...parts.slice(length)];
  }
  return classname === '' ? [] : [classname];
}

function classesIn(classname: string, file: string): readonly string[] {
  const module = file.replace(/\.py$/, '').replaceAll('/', '.');
  return classname.startsWith(`${module}.`) ? classname.slice(module.length + 1).split('.') : [];
}
