import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where Temporal's time-skipping test server is, in the words that `TestWorkflowEnvironment` takes. */
export type TestServer =
  { readonly type: 'existing-path'; readonly path: string } | { readonly type: 'cached-download' };

/** Absolute paths of the programs and Python environments that set-up installed. */
export interface Tools {
  readonly temporal: string;
  readonly prometheus: string;
  readonly k6: string;
  readonly envoy: string;
  readonly uv: string;
  readonly testServer: TestServer;
  /** The folder of the Python environment with MLflow. */
  readonly servicesPython: string;
  /** The folder of the Python environment of examples/flights. */
  readonly flightsPython: string;
  /** The folder of the Python environment with moto, for tests. */
  readonly testServersPython: string;
  /** With ctr beside it; only tests of its words need it. */
  readonly containerd: string;
}

type PathName = Exclude<keyof Tools, 'testServer'>;

const VARIABLES = {
  temporal: 'LONGHAUL_TEMPORAL',
  prometheus: 'LONGHAUL_PROMETHEUS',
  k6: 'LONGHAUL_K6',
  envoy: 'LONGHAUL_ENVOY',
  uv: 'LONGHAUL_UV',
  testServer: 'LONGHAUL_TEST_SERVER',
  servicesPython: 'LONGHAUL_SERVICES_PYTHON',
  flightsPython: 'LONGHAUL_FLIGHTS_PYTHON',
  testServersPython: 'LONGHAUL_TEST_SERVERS_PYTHON',
  containerd: 'LONGHAUL_CONTAINERD',
} as const satisfies Record<keyof Tools, string>;

/**
 * Finds the tools: first by the variable of each (`LONGHAUL_TEMPORAL`, ...), else where set-up recorded it in
 * `.tools/tools.json`. A tool is looked up when it is read, so a machine needs only those that it uses.
 * @throws Error on reading a tool that is not there; it names the tool and says how to get it
 */
export function findTools(root: string = repositoryRoot()): Tools {
  const file = path.join(root, '.tools', 'tools.json');
  const recorded = readRecorded(file);
  const found = (name: PathName): string => {
    const named = process.env[VARIABLES[name]];
    if (named) return existing(name, named, VARIABLES[name]);
    const place = recorded[name];
    if (typeof place === 'string') return existing(name, place, file);
    throw new Error(`The tool ${name} is not set up (nothing in ${file}); run: npm run setup`);
  };
  return {
    get temporal() {
      return found('temporal');
    },
    get prometheus() {
      return found('prometheus');
    },
    get k6() {
      return found('k6');
    },
    get envoy() {
      return found('envoy');
    },
    get uv() {
      return found('uv');
    },
    get servicesPython() {
      return found('servicesPython');
    },
    get flightsPython() {
      return found('flightsPython');
    },
    get testServersPython() {
      return found('testServersPython');
    },
    get containerd() {
      return found('containerd');
    },
    get testServer() {
      return findTestServer(recorded, file);
    },
  };
}

/** The folder of Longhaul's package.json, above this file whether it runs from source or from dist/. */
export function repositoryRoot(): string {
  let folder = path.dirname(fileURLToPath(import.meta.url));
  while (!existsSync(path.join(folder, 'package.json'))) {
    const parent = path.dirname(folder);
    if (parent === folder)
      throw new Error(`No package.json lies above ${import.meta.url}; is Longhaul installed whole?`);
    folder = parent;
  }
  return folder;
}

function findTestServer(recorded: Readonly<Record<string, unknown>>, file: string): TestServer {
  const named = process.env[VARIABLES.testServer];
  if (named) return { type: 'existing-path', path: existing('testServer', named, VARIABLES.testServer) };
  const place = recorded['testServer'];
  if (typeof place === 'object' && place !== null && 'type' in place) {
    if (place.type === 'cached-download') return { type: 'cached-download' };
    if ('path' in place && typeof place.path === 'string') {
      return { type: 'existing-path', path: existing('testServer', place.path, file) };
    }
  }
  throw new Error(`The tool testServer is not set up (nothing in ${file}); run: npm run setup`);
}

function existing(name: keyof Tools, place: string, source: string): string {
  if (existsSync(place)) return path.resolve(place);
  throw new Error(`The tool ${name} is not at ${place}, where ${source} says it is; run: npm run setup`);
}

function readRecorded(file: string): Readonly<Record<string, unknown>> {
  if (!existsSync(file)) return {};
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
  } catch {
    throw new Error(`${file} is not JSON; remove it and run: npm run setup`);
  }
}
