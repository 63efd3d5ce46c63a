import { loadProject, type ProjectConfigResult } from '../../config/load-project.ts';
import type { ServerConfig } from '../../config/server-config.ts';
import type { ConfigurationName } from '../../core/trigger-policy.ts';
import { manifestProblems } from '../../k8s/manifests/own/problems-ahead.ts';
import { isManifestFile, type ManifestFile } from '../../k8s/manifests/own/read-objects.ts';
import { gitOrFail } from '../workspace/git-program.ts';
import { filesAtCommit } from './files-at-commit.ts';

/** What `longhaul.yaml` of a commit comes to, or all that is wrong with it and with the manifests that it names. */
export async function loadAtCommit(given: {
  readonly mirror: string;
  readonly project: string;
  readonly commit: string;
  readonly server: ServerConfig;
  /** Whose configuration CI runs with; staging's when absent. */
  readonly configuration?: ConfigurationName;
}): Promise<ProjectConfigResult> {
  const { mirror, commit, server, configuration } = given;
  const files = filesAtCommit(mirror, commit);
  const loaded = loadProject({ files, server, ...(configuration === undefined ? {} : { configuration }) });
  if (!loaded.ok || loaded.releasePlan === undefined) return loaded;
  const filesIn = async (folder: string): Promise<readonly ManifestFile[]> => {
    const listed = await gitOrFail([
      ...['--git-dir', mirror, 'ls-tree', '-r', '-z', '--name-only', commit, '--', folder],
    ]);
    const paths = listed.split('\0').filter(isManifestFile);
    return paths.map((file) => ({ file, text: files(file) ?? '' }));
  };
  const problems = await manifestProblems({ ...given, plan: loaded.releasePlan, filesIn });
  return problems.length === 0 ? loaded : { ok: false, problems };
}
