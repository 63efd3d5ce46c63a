import { createHash } from 'node:crypto';
import { canonicalJson } from '../../core/canonical-json.ts';
import type { Annotation, Check } from '../../core/ports/forge.ts';
import { cutOff, fitted, fittedLine } from './fitted.ts';
import { ownerAndRepo } from './github-access.ts';
import type { GithubClient } from './github-client.ts';

/** GitHub takes this many annotations by one request, and adds them to those that stand. */
const batch = 50;
const longestText = 65_535;

type Listed = Awaited<ReturnType<GithubClient['rest']['checks']['listForRef']>>['data']['check_runs'][number];
type Wanted = ReturnType<typeof wantedRun>;

/**
 * Shows a check as a check run, found again by its key. Annotations cannot be taken away: so a check that had ended
 * and runs again, or ends with other annotations, gets a new check run, which GitHub shows instead of the old one.
 */
export async function putCheckRun(client: GithubClient, app: number, check: Check): Promise<void> {
  const wanted = wantedRun(check);
  const standing = await newestRun(client, app, check, wanted.name);
  if (standing === undefined || isOver(standing, wanted)) {
    const made = await client.rest.checks.create({
      ...ownerAndRepo(check.project),
      ...wanted.fields,
      head_sha: check.commit,
      external_id: check.key,
      output: { ...wanted.output, annotations: wanted.annotations.slice(0, batch) },
    });
    await addAnnotations(client, check, wanted, made.data);
  } else if (differs(standing, wanted)) {
    const from = standing.output.annotations_count;
    const updated = await client.rest.checks.update({
      ...ownerAndRepo(check.project),
      ...wanted.fields,
      check_run_id: Number(standing.id),
      output: { ...wanted.output, annotations: wanted.annotations.slice(from, from + batch) },
    });
    await addAnnotations(client, check, wanted, updated.data);
  } else await addAnnotations(client, check, wanted, standing);
}

/** The annotations that are not there yet: those that are came first, so their number tells. */
async function addAnnotations(
  client: GithubClient,
  { project }: Check,
  { annotations, output }: Wanted,
  standing: Pick<Listed, 'id' | 'output'>,
): Promise<void> {
  for (let from = standing.output.annotations_count; from < annotations.length; from += batch) {
    await client.rest.checks.update({
      ...ownerAndRepo(project),
      check_run_id: Number(standing.id),
      output: { ...output, annotations: annotations.slice(from, from + batch) },
    });
  }
}

async function newestRun(
  client: GithubClient,
  app: number,
  { commit, key, project }: Check,
  name: string,
): Promise<Listed | undefined> {
  const runs = await client.paginate(client.rest.checks.listForRef, {
    ...ownerAndRepo(project),
    ref: commit,
    check_name: name,
    filter: 'all',
    app_id: app,
    per_page: 100,
  });
  return runs.filter((run) => run.external_id === key).sort((a, b) => Number(b.id) - Number(a.id))[0];
}

/** It has ended, and what is wanted now is another try. */
function isOver(standing: Listed, { fields, mark }: Wanted): boolean {
  if (standing.status !== 'completed') return false;
  if (fields.status !== 'completed') return true;
  return standing.output.annotations_count > 0 && !(standing.output.summary ?? '').includes(mark);
}

function differs(standing: Listed, { fields, output }: Wanted): boolean {
  const { details_url, status } = fields;
  const conclusion = fields.status === 'completed' ? fields.conclusion : null;
  return (
    standing.status !== status ||
    standing.conclusion !== conclusion ||
    (details_url !== undefined && standing.details_url !== details_url) ||
    standing.output.title !== output.title ||
    standing.output.summary !== output.summary
  );
}

/** A check in GitHub's words and within its limits. */
function wantedRun(check: Check) {
  const { detailsUrl, startedAt, state, summary, title } = check;
  const annotations = check.annotations.map(shownAnnotation);
  const digest = createHash('sha256').update(canonicalJson(annotations)).digest('hex');
  const mark = `<!-- longhaul: annotations ${digest} -->`;
  const name = fittedLine(check.name, 255);
  const fields = {
    name,
    ...stateOf(state),
    ...(detailsUrl === undefined ? {} : { details_url: detailsUrl }),
    ...(startedAt === undefined ? {} : { started_at: startedAt }),
  };
  const text = fitted(summary, longestText - mark.length - 2, cutOff);
  return {
    ...{ name, mark, annotations, fields },
    output: {
      title: fittedLine(title, 255),
      summary: annotations.length === 0 ? text : `${text}\n\n${mark}`,
    },
  };
}

type RunState =
  | { readonly status: 'queued' | 'in_progress' }
  | {
      readonly status: 'completed';
      readonly conclusion: (typeof conclusions)[keyof typeof conclusions];
      readonly completed_at: string;
    };

function stateOf(state: Check['state']): RunState {
  if (state.status !== 'completed') return { status: state.status === 'running' ? 'in_progress' : 'queued' };
  return { status: 'completed', conclusion: conclusions[state.conclusion], completed_at: state.at };
}

const conclusions = {
  success: 'success',
  failure: 'failure',
  neutral: 'neutral',
  cancelled: 'cancelled',
  skipped: 'skipped',
  timedOut: 'timed_out',
  actionRequired: 'action_required',
} as const;

/** Columns are taken for one line alone. */
function shownAnnotation(annotation: Annotation) {
  const { endColumn, endLine, level, message, path, startColumn, startLine, title } = annotation;
  const oneLine = startLine === endLine;
  return {
    path,
    start_line: startLine,
    end_line: endLine,
    ...(oneLine && startColumn !== undefined ? { start_column: startColumn } : {}),
    ...(oneLine && endColumn !== undefined ? { end_column: endColumn } : {}),
    annotation_level: level,
    title: fittedLine(title, 255),
    message: fitted(message, longestText, cutOff),
  };
}
