import { posix } from 'node:path';
import type { RepositoryView } from './repository-view.ts';
import type { StepProposal } from './step-proposal.ts';
import { isTable, readIni, readYamlTable, tableAt, textsOf, valueAt } from './structured-files.ts';
import type { Table } from './structured-files.ts';

/** What a repository keeps in DVC. */
export interface DvcFound {
  /** Paths of data that a `.dvc` file tracks. */
  readonly tracked: readonly string[];
  /** URL of the remote that data is pulled from by default; absent without one. */
  readonly remote?: string;
  /** The package that speaks to the remote: `dvc[s3]`. */
  readonly package: string;
  /** Stages of dvc.yaml as steps. */
  readonly stages: readonly StepProposal[];
  /** Stages that stand for several, which are not taken over. */
  readonly skipped: readonly string[];
}

/** Reads dvc.yaml, params.yaml, `*.dvc` and `.dvc/config`; null without any of DVC. */
export function findDvc(view: RepositoryView): DvcFound | null {
  const dvcFiles = view.files.filter((path) => path.endsWith('.dvc'));
  const pipeline = readYamlTable(view.read('dvc.yaml'));
  if (dvcFiles.length === 0 && !('stages' in pipeline)) return null;
  const tracked = dvcFiles.flatMap((file) =>
    pathsOf(readYamlTable(view.read(file))['outs']).map((path) => posix.join(posix.dirname(file), path)),
  );
  const remote = remoteOf(view);
  return {
    tracked,
    ...(remote === undefined ? {} : { remote }),
    package: packageFor(remote),
    ...stagesOf(view, pipeline, { tracked, remote }),
  };
}

function remoteOf({ read }: RepositoryView): string | undefined {
  const config = readIni((read('.dvc/config') ?? '').replaceAll(/^[ \t]+/gm, ''));
  const name = config['core']?.['remote'];
  const section = Object.entries(config).find(
    ([title]) => title.replaceAll(/['"]/g, '') === `remote ${name ?? ''}`,
  );
  return name === undefined ? undefined : section?.[1]['url'];
}

const remotePackages: Readonly<Record<string, string>> = {
  s3: 'dvc[s3]',
  gs: 'dvc[gs]',
  azure: 'dvc[azure]',
  gdrive: 'dvc[gdrive]',
  ssh: 'dvc[ssh]',
  webdav: 'dvc[webdav]',
  webdavs: 'dvc[webdav]',
  hdfs: 'dvc[hdfs]',
  oss: 'dvc[oss]',
};

const packageFor = (remote = ''): string => remotePackages[/^(\w+):\/\//.exec(remote)?.[1] ?? ''] ?? 'dvc';

/** Paths of a list of dvc.yaml, whose items are paths or mappings from a path (or from `path`). */
function pathsOf(list: unknown): readonly string[] {
  if (!Array.isArray(list)) return [];
  return list.flatMap((item: unknown) => {
    if (typeof item === 'string') return [item];
    if (!isTable(item)) return [];
    return typeof item['path'] === 'string' ? [item['path']] : Object.keys(item).slice(0, 1);
  });
}

interface Stage {
  readonly name: string;
  readonly run: readonly string[];
  readonly deps: readonly string[];
  readonly outs: readonly string[];
  readonly metrics: readonly string[];
}

function stagesOf(
  view: RepositoryView,
  pipeline: Table,
  { tracked, remote }: { readonly tracked: readonly string[]; readonly remote: string | undefined },
): Pick<DvcFound, 'stages' | 'skipped'> {
  const written = Object.entries(tableAt(pipeline, 'stages')).filter((entry): entry is [string, Table] =>
    isTable(entry[1]),
  );
  const several = written
    .filter(([, stage]) => 'foreach' in stage || 'matrix' in stage)
    .map(([name]) => name);
  const params = { ...readYamlTable(view.read('params.yaml')), ...variablesOf(view, pipeline) };
  const stages = written
    .filter(([name]) => !several.includes(name))
    .map(([name, stage]) => readStage(name, stage, params));
  const proposals = stages.map((stage) => proposalOf(stage, stages, tracked, remote));
  return {
    stages: withoutLooseEnds(proposals),
    skipped: several,
  };
}

/** A step whose needs are only comments is one itself. */
function withoutLooseEnds(steps: readonly StepProposal[]): readonly StepProposal[] {
  const commented = new Set(steps.filter(({ asComment }) => asComment === true).map(({ name }) => name));
  const loose = steps.filter(
    ({ asComment, needs = [] }) => asComment !== true && needs.some((need) => commented.has(need)),
  );
  if (loose.length === 0) return steps;
  return withoutLooseEnds(steps.map((step) => (loose.includes(step) ? { ...step, asComment: true } : step)));
}

function variablesOf(view: RepositoryView, pipeline: Table): Table {
  const list = Array.isArray(pipeline['vars']) ? pipeline['vars'] : [];
  return Object.assign(
    {},
    ...list.map((item: unknown) =>
      typeof item === 'string' ? readYamlTable(view.read(item.replace(/:.*$/, ''))) : item,
    ),
  ) as Table;
}

function readStage(name: string, stage: Table, params: Table): Stage {
  const fill = (text: string): string =>
    text.replaceAll(/\$\{\s*([\w.]+)\s*\}/g, (whole, key: string) => {
      const value = valueAt(params, ...key.split('.'));
      return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
        ? String(value)
        : whole;
    });
  const folder = typeof stage['wdir'] === 'string' ? stage['wdir'] : '.';
  const within = (path: string): string => posix.join(folder, fill(path));
  return {
    name: name
      .toLowerCase()
      .replaceAll(/[^a-z0-9]+/g, '-')
      .replaceAll(/^-|-$/g, ''),
    run: textsOf(stage['cmd']).map(
      (line) => (folder === '.' ? '' : `cd ${folder} && `) + fill(line.trim().replaceAll(/\s*\n\s*/g, ' ')),
    ),
    deps: pathsOf(stage['deps']).map(within),
    outs: [...pathsOf(stage['outs']), ...pathsOf(stage['plots'])].map(within),
    metrics: pathsOf(stage['metrics']).map(within),
  };
}

function proposalOf(
  { name, run, deps, outs, metrics }: Stage,
  stages: readonly Stage[],
  tracked: readonly string[],
  remote: string | undefined,
): StepProposal {
  const below = (path: string, folder: string): boolean =>
    path === folder || path.startsWith(`${folder}/`) || folder.startsWith(`${path}/`);
  const needs = stages.filter(
    (other) =>
      other.name !== name &&
      [...other.outs, ...other.metrics].some((out) => deps.some((dep) => below(dep, out))),
  );
  const data = tracked.filter((path) => deps.some((dep) => below(dep, path)));
  const unfilled = run.some((line) => line.includes('${'));
  const unpulled = data.length > 0 && remote === undefined;
  return {
    name,
    why: [
      `The stage ${name} of dvc.yaml.`,
      ...(unfilled ? ['Its command has values that are not in params.yaml.'] : []),
      ...(unpulled ? ['.dvc/config names no default remote that its data could be pulled from.'] : []),
    ],
    needs: needs.map((other) => other.name),
    run,
    data,
    outputs: [...new Set([...outs, ...metrics])],
    ...(unfilled || unpulled || run.length === 0 ? { asComment: true } : {}),
  };
}
