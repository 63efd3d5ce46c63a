import { loginOfAddress } from '../../core/authorship.ts';
import type { Authors } from '../../core/authorship.ts';
import type { Forge } from '../../core/ports/forge.ts';
import { gitOrFail } from '../workspace/git-program.ts';
import type { Mirrors } from '../workspace/mirrors.ts';

/** Addresses of who wrote a commit, together with whoever it names as a co-author. @throws UnknownCommit, Unreachable */
export type AddressesOf = (ref: {
  readonly project: string;
  readonly commit: string;
}) => Promise<readonly string[]>;

/**
 * Who wrote a commit: as the forge knows its author, whoever opened the pull requests that brought it (a merge on the
 * forge is the commit of who pressed the button), and by the addresses in the commit itself.
 */
export async function authorsOf(
  deps: { readonly forge: Forge | null; readonly addressesOf: AddressesOf },
  ref: { readonly project: string; readonly commit: string },
): Promise<Authors> {
  const { project, commit } = ref;
  const [onForge, emails] = await Promise.all([
    deps.forge === null ? [] : authorsOnForge(deps.forge, project, commit),
    deps.addressesOf(ref),
  ]);
  const byAddress = emails.map(loginOfAddress).filter((login) => login !== null);
  return { logins: [...new Set([...onForge, ...byAddress])], emails };
}

async function authorsOnForge(forge: Forge, project: string, commit: string): Promise<readonly string[]> {
  const [author, brought] = await Promise.all([
    forge.authorOf(project, commit),
    forge.pullRequestsOf(project, commit),
  ]);
  const opened = await Promise.all(brought.map((ref) => forge.pullRequest(ref)));
  return [...(author === null ? [] : [author]), ...opened.map((pullRequest) => pullRequest.author)];
}

/** The addresses as the mirror of the project has them. */
export const addressesInMirror =
  (mirrors: Pick<Mirrors, 'withCommit'>): AddressesOf =>
  async (ref) => {
    const mirror = await mirrors.withCommit(ref);
    const format = '%ae%n%(trailers:key=Co-authored-by,valueonly)';
    const told = await gitOrFail([
      '--git-dir',
      mirror,
      'show',
      '--no-patch',
      `--format=${format}`,
      ref.commit,
    ]);
    return told
      .split('\n')
      .map((line) => /<([^>]*)>\s*$/.exec(line)?.[1] ?? line.trim())
      .filter((address) => address !== '');
  };
