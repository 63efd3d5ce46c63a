import type { RepositoryView } from './repository-view.ts';
import type { StepProposal } from './step-proposal.ts';
import { isTable, readYamlTable, tableAt, valueAt } from './structured-files.ts';

export interface MlprojectFound {
  readonly step: StepProposal;
  /** Entry points besides `main`. */
  readonly others: readonly string[];
  /** Its file of conda, or its `python_env`. */
  readonly condaFile?: string;
  readonly pythonEnv?: string;
}

/** The entry point `main` of an MLproject as a step; null without one. */
export function findMlproject(view: RepositoryView): MlprojectFound | null {
  const project = readYamlTable(view.read('MLproject'));
  const entries = tableAt(project, 'entry_points');
  const command = valueAt(entries, 'main', 'command');
  if (typeof command !== 'string') return null;
  const parameters = tableAt(entries, 'main', 'parameters');
  const defaults = Object.fromEntries(
    Object.entries(parameters).map(([name, value]) => [name, isTable(value) ? value['default'] : undefined]),
  );
  const filled = command.trim().replaceAll(/\{(\w+)\}/g, (whole, name: string) => {
    const value = defaults[name];
    return ['string', 'number', 'boolean'].includes(typeof value) ? String(value) : whole;
  });
  const open = [...filled.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
  const script = /\b([\w./-]+\.py)\b/.exec(filled)?.[1];
  const startsOthers = /mlflow(\.projects)?\.run\(/.test(
    script === undefined ? '' : (view.read(script) ?? ''),
  );
  const condaFile = project['conda_env'];
  const pythonEnv = project['python_env'];
  return {
    step: {
      name: 'train-sample',
      why: [
        'The entry point main of MLproject, with its defaults.',
        ...(open.length === 0 ? [] : [`It has no default for ${open.join(', ')}.`]),
        ...(startsOthers ? ['It starts other entry points itself: make each of them a step.'] : []),
      ],
      run: [filled],
      ...(open.length > 0 || startsOthers ? { asComment: true } : {}),
    },
    others: Object.keys(entries).filter((name) => name !== 'main'),
    ...(typeof condaFile === 'string' ? { condaFile } : {}),
    ...(typeof pythonEnv === 'string' ? { pythonEnv } : {}),
  };
}
