/** Every version that set-up installs, in one place. */
export const OLDEST_NODE = 20;
export const RUNTIME_NODE = 24;
export const OLDEST_PYTHON = [3, 10];
export const OLDEST_GO = [1, 24];
export const OLDEST_JAVA = 11;

export const UV = { version: '0.13.9', variable: 'LONGHAUL_UV', suitable: { from: [0, 6], below: [1] } };
export const TEST_SERVER = { version: '1.38.0', artifact: 'temporal-test-server' };

/** The cluster of `npm run cluster:up`; its Go modules are pinned in scripts/cluster/go. */
export const KUBERNETES = { version: '1.34.4', minutes: 7 };
export const ISTIO = { version: '1.31.0', minutes: 4 };

/**
 * Tools with a vendor's release and a Go module: where each is found, downloaded and built.
 * `suitable` bounds the version that is taken from PATH.
 */
export const BINARIES = [
  {
    name: 'temporal',
    version: '1.5.1',
    variable: 'LONGHAUL_TEMPORAL',
    why: 'the Temporal server, its web page and its command line',
    ask: ['--version'],
    suitable: { from: [1, 5], below: [2] },
    release: ({ system, machine }) => ({
      folder: 'https://github.com/temporalio/cli/releases/download/v1.5.1',
      archive: `temporal_cli_1.5.1_${system}_${machine}.tar.gz`,
      checksums: 'checksums.txt',
    }),
    module: 'github.com/temporalio/cli/cmd/temporal@v1.5.1',
    minutes: 5,
  },
  {
    name: 'prometheus',
    version: '3.16.0',
    variable: 'LONGHAUL_PROMETHEUS',
    why: 'counts the requests and errors of served models',
    ask: ['--version'],
    suitable: { from: [2, 40], below: [4] },
    release: ({ system, machine }) => ({
      folder: 'https://github.com/prometheus/prometheus/releases/download/v3.16.0',
      archive: `prometheus-3.16.0.${system}-${machine}.tar.gz`,
      checksums: 'sha256sums.txt',
    }),
    module: 'github.com/prometheus/prometheus/cmd/prometheus@v0.316.0',
    tags: 'remove_all_sd,enable_kubernetes_sd',
    minutes: 4,
  },
  {
    name: 'k6',
    version: '1.4.0',
    variable: 'LONGHAUL_K6',
    why: 'load tests of staging',
    ask: ['version'],
    suitable: { from: [1], below: [2] },
    release: ({ system, machine }) => ({
      folder: 'https://github.com/grafana/k6/releases/download/v1.4.0',
      archive: `k6-v1.4.0-${system === 'darwin' ? 'macos' : system}-${machine}.${system === 'darwin' ? 'zip' : 'tar.gz'}`,
      checksums: 'k6-v1.4.0-checksums.txt',
    }),
    module: 'go.k6.io/k6@v1.4.0',
    minutes: 3,
  },
];

/** Compares a dotted version with bounds: `from` is included, `below` is not. */
export function isSuitable(version, { from, below }) {
  return compareVersions(version, from) >= 0 && compareVersions(version, below) < 0;
}

/** The first dotted version in a text, as numbers; undefined where there is none. */
export function versionIn(text) {
  const found = /(\d+)\.(\d+)(?:\.(\d+))?/.exec(text);
  return found
    ?.slice(1)
    .filter((part) => part !== undefined)
    .map(Number);
}

export function compareVersions(left, right) {
  for (let at = 0; at < Math.max(left.length, right.length); at += 1) {
    const difference = (left[at] ?? 0) - (right[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
