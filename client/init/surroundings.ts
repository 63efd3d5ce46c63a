import type { RepositoryView } from './repository-view.ts';

/** What the repository has that no step takes up, and what to do about it; a line each. */
export function surroundings(view: RepositoryView): readonly string[] {
  const { files, read } = view;
  const docker = files.find((path) => /(^|\/)Dockerfile$/.test(path));
  const packages = docker === undefined ? [] : systemPackages(read(docker) ?? '');
  const nested = nestedProjects(view);
  return [
    ...(docker === undefined
      ? []
      : [
          packages.length === 0
            ? `${docker}: not built; steps run in a Python environment on the worker.`
            : `${docker}: not built; it installs ${packages.join(', ')}, which the workers may need as well.`,
        ]),
    ...(files.includes('.gitmodules') ? ['Submodules: the steps do not get them.'] : []),
    ...(/filter=lfs/.test(read('.gitattributes') ?? '')
      ? ['Git LFS: the steps see pointers, not the content.']
      : []),
    ...(nested.length === 0
      ? []
      : [
          `Python projects in folders: ${nested.join(', ')}. Steps start in the root: write \`cd FOLDER && …\`, and name FOLDER/pyproject.toml as a requirement.`,
        ]),
    ...(files.some((path) => /^noxfile\.py$/.test(path)) ? ['noxfile.py: its sessions are not read.'] : []),
  ];
}

/** What a Dockerfile installs by apt. */
function systemPackages(dockerfile: string): readonly string[] {
  const lines = dockerfile.replace(/\\\r?\n\s*/g, ' ').split('\n');
  const found = lines.flatMap((line) =>
    [...line.matchAll(/apt(?:-get)?\s+(?:-\S+\s+)*install\s+([^&|;]*)/g)].map(([, list = '']) => list),
  );
  return [
    ...new Set(found.flatMap((list) => list.split(/\s+/)).filter((word) => /^[a-z0-9][\w.+-]*$/.test(word))),
  ];
}

/** Projects of a repository that has none in its root. */
function nestedProjects({ files }: RepositoryView): readonly string[] {
  const manifest = /^(.+)\/(pyproject\.toml|setup\.py)$/;
  if (
    files.some((path) =>
      /^(pyproject\.toml|setup\.py|setup\.cfg|requirements.*\.txt|requirements\/.*)$/.test(path),
    )
  )
    return [];
  return [...new Set(files.flatMap((path) => manifest.exec(path)?.[1] ?? []))].slice(0, 5);
}
