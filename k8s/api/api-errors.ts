import { LonghaulError } from '../../core/errors.ts';
import type { PatchOperation } from './cluster.ts';

/** What was asked of the API server, for people. */
export interface Asked {
  /** As in a Role: `get`, `list`, `watch`, `create`, `update`, `patch`, `delete`. */
  readonly verb: string;
  /** As in a Role: `deployments`, `pods/log`. */
  readonly resource: string;
  /** API group, empty for the core. */
  readonly group: string;
  readonly name?: string;
  /** Absent: the resource belongs to the whole cluster. */
  readonly namespace?: string;
  readonly operations?: readonly PatchOperation[];
}

/** Where it was asked. */
export interface Answerer {
  readonly context: string;
  readonly server: string;
}

/** What the API server tells of a refusal: the `Status` object of its answer. */
export interface ApiStatus {
  readonly message?: string;
  readonly reason?: string;
  readonly details?: { readonly retryAfterSeconds?: number };
}

/** The error for an answer that is no success. Pure. */
export function errorOf(
  status: number,
  said: ApiStatus,
  asked: Asked,
  { context, server }: Answerer,
): LonghaulError {
  const words = said.message ?? `it answers ${status}`;
  const what = told(asked);
  if (status === 401) {
    return new LonghaulError(
      'NotPermitted',
      `${server} does not take the credentials of context “${context}”: ${words}.`,
      {
        mend: `Renew them: log in again, or put a new token into the kubeconfig, until this works: kubectl --context ${context} auth whoami`,
      },
    );
  }
  if (status === 403) return forbidden(words, asked, context);
  if (status === 404) return notFound(words, asked, context);
  if (status === 409)
    return new LonghaulError(
      'Conflict',
      `Another write came first: ${context} could not ${what} (${words}).`,
    );
  if (status === 410)
    return new LonghaulError(
      'Conflict',
      `Too much has changed since: ${context} could not ${what} (${words}).`,
    );
  if (status === 429 || status === 408 || (status >= 500 && !isMalformed(words))) {
    return new LonghaulError(
      'Unreachable',
      `The API server of ${context} (${server}) could not ${what} (${status}): ${words}.`,
    );
  }
  if (status === 422 && failedTest(words, asked))
    return new LonghaulError(
      'Conflict',
      `Another write came first: ${context} could not ${what}, since the object is not any more as it was read.`,
    );
  return new LonghaulError('Rejected', `The API server of ${context} refuses to ${what}: ${words}.`);
}

/** The error for a request that got no answer. */
export function errorWithoutAnswer(
  error: unknown,
  asked: Asked,
  { context, server }: Answerer,
): LonghaulError {
  if (error instanceof LonghaulError) return error;
  const { code = '', message, name } = error as NodeJS.ErrnoException;
  if (/CERT|SELF_SIGNED|UNABLE_TO_|ERR_TLS|ERR_SSL/.test(code)) {
    return new LonghaulError(
      'InvalidConfig',
      `The certificate of ${server} does not fit context “${context}”: ${message}.`,
      {
        cause: error,
        mend: 'Set `certificate-authority-data` of the cluster in the kubeconfig to the authority that signed it.',
      },
    );
  }
  const why = name === 'TimeoutError' ? 'no answer in time' : code === '' ? message : code;
  return new LonghaulError(
    'Unreachable',
    `The API server of ${context} (${server}) could not ${told(asked)}: ${why}.`,
    {
      cause: error,
      mend: `See whether it answers: kubectl --context ${context} get --raw /readyz`,
    },
  );
}

/** `patch deployments flight-delay in models`. */
const told = ({ verb, resource, name, namespace }: Asked): string =>
  [
    verb,
    resource,
    ...(name === undefined ? [] : [name]),
    ...(namespace === undefined ? [] : ['in', namespace]),
  ].join(' ');

/** 403 is also the answer of quotas, admission webhooks and namespaces that end: only a missing right has a rule to add. */
function forbidden(words: string, asked: Asked, context: string): LonghaulError {
  if (!/ cannot [a-z]+ (resource|path) /.test(words))
    return new LonghaulError('Rejected', `${context} refuses to ${told(asked)}: ${words}.`);
  const kind = asked.namespace === undefined ? 'ClusterRole' : 'Role';
  const rule = `{ apiGroups: ["${asked.group}"], resources: ["${asked.resource}"], verbs: ["${asked.verb}"] }`;
  return new LonghaulError('NotPermitted', `${context} does not let us ${told(asked)}: ${words}.`, {
    mend: `Add to the ${kind} of this account: ${rule}. All that is needed is in k8s/deploy/role.yaml.`,
  });
}

function notFound(words: string, asked: Asked, context: string): LonghaulError {
  const { namespace } = asked;
  if (namespace !== undefined && words.startsWith(`namespaces "${namespace}"`)) {
    return new LonghaulError('NotFound', `There is no namespace ${namespace} on ${context}.`, {
      mend: `Make it: kubectl --context ${context} create namespace ${namespace}`,
    });
  }
  return new LonghaulError('NotFound', `${context} could not ${told(asked)}: ${words}.`);
}

/** An apply with a field that the kind does not have is answered as a fault of the server. */
const isMalformed = (words: string): boolean => /^failed to create typed patch object/.test(words);

/** A patch of which a `test` failed is answered without a word about it; an invalid object is named. */
const failedTest = (words: string, { operations = [] }: Asked): boolean =>
  !/ is invalid: /.test(words) && operations.some(({ op }) => op === 'test');
