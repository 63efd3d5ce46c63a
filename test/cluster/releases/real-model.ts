import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { repositoryRoot } from '../../../local/tools.ts';
import { passed } from '../../workflow/world.ts';
import { ask } from '../support/ask.ts';
import { testCluster } from '../support/cluster.ts';
import { trainFlights } from '../support/flights-registry.ts';
import { API_TOKEN, callerHeaders } from '../support/serve-flights.ts';
import { modelOfVersion } from './support/candidates.ts';
import { deploymentsOf } from './support/deployments.ts';
import { openLane } from './support/lane.ts';
import type { Lane } from './support/lane.ts';
import { flightsServer, smallDeployment } from './support/serve-specs.ts';
import { hostOf } from './support/server-file.ts';
import type { Given } from './support/servers.ts';
import { makeSecret } from './support/user-objects.ts';

const [flight] = JSON.parse(
  readFileSync(join(repositoryRoot(), 'examples/flights/tests/performance/flights.json'), 'utf8'),
) as object[];

export function realModels(given: () => Given): void {
  describe('the sample’s server with a model that was trained', () => {
    let lane: Lane;
    beforeAll(async () => {
      const { servers } = given();
      await trainFlights(servers.registry);
      const deployment = { ...smallDeployment, resources: { cpu: '100m', memory: '1Gi' } };
      const environment = { replicas: 1, overlay: {}, deployment };
      lane = await openLane(
        { servers, model: await modelOfVersion(servers.registry, 'flights', '1') },
        {
          purpose: 'flights',
          staging: 'onCluster',
          change: {
            serve: flightsServer(testCluster().flightsImage),
            staging: { name: 'staging', ...environment },
            production: { name: 'production', ...environment },
          },
        },
      );
      for (const namespace of [lane.namespace, lane.staging]) await makeSecret(namespace, API_TOKEN);
    });
    afterAll(() => lane.close());

    const predict = (namespace: string) =>
      ask(`${testCluster().gateway}/predict`, callerHeaders(hostOf(namespace)), flight);

    it('predicts in staging, and then in production, through the gateway and under its version', async () => {
      let inStaging: Awaited<ReturnType<typeof predict>> | undefined;
      lane.world.stepOutcomes.set('integration-tests', async () => {
        inStaging = await predict(lane.staging);
        return passed('integration-tests');
      });
      const record = await lane.firstRelease();
      expect(record.outcome).toEqual({ kind: 'released' });
      for (const answer of [inStaging, await predict(lane.namespace)]) {
        expect(answer).toMatchObject({
          status: 200,
          headers: { 'x-model-version': record.candidateVersion },
        });
        const { probability, ...rest } = JSON.parse(answer?.body ?? '') as { readonly probability: number };
        expect(rest).toEqual({
          prediction: probability >= 0.5 ? 1 : 0,
          model_version: record.candidateVersion,
        });
        expect(probability).toBeGreaterThan(0);
        expect(probability).toBeLessThan(1);
      }
      for (const namespace of [lane.staging, lane.namespace]) {
        const { stable, ...others } = await deploymentsOf({ namespace, service: lane.service });
        expect(stable).toMatchObject({ ready: 1, version: record.candidateVersion });
        expect(others).toEqual({});
      }
    });
  });
}
