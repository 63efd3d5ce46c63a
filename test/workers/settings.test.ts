import { expect, test } from 'vitest';
import { readSettings } from '../../workers/settings.ts';

test('a flag wins over its variable, so that what `up` hands to one worker is not taken from all', () => {
  const environment = { LONGHAUL_METRICS_PORT: '9464', LONGHAUL_SDK_METRICS_PORT: '9465' };
  const flags = ['--metrics-port', 'auto', '--metrics-targets', '/home/prometheus/workers/gpu.json'];
  expect(readSettings(flags, environment)).toMatchObject({
    metricsPort: 'auto',
    sdkMetricsPort: 9465,
    metricsTargets: '/home/prometheus/workers/gpu.json',
  });
});

test('nothing is served where nothing is said, and what is no port is refused', () => {
  expect(readSettings([], {})).toMatchObject({ metricsPort: 0, sdkMetricsPort: 0 });
  expect(() => readSettings(['--metrics-port', 'any'], {})).toThrow(/--metrics-port .*LONGHAUL_METRICS_PORT/);
});
