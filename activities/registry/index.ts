import { LonghaulError } from '../../core/errors.ts';
import type { ModelRegistry } from '../../core/ports/model-registry.ts';
import type { RestoreReport } from '../../core/serving.ts';
import type { RegistryActivities } from '../contracts.ts';
import { judgeCandidate } from './judge-candidate.ts';

export { createMlflowRegistry } from './mlflow.ts';

/** What workflows ask of the model registry. Each call compares before it writes and reads back after. */
export function createRegistryActivities(deps: { readonly registry: ModelRegistry }): RegistryActivities {
  const { registry } = deps;
  return {
    judgeCandidate: (input) => judgeCandidate(registry, input),
    async openTrainingRun(input) {
      return { runId: await registry.openRun(input) };
    },
    closeTrainingRun: ({ runId, status }) => registry.closeRun(runId, status),
    async registerCandidate(input) {
      await refuseForeignModel(registry, input.model, input.tags[PROJECT_TAG]);
      return registry.register(input);
    },
    async describeAlias({ model, alias }) {
      const number = await registry.getAlias(model, alias);
      if (number === null) return null;
      const version = await registry.describe(model, number);
      return { version, metrics: version.runId === '' ? {} : await registry.metrics(version.runId) };
    },
    setAlias: (input) => registry.setAlias(input),
    restoreAlias: (input) => restoreAlias(registry, input),
    tagVersion: ({ model, version, tags }) => registry.setTags(model, version, tags),
  };
}

const PROJECT_TAG = 'longhaul.project';

/** A model belongs to the project of its champion: no other project's release may take its place. */
async function refuseForeignModel(
  registry: ModelRegistry,
  model: string,
  project: string | undefined,
): Promise<void> {
  const champion = await registry.getAlias(model, 'champion');
  if (champion === null) return;
  const owner = (await registry.describe(model, champion)).tags[PROJECT_TAG];
  if (owner === undefined || owner === project) return;
  throw new LonghaulError(
    'NotPermitted',
    `The model ${model} belongs to ${owner}: its champion, version ${champion}, came from there.`,
    {
      mend: 'Give `model` in longhaul.yaml a name of its own.',
    },
  );
}

async function restoreAlias(
  registry: ModelRegistry,
  input: Parameters<RegistryActivities['restoreAlias']>[0],
): Promise<RestoreReport> {
  const { model, alias, own, version } = input;
  const wanted = version === null ? 'no version' : `version ${version}`;
  const before = await registry.getAlias(model, alias);
  if (before !== null && before !== own && before !== version) {
    const detail = `alias ${alias} of ${model} stays on version ${before}, where another has put it`;
    return { verified: true, detail, residue: [] };
  }
  try {
    await registry.setAlias({ model, alias, version });
  } catch (error) {
    if (!(error instanceof LonghaulError && error.type === 'NotFound')) throw error;
    const now = await registry.getAlias(model, alias);
    const residue = `The alias ${alias} of ${model} is on ${now === null ? 'no version' : `version ${now}`}, not on ${wanted}, which the registry no longer has.`;
    return { verified: false, detail: error.message, residue: [residue] };
  }
  return { verified: true, detail: `alias ${alias} of ${model} reads ${wanted}`, residue: [] };
}
