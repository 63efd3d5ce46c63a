import { expect, test } from 'vitest';
import { isWithin, requiredPython } from '../../core/python-version.ts';

test.each([
  ['3.11.7', '>=3.9,<3.12', true],
  ['3.12.0', '>=3.9,<3.12', false],
  ['3.9.18', '>3.9.18', false],
  ['3.10.2', '~=3.9', true],
  ['3.10.2', '~=3.9.0', false],
  ['3.11.7', '==3.11.*', true],
  ['3.11.7', '!=3.11.*', false],
  ['3.11.7', '==3.11.7', true],
  ['3.13.0rc1', '>=3.13', true],
  ['3.11.7', '<=3.11', false],
  ['3.11.7', 'whatever', true],
])('%s within %s: %s', (version, range, met) => {
  expect(isWithin(version, range)).toBe(met);
});

const poetry = (python: string): string => `[tool.poetry.dependencies]\npython = "${python}"\n[tool.black]\n`;

test.each([
  ['[project]\nrequires-python = ">= 3.9, <3.12"\n', '>=3.9,<3.12'],
  [poetry('^3.9'), '>=3.9,<4'],
  [poetry('~3.9'), '>=3.9,<3.10'],
  [poetry('3.11.*'), '==3.11.*'],
  [poetry('>=3.8,<3.11'), '>=3.8,<3.11'],
  ['[tool.other]\npython = "^3.9"\n', null],
])('%j requires %s', (pyproject, range) => {
  expect(requiredPython(pyproject)).toBe(range);
});
