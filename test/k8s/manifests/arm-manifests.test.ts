import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Manifest } from '../../../k8s/api/cluster.ts';
import { armManifests } from '../../../k8s/manifests/arm-manifests.ts';
import { unexpanded } from '../../../k8s/manifests/environment-variables.ts';
import type { ArmInSlot, ArmManifests } from '../../../k8s/manifests/given.ts';
import { at } from '../../../k8s/manifests/own/judge-objects.ts';
import type { Slot } from '../../../k8s/names.ts';
import { arm, givenOf } from './given.ts';

const manifests = (wish?: Parameters<typeof givenOf>[0]): ArmManifests => armManifests(givenOf(wish), true);
const all = ({ configs, deployment, around, shared }: ArmManifests): readonly Manifest[] => [
  ...configs,
  deployment,
  ...around,
  ...shared,
];
const podOf = ({ deployment }: ArmManifests) => at(deployment, ['spec', 'template', 'spec']);

describe('the manifests of an arm', () => {
  it('are these for a stable one with a fixed number of replicas', () => {
    expect(all(manifests())).toMatchSnapshot();
  });

  it('are these for a candidate with GPUs, an autoscaler, secrets, and all that an operator can ask for', () => {
    const given = manifests({
      slot: 'candidate',
      arm: { replicas: 1 },
      serve: { secrets: ['API_TOKEN'], env: { PYTHONHASHSEED: '7' } },
      deployment: {
        resources: { cpu: '500m', memory: '16Gi', gpu: 1 },
        autoscaling: { min: 3, max: 12, cpu: 70 },
        maxUnavailable: '25%',
        preStopSeconds: 10,
      },
      environment: {
        imagePullSecrets: ['registry'],
        serviceAccount: 'models',
        nodeSelector: { pool: 'gpu' },
        tolerations: [{ key: 'nvidia.com/gpu' }, { key: 'pool', value: 'gpu', effect: 'NoSchedule' }],
        runAsNonRoot: true,
        monitorLabels: { release: 'prometheus' },
        secrets: { API_TOKEN: { secret: 'churn', key: 'token' } },
      },
    });
    expect(all(given)).toMatchSnapshot();
  });

  it('leave the model and the command to an image that has both', () => {
    const container = { image: 'a', startedBy: 'image', port: 9000, fetchModel: null } as const;
    const pod = podOf(manifests({ serve: { container } }));
    expect(pod).not.toHaveProperty('initContainers');
    expect(pod).not.toHaveProperty('volumes');
    const [server] = at(pod, ['containers']) as [Readonly<Record<string, unknown>>];
    expect(server).not.toHaveProperty('command');
    expect(server).not.toHaveProperty('volumeMounts');
    expect(server['env']).not.toContainEqual(expect.objectContaining({ name: 'MODEL_PATH' }));
  });

  it('have no sleep where none is wanted, which clusters before 1.33 refuse to be 0', () => {
    const [server] = at(podOf(manifests({ deployment: { preStopSeconds: 0 } })), ['containers']) as [object];
    expect(server).not.toHaveProperty('lifecycle');
  });

  it('have no monitor where the cluster knows none', () => {
    expect(all(armManifests(givenOf(), false)).map(({ kind }) => kind)).not.toContain('ServiceMonitor');
  });

  it('are refused with the secret that is mapped nowhere', () => {
    expect(() => manifests({ serve: { secrets: ['API_TOKEN'] } })).toThrow(
      /the secret `API_TOKEN`.*cluster of production\. Add it there: environments\.production\.secrets\.API_TOKEN/,
    );
  });

  it('name config by its content, and all of it alike whoever is served by it', () => {
    const nameOf = (wish: Parameters<typeof givenOf>[0]) => manifests(wish).configs[0]?.metadata.name;
    const other = { LONGHAUL_CONFIG_MODEL_BATCH_SIZE: '32' };
    expect(nameOf({ slot: 'candidate' })).toBe(nameOf({}));
    expect(nameOf({ arm: { overlay: other } })).not.toBe(nameOf({}));
  });
});

describe('whatever is served, wherever', () => {
  const word = fc.string({ minLength: 1, maxLength: 80 });
  const slot = fc.constantFrom<Slot>('stable', 'candidate', 'blue', 'green');
  const given: fc.Arbitrary<ArmInSlot> = fc
    .record({
      slot,
      id: word,
      version: word,
      model: fc.stringMatching(/^[A-Za-z0-9][\w.-]{0,70}$/),
      environment: fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,20}$/),
      run: word,
      overlay: fc.dictionary(fc.stringMatching(/^LONGHAUL_CONFIG_[A-Z]{1,5}$/), word),
      replicas: fc.nat({ max: 20 }),
      autoscaling: fc.option(fc.constant({ min: 2, max: 9, cpu: 70 }), { nil: undefined }),
    })
    .map(({ slot, environment, model, run, autoscaling, ...more }) => {
      const base = givenOf({ slot, serve: { run } });
      const deployment = { resources: {}, maxUnavailable: 1, preStopSeconds: 5 };
      return {
        ...base,
        lane: { model, environment },
        arm: {
          ...base.arm,
          ...more,
          model,
          deployment: autoscaling === undefined ? deployment : { ...deployment, autoscaling },
        },
      };
    });
  const labelValue = /^([A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?)?$/;

  it('labels are valid, and selectors select the pods of the slot', () => {
    fc.assert(
      fc.property(given, (one) => {
        const made = armManifests(one, true);
        for (const { metadata } of all(made))
          for (const value of Object.values(metadata.labels ?? {})) expect(value).toMatch(labelValue);
        const labels = at(made.deployment, ['spec', 'template', 'metadata', 'labels']);
        expect(labels).toMatchObject(at(made.deployment, ['spec', 'selector', 'matchLabels']) as object);
        for (const service of made.shared.filter(({ kind }) => kind === 'Service'))
          expect(labels).toMatchObject(at(service, ['spec', 'selector']) as object);
        for (const { kind, spec } of made.around)
          if (kind === 'PodDisruptionBudget')
            expect(labels).toMatchObject(at(spec, ['selector', 'matchLabels']) as object);
      }),
    );
  });

  it('the pods of one slot are not those of another', () => {
    fc.assert(
      fc.property(given, slot, (one, other) => {
        const selector = at(armManifests({ ...one, slot: other }, true).deployment, [
          ...['spec', 'selector', 'matchLabels'],
        ]) as Readonly<Record<string, string>>;
        const labels = at(armManifests(one, true).deployment, [
          ...['spec', 'template', 'metadata', 'labels'],
        ]) as Readonly<Record<string, string>>;
        const selected = Object.entries(selector).every(([key, value]) => labels[key] === value);
        expect(selected).toBe(one.slot === other);
      }),
    );
  });

  it('the same is the same, byte for byte, and replicas change no pod', () => {
    fc.assert(
      fc.property(given, (one) => {
        const text = JSON.stringify(all(armManifests(one, true)));
        expect(JSON.stringify(all(armManifests(structuredClone(one), true)))).toBe(text);
        const scaled = { ...one, arm: { ...one.arm, replicas: one.arm.replicas + 1 } };
        const template = (given: ArmInSlot) => at(armManifests(given, true).deployment, ['spec', 'template']);
        expect(template(scaled)).toEqual(template(one));
      }),
    );
  });

  it('an autoscaler has its bounds in order, and alone says how many', () => {
    fc.assert(
      fc.property(given, (one) => {
        const { deployment, around } = armManifests(one, true);
        const spec = around.find(({ kind }) => kind === 'HorizontalPodAutoscaler')?.spec;
        expect(at(deployment, ['spec', 'replicas'])).toBe(spec === undefined ? one.arm.replicas : undefined);
        if (spec === undefined) return;
        const [min, max] = [at(spec, ['minReplicas']), at(spec, ['maxReplicas'])] as [number, number];
        expect(min).toBeGreaterThanOrEqual(1);
        expect(min).toBeLessThanOrEqual(max);
      }),
    );
  });

  it('no name of a secret but as a reference, and its value nowhere', () => {
    const secrets = { API_TOKEN: { secret: 'churn', key: 'token' } };
    const made = manifests({ serve: { secrets: ['API_TOKEN'] }, environment: { secrets } });
    const env = (at(podOf(made), ['containers']) as readonly { readonly env: readonly object[] }[])[0]?.env;
    expect(env).toContainEqual({
      name: 'API_TOKEN',
      valueFrom: { secretKeyRef: { name: 'churn', key: 'token' } },
    });
    expect(made.configs.every(({ data }) => !('API_TOKEN' in (data as object)))).toBe(true);
  });

  it('the annotation is the whole arm', () => {
    const { deployment } = manifests();
    expect(JSON.parse(deployment.metadata.annotations?.['longhaul.dev/arm-spec'] ?? '')).toEqual(arm);
  });
});

describe('text for a container', () => {
  /** As Kubernetes does it (https://kubernetes.io/docs/tasks/inject-data-application/define-interdependent-environment-variables). */
  const expanded = (text: string): string =>
    text.replaceAll(/\$(\$|\(([^)]*)\))/g, (written, next: string, name: string | undefined) =>
      next === '$' ? '$' : name === 'PORT' ? '8000' : written,
    );

  it('arrives as it was written', () => {
    expect(expanded(unexpanded('exec server --port $PORT --pid $$ $(PORT) $(cat x)'))).toBe(
      'exec server --port $PORT --pid $$ $(PORT) $(cat x)',
    );
    const unit = fc.constantFrom('$', '(', ')', 'PORT', 'x', ' ');
    fc.assert(
      fc.property(fc.string({ unit }), (text) => {
        expect(expanded(unexpanded(text))).toBe(text);
      }),
    );
  });
});
