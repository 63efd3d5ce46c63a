import { describe, expect, it } from 'vitest';
import { hashSourceFiles } from '../../../activities/workspace/python-source-files.ts';

type Files = Readonly<Record<string, string>>;
const commit = { project: 'acme/model', commit: 'now' };

const hashOf = (files: Files, path = 'requirements.txt'): Promise<string> =>
  hashSourceFiles(
    {
      list: () => Promise.resolve(files),
      read: (_commit, name) => Promise.resolve(files[name] ?? null),
    },
    commit,
    [{ kind: 'requirements', path }],
  );

describe('a project of the repository that requirements name', () => {
  it.each([
    '-e libs/common',
    '-e ./libs/common',
    '--editable=libs/common[more]',
    'libs/common',
    './libs/common # ours',
    'common @ ./libs/common',
    'common[more] @ file:libs/common ; python_version > "3"',
    '-e "libs/common"',
  ])('counts with its metadata: %s', async (line) => {
    const files = {
      'requirements.txt': `tiny\n${line}\n`,
      'libs/common/pyproject.toml': '[project]\nname = "common"\n',
      'libs/common/common.py': 'x = 1',
    };
    const before = await hashOf(files);
    const changed = { ...files, 'libs/common/pyproject.toml': '[project]\nname = "common"\n# scipy\n' };
    expect(await hashOf(changed)).not.toBe(before);
    expect(await hashOf({ ...files, 'libs/common/common.py': 'x = 2' })).toBe(before);
  });

  it.each(['wheels/tiny-1.0-py3-none-any.whl', 'tiny @ ./wheels/tiny-1.0-py3-none-any.whl'])(
    'counts as the archive that it is: %s',
    async (line) => {
      const files = { 'requirements.txt': line, 'wheels/tiny-1.0-py3-none-any.whl': '100644 aaaa' };
      const before = await hashOf(files);
      expect(await hashOf({ ...files, 'wheels/tiny-1.0-py3-none-any.whl': '100644 bbbb' })).not.toBe(before);
    },
  );

  it('is found from the folder of the file that names it', async () => {
    const files = { 'api/requirements.txt': '-e ../common', 'common/pyproject.toml': '[project]' };
    const before = await hashOf(files, 'api/requirements.txt');
    const changed = { ...files, 'common/pyproject.toml': '[project]\n# scipy' };
    expect(await hashOf(changed, 'api/requirements.txt')).not.toBe(before);
  });
});
