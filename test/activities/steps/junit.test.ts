import { expect, test } from 'vitest';
import { nameTest, readTestCases } from '../../../activities/steps/junit.ts';

const files = ['tests/unit/test_model.py', 'src/app.py'];
const namesIn = (xml: string): readonly unknown[] =>
  readTestCases(xml).map((each) => {
    const { name, state, isTest } = nameTest(each, (path) => files.includes(path));
    return [name, state, isTest];
  });

test('a test has the name that pytest takes, where its file is found', () => {
  const xml = `<testsuite>
    <testcase classname="tests.unit.test_model.TestTrainer.TestFit" name="test_fit[a-1]"/>
    <testcase classname="tests.unit.test_model" name="test_plain"><failure message="assert 1 == 2&#10;more"/></testcase>
    <testcase classname="unit.test_elsewhere" name="test_x"><skipped/></testcase>
    <testcase classname="tests.unit.test_model.TestA" file="tests/unit/test_model.py" name="test_y"/>
    <testcase classname="Suite of jest" file="src/a.test.js" name="does it"/>
  </testsuite>`;
  expect(namesIn(xml)).toEqual([
    ['tests/unit/test_model.py::TestTrainer::TestFit::test_fit[a-1]', 'passed', true],
    ['tests/unit/test_model.py::test_plain', 'failed', true],
    ['unit.test_elsewhere::test_x', 'skipped', true],
    ['tests/unit/test_model.py::TestA::test_y', 'passed', true],
    ['src/a.test.js::does it', 'passed', true],
  ]);
  expect(readTestCases(xml)[1]?.message).toBe('assert 1 == 2');
});

test('a file that pytest could not collect is no test', () => {
  const xml =
    '<testcase classname="" name="tests.unit.test_model"><error message="collection failure">E</error></testcase>';
  expect(namesIn(xml)).toEqual([['tests.unit.test_model', 'failed', false]]);
});
