import type { RepositoryView } from './repository-view.ts';
import { isTable, readYamlTable, textsOf } from './structured-files.ts';

export interface CondaFound {
  readonly file: string;
  /** Its packages as pip would name them; those that only conda has are among them. */
  readonly requirements: readonly string[];
  readonly python?: string;
}

/** The repository's file of conda; null without one. @param named the one that MLproject names */
export function findConda(view: RepositoryView, named?: string): CondaFound | null {
  const file = [
    named ?? '',
    'environment.yml',
    'environment.yaml',
    'conda.yaml',
    'conda.yml',
    'env.yml',
  ].find((path) => view.files.includes(path));
  if (file === undefined) return null;
  const list = readYamlTable(view.read(file))['dependencies'];
  const items: readonly unknown[] = Array.isArray(list) ? list : [];
  const own = items.filter((item): item is string => typeof item === 'string').map(withoutChannel);
  const pip = items.filter(isTable).flatMap(({ pip: lines }) => textsOf(lines));
  const python = /^python\s*[=<>~!]*\s*(\d+\.\d+)/.exec(
    own.find((item) => /^python\b/.test(item)) ?? '',
  )?.[1];
  return {
    file,
    requirements: [
      ...own.filter((item) => !/^(python|pip|setuptools|wheel)\b(?!-)/.test(item)).map(asPip),
      ...pip,
    ],
    ...(python === undefined ? {} : { python }),
  };
}

const withoutChannel = (item: string): string => item.replace(/^[\w-]+::/, '').trim();

/** `numpy=1.26` is `numpy==1.26.*`; a build (`=py311_0`) is left out. */
function asPip(item: string): string {
  const [, name = item, version] = /^([\w.-]+)\s*={1,2}\s*([\w.*]+)(?:=\S+)?$/.exec(item) ?? [];
  if (version === undefined) {
    return item.replaceAll(/\s+/g, '').replace(/^[\w.-]+/, (own) => renamed[own] ?? own);
  }
  const exact = version.split('.').length > 2 || version.endsWith('*');
  return `${renamed[name] ?? name}==${version}${exact ? '' : '.*'}`;
}

/** Names that differ between conda and PyPI. */
const renamed: Readonly<Record<string, string>> = {
  pytorch: 'torch',
  'py-xgboost': 'xgboost',
  'matplotlib-base': 'matplotlib',
  'tensorflow-gpu': 'tensorflow',
};
