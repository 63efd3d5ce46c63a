import { existsSync, readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { isMap, parseDocument } from 'yaml';
import { loadServerConfig } from '../../config/load-server.ts';
import { writeAtomically } from '../../local/supervisor/atomic-file.ts';
import { confirm } from './person.ts';

/** What came of the wish that the operator's file serves a project. */
export type Serving =
  | { readonly kind: 'added'; readonly url: string }
  | { readonly kind: 'served'; readonly url: string }
  /** There is no operator's file yet, or a person said no. */
  | { readonly kind: 'notAdded' };

/**
 * Adds a repository of this machine to the `projects` of the operator's file, and leaves all else in it as it is. The
 * workers notice by themselves.
 * @param mayAdd asked first, where the project is not served yet
 * @throws LonghaulError InvalidConfig when the file is wrong as it stands
 */
export async function serveProject(
  file: string,
  { project, root }: { readonly project: string; readonly root: string },
  mayAdd: (question: string) => Promise<boolean>,
): Promise<Serving> {
  if (!existsSync(file)) return { kind: 'notAdded' };
  const { projects } = loadServerConfig(file);
  const known = Object.hasOwn(projects, project) ? projects[project] : undefined;
  if (known !== undefined) return { kind: 'served', url: known.url };
  const url = pathToFileURL(root).href;
  if (!(await mayAdd(`Serve ${project} from ${url}, in ${file}?`))) return { kind: 'notAdded' };
  await writeAtomically(file, withProject(readFileSync(file, 'utf8'), project, url));
  return { kind: 'added', url };
}

/** Yes where nobody can be asked or nobody wants to be. */
export const askUnless =
  (silent: boolean) =>
  async (question: string): Promise<boolean> =>
    silent || (await confirm(question)) === true;

/** The text of the operator's file with one project more; comments and order stay. */
export function withProject(text: string, project: string, url: string): string {
  const document = parseDocument(text);
  const projects = document.get('projects');
  if (isMap(projects)) {
    if (projects.items.length === 0) projects.flow = false;
    projects.set(project, document.createNode({ url }));
  } else {
    document.set('projects', document.createNode({ [project]: { url } }));
  }
  return document.toString({ lineWidth: 0, flowCollectionPadding: true });
}
