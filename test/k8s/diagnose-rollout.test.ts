import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PodObject } from '../../k8s/rollout/api-types.ts';
import { diagnoseRollout } from '../../k8s/rollout/diagnose.ts';
import type { PodFacts, RolloutFacts } from '../../k8s/rollout/gather.ts';

/** What a real cluster (1.34) told of a Deployment that did not get ready. */
const recorded = (name: string): RolloutFacts =>
  JSON.parse(readFileSync(new URL(`fixtures/rollout/${name}.json`, import.meta.url), 'utf8')) as RolloutFacts;

const withPod = (facts: RolloutFacts, change: (facts: PodFacts) => PodFacts): RolloutFacts => ({
  ...facts,
  pods: facts.pods.map(change),
});

const withStatus = (facts: RolloutFacts, status: PodObject['status']): RolloutFacts =>
  withPod(facts, (one) => ({ ...one, pod: { ...one.pod, status: { ...one.pod.status, ...status } } }));

const withMessage = (facts: RolloutFacts, message: string): RolloutFacts =>
  withPod(facts, (one) => {
    const containerStatuses = one.pod.status?.containerStatuses?.map((status) => ({
      ...status,
      state: { waiting: { reason: 'ImagePullBackOff', message } },
    }));
    return {
      ...one,
      pod: { ...one.pod, status: { ...one.pod.status, ...(containerStatuses && { containerStatuses }) } },
    };
  });

describe('what waiting does not mend', () => {
  it.each([
    ['reg404', 'image localhost:5999/flights:9 does not exist: localhost:5999/flights:9: not found'],
    [
      'reg401',
      /the registry refuses image localhost:5999\/private\/flights:9: .* 401 Unauthorized; it is pulled without a secret: name one in `imagePullSecrets`/,
    ],
    ['reg401s', /401 Unauthorized; it was pulled with the secret halfcred$/],
    ['reg401m', /401 Unauthorized; its pull secret regcred does not exist in the namespace$/],
    ['never', 'image longhaul.test/none:9 is not on the node, and its pull policy is Never'],
    ['badname', /^“Bad Name:::x” is no reference of an image: .* must be lowercase$/],
    [
      'crash',
      'container server ended with exit code 3 (started 7 times)\n  ValueError: no such file model.pkl\n  loading model',
    ],
    ['oom', 'container server ran out of memory: its limit is 32Mi (started 7 times)\n  loading'],
    [
      'init',
      'fetch-model, which runs before the server, ended with exit code 1 (started 7 times)\n  mlflow: 404 models:/flight/7',
    ],
    [
      'badcmd',
      /^container server cannot be started: exec: "\/no\/such\/program": .* no such file or directory \(started/,
    ],
    ['secret', 'container server cannot be made: Secret db does not exist in the namespace'],
    ['secretkey', 'container server cannot be made: Secret halfdb has no key password'],
    ['configmap', 'container server cannot be made: ConfigMap nocfg does not exist in the namespace'],
    ['volume', /^pod volume-\S+ cannot begin: .*secret "nosecret" not found$/],
    ['account', /^pods are not made: .* serviceaccount "nobody" not found$/],
    ['podsecurity', /^pods are not made: .*violates PodSecurity "restricted:latest"/],
  ])('%s', (name, problem) => {
    const diagnosis = diagnoseRollout(recorded(name));
    expect(diagnosis).toMatchObject({ ready: 0, desired: 1, hopeless: true, warnings: [] });
    if (typeof problem === 'string') expect(diagnosis.problem).toBe(problem);
    else expect(diagnosis.problem).toMatch(problem);
  });
});

describe('what may mend itself', () => {
  it.each([
    ['noimage', /^image longhaul.test\/none:9 cannot be pulled yet: .* i\/o timeout$/],
    ['refused', /^image 10.250.0.1:1\/flights:1 cannot be pulled yet: .* connection refused$/],
    ['reg503', /^image localhost:5999\/broken\/flights:9 cannot be pulled yet: .* 503 Service Unavailable$/],
    [
      'readiness',
      /^container server runs, but is not ready: Readiness probe failed: HTTP probe failed with statuscode: 503 \(\d+ times\)\n/,
    ],
  ])('%s', (name, problem) => {
    const diagnosis = diagnoseRollout(recorded(name));
    expect(diagnosis).toMatchObject({ ready: 0, hopeless: false, warnings: [] });
    expect(diagnosis.problem).toMatch(problem);
  });

  it('a pod without a node, with a warning: an autoscaler may bring one', () => {
    const { hopeless, problem, warnings } = diagnoseRollout(recorded('cpu'));
    expect(hopeless).toBe(false);
    expect(problem).toMatch(/^pod cpu-\S+ finds no node: 0\/1 nodes are available: 1 Insufficient cpu\./);
    expect(warnings).toEqual([problem]);
  });

  it('a full quota, with a warning: others may make room', () => {
    const { hopeless, problem, warnings } = diagnoseRollout(recorded('quota'));
    expect(hopeless).toBe(false);
    expect(problem).toMatch(/exceeded quota: small, requested: pods=1, used: pods=0, limited: pods=0$/);
    expect(warnings).toEqual([problem]);
  });

  it('the first failed starts', () => {
    const facts = withPod(recorded('crash'), (one) => ({
      ...one,
      pod: {
        ...one.pod,
        status: {
          ...one.pod.status,
          containerStatuses: (one.pod.status?.containerStatuses ?? []).map((status) => ({
            ...status,
            restartCount: 2,
          })),
        },
      },
    }));
    expect(diagnoseRollout(facts)).toMatchObject({ hopeless: false, restarts: 2 });
  });

  it('a server that ended after it had served for hours', () => {
    const facts = withPod(recorded('crash'), (one) => ({
      ...one,
      pod: {
        ...one.pod,
        status: {
          ...one.pod.status,
          containerStatuses: (one.pod.status?.containerStatuses ?? []).map((status) => ({
            ...status,
            state: {
              terminated: {
                exitCode: 1,
                startedAt: '2026-11-23T10:00:00Z',
                finishedAt: '2026-11-23T21:00:00Z',
              },
            },
          })),
        },
      },
    }));
    expect(diagnoseRollout(facts)).toMatchObject({
      hopeless: false,
      problem: expect.stringContaining('ended with exit code 1') as string,
    });
  });

  it('an evicted pod, which is made again', () => {
    const facts = withStatus(recorded('readiness'), {
      ...{ phase: 'Failed', reason: 'Evicted' },
      message: 'The node was low on resource: memory.',
    });
    expect(diagnoseRollout(facts)).toMatchObject({
      hopeless: false,
      problem: expect.stringMatching(/is gone \(Evicted\): The node was low on resource: memory\./) as string,
    });
  });

  it('an image that is being pulled', () => {
    const creating = recorded('volume');
    const facts = withPod(creating, (one) => ({
      ...one,
      events: [
        {
          type: 'Normal',
          reason: 'Pulling',
          message: 'Pulling image "flights:9"',
          at: '2026-11-23T21:00:00Z',
          count: 1,
        },
      ],
    }));
    expect(diagnoseRollout(facts)).toMatchObject({
      hopeless: false,
      problem: expect.stringMatching(
        /^pod volume-\S+ waits for its image: Pulling image "flights:9"$/,
      ) as string,
    });
  });

  it('a node that does not answer', () => {
    const facts = withPod(recorded('readiness'), (one) => ({
      ...one,
      events: [
        {
          type: 'Warning',
          reason: 'NodeNotReady',
          message: 'Node is not ready',
          at: '2026-11-23T21:00:00Z',
          count: 1,
        },
      ],
    }));
    expect(diagnoseRollout(facts).problem).toMatch(/^node \S+ of pod readiness-\S+ does not answer$/);
  });
});

describe('an image', () => {
  const judged = (message: string) => diagnoseRollout(withMessage(recorded('reg404'), message));

  it('is refused where a registry hides that it does not exist', () => {
    const said =
      'Back-off pulling image "ghcr.io/a/b:1": ErrImagePull: failed to pull and unpack image "ghcr.io/a/b:1": failed to resolve reference "ghcr.io/a/b:1": pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed';
    expect(judged(said)).toMatchObject({ hopeless: true });
    expect(judged(said).problem).toContain('the registry refuses image');
  });

  it('is waited for where the registry asks for patience', () => {
    expect(judged('toomanyrequests: You have reached your pull rate limit')).toMatchObject({
      hopeless: false,
    });
  });

  it('is not waited for where it is of another platform', () => {
    expect(judged('no match for platform in manifest: not found')).toMatchObject({ hopeless: true });
  });

  it('is told by its event where the kubelet only says that it waits', () => {
    const facts = withMessage(recorded('reg404'), 'Back-off pulling image "localhost:5999/flights:9"');
    const failed =
      'Failed to pull image "localhost:5999/flights:9": rpc error: code = NotFound desc = failed to pull and unpack image "localhost:5999/flights:9": failed to resolve reference "localhost:5999/flights:9": localhost:5999/flights:9: not found';
    const told = withPod(facts, (one) => ({
      ...one,
      events: [{ type: 'Warning', reason: 'Failed', message: failed, at: '2026-11-23T21:00:00Z', count: 1 }],
    }));
    expect(diagnoseRollout(told)).toMatchObject({
      hopeless: true,
      problem: 'image localhost:5999/flights:9 does not exist: localhost:5999/flights:9: not found',
    });
  });
});

describe('facts that are not whole', () => {
  const names = ['crash', 'oom', 'init', 'reg404', 'cpu', 'readiness', 'volume', 'quota'] as const;

  it('are judged all the same: the API leaves out what it does not know yet', () => {
    fc.assert(
      fc.property(fc.constantFrom(...names), fc.infiniteStream(fc.nat({ max: 9 })), (name, chances) => {
        const kept = [
          'metadata',
          'deployment',
          'pods',
          'pod',
          'events',
          'logs',
          'replicaSet',
          'name',
          'message',
          'reason',
        ];
        const thin = (value: unknown): unknown => {
          if (Array.isArray(value)) return value.map(thin);
          if (typeof value !== 'object' || value === null) return value;
          const fields = Object.entries(value).filter(
            ([key]) => kept.includes(key) || chances.next().value !== 0 || isRequired.has(key),
          );
          return Object.fromEntries(fields.map(([key, one]) => [key, thin(one)]));
        };
        const { ready, desired, hopeless } = diagnoseRollout(thin(recorded(name)) as RolloutFacts);
        expect(ready).toBe(0);
        expect(desired).toBe(1);
        expect([true, false, undefined]).toContain(hopeless);
      }),
    );
  });
});

/** What the API's own types demand. */
const isRequired = new Set(['type', 'status', 'ready', 'restartCount', 'exitCode', 'count', 'at']);

describe('how far a rollout is', () => {
  const ready = withStatus(recorded('readiness'), { conditions: [{ type: 'Ready', status: 'True' }] });

  it('counts pods that are ready', () => {
    expect(diagnoseRollout(ready)).toEqual({ ready: 1, desired: 1, restarts: 0, warnings: [] });
  });

  it('does not count pods that end', () => {
    const ending = withPod(ready, (one) => ({
      ...one,
      pod: { ...one.pod, metadata: { ...one.pod.metadata, deletionTimestamp: '2026-11-23T21:00:00Z' } },
    }));
    expect(diagnoseRollout(ending).ready).toBe(0);
  });

  it('knows nothing yet of a template that its controller has not seen', () => {
    const { deployment } = ready;
    const newer = { ...deployment, metadata: { ...deployment.metadata, generation: 99 } };
    expect(diagnoseRollout({ ...ready, deployment: newer })).toEqual({
      ready: 0,
      desired: 1,
      restarts: 0,
      warnings: [],
    });
  });

  it('tells one pod that is broken for good before others that wait', () => {
    const { deployment, replicaSet, pods } = recorded('cpu');
    const facts = { deployment, replicaSet, pods: [...pods, ...recorded('secret').pods] };
    const diagnosis = diagnoseRollout(facts);
    expect(diagnosis).toMatchObject({
      hopeless: true,
      problem: expect.stringContaining('Secret db') as string,
    });
    expect(diagnosis.warnings).toHaveLength(1);
  });
});
