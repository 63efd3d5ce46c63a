import type { RequestOptions } from 'node:https';
import { existsSync } from 'node:fs';
import type { KubeConfig } from '@kubernetes/client-node';
import { LonghaulError } from '../../core/errors.ts';

/** Which cluster, and where on it. */
export interface ClusterPlace {
  /** Kubeconfig file. Default: KUBECONFIG, `~/.kube/config`, or the pod's own account. */
  readonly kubeconfig?: string | undefined;
  /** Context in it. Default: its current one. */
  readonly context?: string | undefined;
  readonly namespace: string;
}

/** A cluster's address, and what makes a request one of ours. */
export interface Credentials {
  readonly context: string;
  /** Such as `https://10.0.0.1:6443`. */
  readonly server: string;
  /** Whether a proxy of the kubeconfig stands between: its agent is then the request's own. */
  readonly proxied: boolean;
  /** Certificates and headers of a request made now: tokens rotate, and a plugin may hand out new ones. */
  readonly sign: () => Promise<RequestOptions>;
}

/**
 * Reads the kubeconfig. Its plugins run when a request is signed.
 * @throws LonghaulError InvalidConfig: no such file or context, or one that lacks its cluster or user
 */
export async function readCredentials(place: ClusterPlace): Promise<Credentials> {
  const config = await readKubeconfig(place);
  const known = config.getContexts().map(({ name }) => name);
  const where = place.kubeconfig ?? 'the kubeconfig';
  const wanted = place.context ?? config.getCurrentContext();
  const context = known.find((one) => one === wanted);
  if (context === undefined) {
    throw new LonghaulError(
      'InvalidConfig',
      place.context === undefined
        ? `No context of ${where} is its current one.`
        : `There is no context “${place.context}” in ${where}.`,
      { mend: `Set \`context\` of the environment to one of: ${known.join(', ') || 'none is there'}.` },
    );
  }
  config.setCurrentContext(context);
  const cluster = config.getCurrentCluster();
  if (cluster === null || (config.getCurrentUser() ?? null) === null) {
    throw new LonghaulError(
      'InvalidConfig',
      `Context “${context}” of ${where} names a cluster or a user that is not in it.`,
      {
        mend: `See them with: kubectl config view --context ${context} --minify`,
      },
    );
  }
  return {
    context,
    server: cluster.server.replace(/\/+$/, ''),
    proxied: cluster.proxyUrl !== undefined,
    sign: () => sign(config, context),
  };
}

async function readKubeconfig({ kubeconfig }: ClusterPlace): Promise<KubeConfig> {
  if (kubeconfig !== undefined && !existsSync(kubeconfig))
    throw noKubeconfig(`There is no kubeconfig ${kubeconfig}.`);
  const client = await import('@kubernetes/client-node');
  const config = new client.KubeConfig();
  try {
    if (kubeconfig === undefined) config.loadFromDefault();
    else config.loadFromFile(kubeconfig);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw noKubeconfig(
      `The kubeconfig ${kubeconfig ?? process.env['KUBECONFIG'] ?? ''} cannot be read (${why}).`,
      error,
    );
  }
  if (config.getCurrentContext() === 'loaded-context')
    throw noKubeconfig(
      'There is no kubeconfig: neither KUBECONFIG nor ~/.kube/config, and this is no pod of a cluster.',
    );
  return config;
}

const noKubeconfig = (said: string, cause?: unknown): LonghaulError =>
  new LonghaulError('InvalidConfig', said, {
    cause,
    mend: 'Name it in the operator’s file: `kubeconfig` of the environment.',
  });

async function sign(config: KubeConfig, context: string): Promise<RequestOptions> {
  const options: RequestOptions = {};
  try {
    await config.applyToHTTPSOptions(options);
    return options;
  } catch (error) {
    throw unsigned(error, context);
  }
}

/** A program that is not there, or a file, is the operator's to mend; one that failed may do better next time. */
function unsigned(error: unknown, context: string): LonghaulError {
  const { code, message, path, syscall = '' } = error as NodeJS.ErrnoException;
  if (syscall.startsWith('spawn')) {
    return new LonghaulError(
      'InvalidConfig',
      `Credentials of context “${context}” come from the program ${path ?? '?'}, which cannot be started (${code ?? message}).`,
      { cause: error, mend: 'Install it where the workers run, on their PATH.' },
    );
  }
  if (code === 'ENOENT' || code === 'EACCES') {
    return new LonghaulError(
      'InvalidConfig',
      `Context “${context}” needs ${path ?? 'a file'}, which cannot be read (${code}).`,
      {
        cause: error,
        mend: `See which files it names: kubectl config view --context ${context} --minify`,
      },
    );
  }
  const said = message.trim().split('\n').slice(-5).join('\n');
  return new LonghaulError('Unreachable', `No credentials for context “${context}”: ${said}`, {
    cause: error,
    mend: `Log in again, then see whether this works: kubectl --context ${context} version`,
  });
}
