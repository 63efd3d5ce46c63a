import { onPath, outputOf, pathWithoutPackages } from './processes.mjs';
import {
  compareVersions,
  OLDEST_GO,
  OLDEST_JAVA,
  OLDEST_NODE,
  OLDEST_PYTHON,
  versionIn,
} from './versions.mjs';

/** Each prerequisite says what is missing, what it is for and how to get it; undefined where all is well. */

export function missingNode(version = process.versions.node) {
  if (versionIn(version)[0] >= OLDEST_NODE) return undefined;
  return missing(
    `Node.js ${OLDEST_NODE} or newer (this is ${version})`,
    'it starts set-up',
    'https://nodejs.org/en/download',
  );
}

export function missingNpm() {
  if (onPath('npm', pathWithoutPackages()) !== undefined) return undefined;
  return missing(
    'npm',
    'it installs the packages of package-lock.json',
    'it comes with Node.js: https://nodejs.org/en/download',
  );
}

export function missingGit() {
  if (onPath('git') !== undefined) return undefined;
  return missing(
    'git',
    'CI runs check commits out with it',
    '`apt install git`, `brew install git` or https://git-scm.com/downloads',
  );
}

/** @param needsVenv whether uv must be installed into an environment of its own first */
export function missingPython(needsVenv) {
  const python = findPython();
  const oldest = OLDEST_PYTHON.join('.');
  if (python === undefined) {
    return missing(
      `Python ${oldest} or newer`,
      'MLflow, Envoy and the sample project run in Python environments',
      '`apt install python3 python3-venv`, `brew install python` or https://www.python.org/downloads',
    );
  }
  if (!needsVenv || outputOf(python, ['-c', 'import ensurepip, venv']) !== undefined) return undefined;
  return missing(
    `Python's venv module (for ${python})`,
    'uv, which makes the Python environments, is installed with it',
    '`apt install python3-venv`, or install uv: https://docs.astral.sh/uv',
  );
}

/** The newest-enough Python on PATH, as the interpreter's own path (never a shim's). */
export function findPython() {
  const script = 'import sys; print(sys.executable, "%d.%d" % sys.version_info[:2], sep="\\n")';
  for (const name of [
    'python3',
    'python3.14',
    'python3.13',
    'python3.12',
    'python3.11',
    'python3.10',
    'python',
  ]) {
    const program = onPath(name);
    const answer = program === undefined ? undefined : outputOf(program, ['-c', script]);
    const [executable, version] = answer?.trim().split('\n') ?? [];
    if (version !== undefined && compareVersions(version.split('.').map(Number), OLDEST_PYTHON) >= 0)
      return executable;
  }
  return undefined;
}

/** @param tools names of the tools that neither are here nor can be downloaded */
export function missingGo(tools) {
  const go = onPath('go');
  const version =
    go === undefined
      ? undefined
      : /go(\d+)\.(\d+)/
          .exec(outputOf(go, ['version']) ?? '')
          ?.slice(1)
          .map(Number);
  if (version !== undefined && compareVersions(version, OLDEST_GO) >= 0) return undefined;
  const found = version === undefined ? '' : ` (found ${version.join('.')})`;
  return missing(
    `Go ${OLDEST_GO.join('.')} or newer${found}, or a way to the vendors' downloads`,
    `${tools.join(', ')} must be built from source, because the releases on github.com cannot be reached`,
    'https://go.dev/dl, or put the programs on PATH, or name each in a variable such as LONGHAUL_TEMPORAL',
  );
}

export function missingJavaAndMaven() {
  const java = onPath('java');
  const version =
    java === undefined ? undefined : /version "(\d+)/.exec(outputOf(java, ['-version']) ?? '')?.[1];
  const absent = [
    ...(version === undefined || Number(version) < OLDEST_JAVA ? [`Java ${OLDEST_JAVA} or newer`] : []),
    ...(onPath('mvn') === undefined ? ['Maven'] : []),
  ];
  if (absent.length === 0) return undefined;
  return missing(
    `${absent.join(' and ')}, or a way to https://temporal.download`,
    "Temporal's test server, which skips time, is a Java program",
    '`apt install default-jre-headless maven`, `brew install openjdk maven`, or name a test server in LONGHAUL_TEST_SERVER',
  );
}

const missing = (what, why, how) => `Missing: ${what}\n  why: ${why}\n  get: ${how}`;
