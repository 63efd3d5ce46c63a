import type { Json } from '../description.ts';
import { checkRun, status } from '../likeness.ts';
import type { FakeAnnotation, FakeCheckRun, FakeRepository } from '../state.ts';
import { invalid, loginOf, notFound, page, refused } from '../world.ts';
import type { Answer, Call, Routes } from '../world.ts';

export const checkRoutes: Routes = {
  'checks/create': { needs: ['checks', 'write'], answer: create },
  'checks/update': { needs: ['checks', 'write'], answer: update },
  'checks/get': {
    needs: ['checks', 'read'],
    answer: (call) => {
      const found = runOf(call);
      return found === undefined
        ? notFound
        : { status: 200, body: checkRun(call.world, call.repository, found) };
    },
  },
  'checks/list-for-ref': { needs: ['checks', 'read'], answer: list },
  'checks/list-annotations': {
    needs: ['checks', 'read'],
    answer: (call) => {
      const found = runOf(call);
      return found === undefined ? notFound : page(call, found.annotations.map(shownAnnotation));
    },
  },
  'repos/create-commit-status': { needs: ['statuses', 'write'], answer: createStatus },
  'repos/list-commit-statuses-for-ref': {
    needs: ['statuses', 'read'],
    answer: (call) => page(call, statusesOf(call).map(status)),
  },
};

const runOf = ({ repository, params }: Call): FakeCheckRun | undefined =>
  repository.checkRuns.find(({ id }) => id === Number(params['check_run_id']));

function create(call: Call): Answer {
  const { world, repository, body, by } = call;
  if (by.kind === 'token') return refused(403, 'You must authenticate via a GitHub App.');
  const refusal = refusalOf(body);
  if (refusal !== null) return refusal;
  const run: FakeCheckRun = {
    id: world.ids.next(),
    head_sha: String(body['head_sha']),
    name: String(body['name']),
    external_id: '',
    details_url: 'https://github.com/apps/longhaul',
    status: 'queued',
    conclusion: null,
    started_at: new Date().toISOString(),
    completed_at: null,
    title: null,
    summary: null,
    annotations: [],
  };
  apply(run, body);
  repository.checkRuns.push(run);
  return { status: 201, body: checkRun(world, repository, run) };
}

function update(call: Call): Answer {
  const { world, repository, body, by } = call;
  if (by.kind === 'token') return refused(403, 'You must authenticate via a GitHub App.');
  const run = runOf(call);
  if (run === undefined) return notFound;
  const refusal = refusalOf(body);
  if (refusal !== null) return refusal;
  apply(run, body);
  return { status: 200, body: checkRun(world, repository, run) };
}

/** Annotations are added to those that stand; there is no way to take one away. */
function apply(run: FakeCheckRun, body: Json): void {
  const { output, ...fields } = body;
  Object.assign(run, fields);
  if (run.conclusion !== null && body['conclusion'] !== undefined) run.status = 'completed';
  if (run.status !== 'completed') run.conclusion = null;
  if (run.status === 'completed') run.completed_at ??= new Date().toISOString();
  const {
    title,
    summary,
    annotations = [],
  } = (output ?? {}) as {
    readonly title?: string;
    readonly summary?: string;
    readonly annotations?: readonly FakeAnnotation[];
  };
  if (title !== undefined) run.title = title;
  if (summary !== undefined) run.summary = summary;
  run.annotations.push(...annotations);
}

/** What the description leaves to words. */
function refusalOf(body: Json): Answer | null {
  if (body['status'] === 'completed' && body['conclusion'] === undefined) {
    return invalid('CheckRun', 'conclusion', 'a completed check run needs a conclusion');
  }
  const { annotations = [] } = (body['output'] ?? {}) as { readonly annotations?: readonly FakeAnnotation[] };
  const crooked = annotations.find(
    (one) =>
      one.start_line < 1 ||
      one.end_line < one.start_line ||
      (one.start_line !== one.end_line && (one.start_column !== undefined || one.end_column !== undefined)),
  );
  if (crooked !== undefined)
    return invalid('CheckRun', 'annotations', `lines and columns of ${crooked.path}`);
  const large = annotations.find(({ message, title = '' }) => message.length > 65_535 || title.length > 255);
  return large === undefined ? null : invalid('CheckRun', 'annotations', `${large.path} is too long`);
}

function list(call: Call): Answer {
  const { world, repository, params, query } = call;
  const { check_name: name, filter = 'latest' } = query;
  const all = repository.checkRuns
    .filter((run) => run.head_sha === params['ref'] && (name === undefined || run.name === name))
    .filter((run) => query['app_id'] === undefined || Number(query['app_id']) === world.app.id || run.id < 0)
    .toReversed();
  const shown = filter === 'latest' ? all.filter((run, at) => firstOfName(all, run, at)) : all;
  return page(call, shown, (part) => ({
    total_count: shown.length,
    check_runs: part.map((run) => checkRun(world, repository, run)),
  }));
}

const firstOfName = (all: readonly FakeCheckRun[], { name }: FakeCheckRun, at: number): boolean =>
  all.findIndex((other) => other.name === name) === at;

const shownAnnotation = (one: FakeAnnotation): Json => ({
  ...{ start_column: null, end_column: null, title: null, raw_details: null, blob_href: '' },
  ...one,
});

function createStatus(call: Call): Answer {
  const { world, repository, body, params, by } = call;
  const {
    state,
    context = 'default',
    description = null,
    target_url = null,
  } = body as {
    readonly state: string;
    readonly context?: string;
    readonly description?: string | null;
    readonly target_url?: string | null;
  };
  if ((description ?? '').length > 140) {
    return invalid('Status', 'description', 'description is too long (maximum is 140 characters)');
  }
  const made = {
    ...{ id: world.ids.next(), sha: params['sha'] ?? '', state, context, description, target_url },
    ...{ creator: loginOf(by, world.app), createdAt: new Date().toISOString() },
  };
  repository.statuses.push(made);
  return { status: 201, body: status(made) };
}

/** Newest first. */
const statusesOf = ({ repository, params }: Call): FakeRepository['statuses'] =>
  repository.statuses.filter(({ sha }) => sha === params['ref']).toReversed();
