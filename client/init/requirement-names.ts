/** `Scikit_Learn[all] >=1.2; python_version < '3.9'` as `scikit-learn`; null for what names no package. */
export function packageName(requirement: string): string | null {
  const text = requirement.trim();
  if (text === '' || /^[-#./]/.test(text) || /^\w+(\+\w+)?:\/\//.test(text)) return null;
  const name = /^([A-Za-z0-9][\w.-]*)/.exec(text)?.[1];
  return name === undefined ? null : name.toLowerCase().replaceAll(/[-_.]+/g, '-');
}

/** Names of the packages of a requirements file, and the files that it includes. */
export function readRequirements(text: string): {
  readonly packages: readonly string[];
  readonly includes: readonly string[];
} {
  const lines = text.replace(/\\\r?\n/g, ' ').split(/\r?\n/);
  return {
    packages: lines.map(packageName).filter((name) => name !== null),
    includes: lines.flatMap((line) => /^\s*(?:-r|--requirement)[\s=]*(\S+)/.exec(line)?.[1] ?? []),
  };
}
