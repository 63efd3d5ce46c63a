import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import type { SearchAttributePair } from '@temporalio/common';
import { searchAttributes } from '../core/ids.ts';

/** Search attributes that are known when a run is started; the workflow itself adds phase and outcome. */
export function runAttributes(
  known: Partial<Readonly<Record<keyof typeof searchAttributes, string>>>,
): SearchAttributePair[] {
  return Object.entries(searchAttributes).flatMap(([key, name]) => {
    const value = known[key as keyof typeof searchAttributes];
    return value === undefined
      ? []
      : [{ key: defineSearchAttributeKey(name, SearchAttributeType.KEYWORD), value }];
  });
}

/** Visibility query of the workflows of a type, of one project or of all. */
export const listQuery = (workflowType: string, project: string | undefined): string =>
  [
    `WorkflowType = '${workflowType}'`,
    ...(project === undefined ? [] : [`${searchAttributes.project} = '${project.replaceAll("'", "''")}'`]),
  ].join(' AND ');
