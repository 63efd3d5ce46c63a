import type { Connection } from '@temporalio/client';
import { LonghaulError } from '../core/errors.ts';
import { namespace as longhaulNamespace, searchAttributes } from '../core/ids.ts';
import { grpcCode, grpcCodes } from './grpc-code.ts';

/** The part of a connection that the check asks; both kinds of connection have it. */
export type ServerServices = Pick<Connection, 'workflowService' | 'operatorService'>;

const KEYWORD = 2;

/**
 * Finds a missing namespace or search attribute before a workflow does: an unregistered search attribute would
 * retry the workflow task forever. @throws LonghaulError NotFound, with the command that makes what is missing
 */
export async function checkServer(services: ServerServices, namespace: string): Promise<void> {
  await checkNamespace(services, namespace);
  const missing = await missingSearchAttributes(services, namespace);
  if (missing.length === 0) return;
  const names = missing.map((name) => `--name ${name} --type Keyword`).join(' ');
  throw new LonghaulError(
    'NotFound',
    `The namespace ${namespace} lacks the search ${missing.length === 1 ? 'attribute' : 'attributes'} ${missing.join(', ')}.`,
    {
      mend: `Run \`longhaul up\`, or: temporal operator search-attribute create --namespace ${namespace} ${names}`,
    },
  );
}

async function checkNamespace(services: ServerServices, namespace: string): Promise<void> {
  try {
    await services.workflowService.describeNamespace({ namespace });
  } catch (cause) {
    if (grpcCode(cause) !== grpcCodes.notFound) throw cause;
    const hours = longhaulNamespace.retentionDays * 24;
    throw new LonghaulError('NotFound', `Temporal has no namespace ${namespace}.`, {
      mend: `Run \`longhaul up\`, or: temporal operator namespace create --namespace ${namespace} --retention ${hours}h`,
      cause,
    });
  }
}

/** Names that are not registered as keywords; none when the server does not let us ask (as Temporal Cloud). */
async function missingSearchAttributes(
  services: ServerServices,
  namespace: string,
): Promise<readonly string[]> {
  try {
    const { customAttributes } = await services.operatorService.listSearchAttributes({ namespace });
    return Object.values(searchAttributes).filter((name) => Number(customAttributes[name]) !== KEYWORD);
  } catch (error) {
    const code = grpcCode(error);
    if (code === grpcCodes.permissionDenied || code === grpcCodes.unimplemented) return [];
    throw error;
  }
}
