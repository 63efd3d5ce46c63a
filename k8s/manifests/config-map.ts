import { createHash } from 'node:crypto';
import type { V1ConfigMap } from '@kubernetes/client-node';
import { canonicalJson } from '../../core/canonical-json.ts';
import type { Manifest } from '../api/cluster.ts';
import { namesOf } from '../names.ts';
import type { ArmInSlot } from './given.ts';
import { sharedLabels } from './metadata.ts';
import type { Plain } from './plain.ts';

/** 64 hex digits over the content of a config, whoever uses it. */
export const contentDigest = (content: Readonly<Record<string, unknown>>): string =>
  createHash('sha256').update(canonicalJson(content)).digest('hex');

/** The server's environment variables that are no secrets; the environment's overlay wins over `serve.env`. */
export const configData = ({ serve, overlay }: ArmInSlot['arm']): Readonly<Record<string, string>> => ({
  ...serve.env,
  ...overlay,
});

/** Named by its content: another content is another object, so that an undo finds the old one. */
export function configMap({ lane, service, arm }: ArmInSlot): Manifest {
  const data = configData(arm);
  const name = namesOf(service).config(contentDigest(data));
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, labels: sharedLabels(lane) },
    immutable: true,
    data,
  } satisfies Plain<V1ConfigMap>;
}
