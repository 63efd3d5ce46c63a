import { execFile } from 'node:child_process';
import type { ClusterPlace } from './place.ts';
import type { ClusterPrograms } from './programs.ts';

/** `kubectl` as the cluster's administrator. @throws Error with what kubectl says */
export type Kubectl = (args: readonly string[], input?: object) => Promise<string>;

/** An object that is given as input is applied with `apply -f -`. */
export function kubectlOf(place: ClusterPlace, programs: ClusterPrograms): Kubectl {
  const program = programs.find('kubectl');
  return (args, input) =>
    new Promise((resolve, reject) => {
      const child = execFile(
        program,
        [`--kubeconfig=${place.kubeconfig}`, ...args],
        { env: { ...programs.environment, HOME: place.folder }, maxBuffer: 1 << 26 },
        (error, stdout, stderr) => {
          if (error === null) resolve(stdout);
          else reject(new Error(`kubectl ${args.join(' ')}: ${stderr.trim() || error.message}`));
        },
      );
      child.stdin?.end(input === undefined ? '' : JSON.stringify(input));
    });
}
