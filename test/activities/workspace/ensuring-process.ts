/** A worker that makes an environment of the home in its first argument, for the requirements in its second. */
import { createArtifactStore } from '../../../activities/store/index.ts';
import { createPythonEnvironments } from '../../../activities/workspace/python-environments.ts';
import { homePaths } from '../../../local/home.ts';
import { findTools } from '../../../local/tools.ts';

const [root = '', requirements = ''] = process.argv.slice(2);
const home = homePaths(root);
const environments = createPythonEnvironments({
  home,
  uv: () => findTools().uv,
  store: createArtifactStore({ store: {}, home }),
  checkouts: {
    checkout: () => Promise.reject(new Error('it is resolved already')),
    remove: () => Promise.resolve(),
    list: () => Promise.resolve({}),
    read: () => Promise.resolve(requirements),
  },
});
const environment = await environments.ensure({
  ...{ commit: { project: 'acme/model', commit: 'now' }, extras: [], groups: [] },
  requirements: ['requirements.txt'],
});
process.stdout.write(environment);
