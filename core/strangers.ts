import type { PullRequest } from './ports/forge.ts';

/** Whose work is in the repository already, or who may write there. */
const known: readonly string[] = ['OWNER', 'MEMBER', 'COLLABORATOR', 'CONTRIBUTOR'];

/** Whether nobody here vouches for the code yet: it comes from another repository, or is its author's first. */
export const isStrangers = ({
  project,
  headProject,
  authorAssociation,
}: Pick<PullRequest, 'project' | 'headProject' | 'authorAssociation'>): boolean =>
  headProject?.toLowerCase() !== project.toLowerCase() || !known.includes(authorAssociation);
