import { isMap, isScalar, LineCounter, parseAllDocuments, Scalar, visit } from 'yaml';
import type { Document } from 'yaml';
import { isMapping } from '../../../config/overlays.ts';
import type { Problem } from '../../../config/problem.ts';
import { nearest } from '../../../config/suggest.ts';
import { fillVariables, type Variables } from '../../../core/variables.ts';
import type { Manifest } from '../../api/cluster.ts';
import { numbers } from './variables.ts';

/** A file of a folder of manifests; the path is that in the repository. */
export interface ManifestFile {
  readonly file: string;
  readonly text: string;
}

/** Whether a file of the folder is one of manifests. */
export const isManifestFile = (path: string): boolean => /\.ya?ml$/.test(path);

/** An object of a project's own manifests, and where it begins. */
export interface OwnObject {
  readonly manifest: Manifest;
  readonly file: string;
  readonly line: number;
}

export interface ReadObjects {
  readonly objects: readonly OwnObject[];
  readonly problems: readonly Problem[];
}

/** The objects of a file of YAML documents, with the values in them; texts alone have variables, comments have none. */
export function readObjects({ file, text }: ManifestFile, values: Variables): ReadObjects {
  const lines = new LineCounter();
  const at = (offset: number, message: string, hint: string): Problem => {
    const { line, col } = lines.linePos(offset);
    return { file, line: Math.max(1, line), column: Math.max(1, col), key: '', message, hint };
  };
  const problems: Problem[] = [];
  const objects: OwnObject[] = [];
  for (const document of parseAllDocuments(text, { lineCounter: lines, prettyErrors: false })) {
    const [error] = document.errors;
    if (error !== undefined) {
      problems.push(at(error.pos[0], `is not YAML: ${firstLine(error.message)}`, quoting));
      continue;
    }
    const unfilled = fillDocument(document, text, values);
    problems.push(...unfilled.map(({ name, offset }) => at(offset, unknown(name), known(name, values))));
    const { contents } = document;
    if (contents === null || (isScalar(contents) && contents.value === null)) continue;
    const start = contents.range[0];
    const data: unknown = document.toJS();
    if (isMap(contents) && isManifest(data))
      objects.push({ manifest: data, file, line: Math.max(1, lines.linePos(start).line) });
    else
      problems.push(at(start, 'is no object of Kubernetes', 'give `apiVersion`, `kind` and `metadata.name`'));
  }
  return { objects, problems };
}

const quoting = 'mend the syntax; within `{ }` and `[ ]`, write a variable in quotes: `"${NAME}"`';

const unknown = (name: string): string => `\`\${${name}}\` has no value`;

function known(name: string, values: Variables): string {
  const names = Object.keys(values);
  const meant = nearest(name, names);
  if (meant !== undefined) return `did you mean \`\${${meant}}\`?`;
  return `the variables are ${names.join(', ')}; for a \`$\` of your own write \`$$\``;
}

/** Fills the texts of a document in. @returns the variables without a value, and where they stand in the file */
function fillDocument(
  document: Document,
  text: string,
  values: Variables,
): readonly { readonly name: string; readonly offset: number }[] {
  const missing: { readonly name: string; readonly offset: number }[] = [];
  visit(document, {
    Scalar: (_, scalar) => {
      if (typeof scalar.value !== 'string') return;
      const start = scalar.range?.[0] ?? 0;
      const filled = fillVariables(scalar.value, values);
      for (const { name } of filled.unfilled) {
        const offset = text.indexOf(`\${${name}`, start);
        missing.push({ name, offset: offset === -1 ? start : offset });
      }
      scalar.value = isNumber(scalar) ? Number(filled.text) : filled.text;
    },
  });
  return missing;
}

const isNumber = ({ type, value }: Scalar): boolean =>
  type === Scalar.PLAIN && numbers.some((name) => value === `\${${name}}`);

const isManifest = (data: unknown): data is Manifest =>
  isMapping(data) &&
  typeof data['apiVersion'] === 'string' &&
  typeof data['kind'] === 'string' &&
  isMapping(data['metadata']) &&
  typeof data['metadata']['name'] === 'string';

const firstLine = (text: string): string => text.split('\n', 1)[0] ?? text;
