import { expect, test } from 'vitest';
import type { PodFacts, RolloutFacts } from '../../k8s/rollout/gather.ts';
import { imageDigestOf } from '../../k8s/rollout/image-digest.ts';

const image = 'registry.example.org/flights:9';
const [one, two] = ['a', 'b'].map((digit) => `sha256:${digit.repeat(64)}`);

const pod = (imageID: string, ready = true): PodFacts => ({
  pod: {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: imageID },
    spec: {
      containers: [
        { name: 'server', image },
        { name: 'proxy', image: 'envoy:1' },
      ],
    },
    status: {
      conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }],
      containerStatuses: [
        { name: 'proxy', ready, restartCount: 0, imageID: `envoy@sha256:${'e'.repeat(64)}` },
        { name: 'server', ready, restartCount: 0, imageID },
      ],
    },
  },
  events: [],
  logs: {},
});
const digestOf = (...pods: readonly PodFacts[]): string | undefined =>
  imageDigestOf({ pods } as unknown as RolloutFacts, image);

test('the digest is that of the container with this image, in the pods that are ready', () => {
  expect(digestOf(pod(`registry.example.org/flights@${one}`), pod(`docker-pullable://x@${two}`, false))).toBe(
    one,
  );
  expect(digestOf(pod(one ?? ''))).toBe(one);
});

test('there is none where no pod is ready, or where they run different ones under one name', () => {
  expect(digestOf()).toBeUndefined();
  expect(digestOf(pod(`x@${one}`), pod(`x@${two}`))).toBeUndefined();
  expect(digestOf(pod(`x@${one}`), pod(''))).toBeUndefined();
});
