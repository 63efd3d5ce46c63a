/** What a project's file says of the comment on its pull requests; that of the base branch counts. */

export interface PullRequestPolicy {
  readonly checklist: readonly ChecklistGroup[];
  /** Patterns of the names of metrics of which less is better. */
  readonly lowerIsBetter: readonly string[];
}

export interface ChecklistGroup {
  readonly title: string;
  /** Patterns of files: the group is shown when one of them changed. Absent: shown whenever another group is. */
  readonly files?: readonly string[];
  readonly items: readonly ChecklistItem[];
}

export interface ChecklistItem {
  readonly item: string;
  /** Patterns of names of steps: when there are such steps and all of them have passed, Longhaul ticks the item. */
  readonly steps?: readonly string[];
  /** Longhaul ticks the item once the data of each `.dvc` file that changed was pulled and verified. */
  readonly pulled?: true;
}
