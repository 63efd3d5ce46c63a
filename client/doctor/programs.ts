import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { ServerConfig } from '../../config/server-config.ts';
import { stackSettings } from '../../local/stack.ts';
import type { Tools } from '../../local/tools.ts';
import { checkOf, ok, problem } from './finding.ts';
import type { Check, Found } from './finding.ts';

const execute = promisify(execFile);

/** How a program is asked for its version, and where in its answer that is. */
interface Asked {
  readonly name: string;
  readonly path: (tools: Tools) => string;
  readonly args: readonly string[];
  readonly version: RegExp;
}

const always: readonly Asked[] = [
  { name: 'uv', path: ({ uv }) => uv, args: ['--version'], version: /uv ([\d.]+)/ },
  {
    name: 'Prometheus',
    path: ({ prometheus }) => prometheus,
    args: ['--version'],
    version: /version ([\d.]+)/,
  },
  { name: 'k6', path: ({ k6 }) => k6, args: ['version'], version: /k6 v?([\d.]+)/ },
  { name: 'Envoy', path: ({ envoy }) => envoy, args: ['--version'], version: /version: \w+\/([\d.]+)/ },
];

/** Programs of servers that may run elsewhere. */
const ofServices: Readonly<Record<string, Asked>> = {
  temporal: {
    name: 'Temporal',
    path: ({ temporal }) => temporal,
    args: ['--version'],
    version: /Server ([\d.]+)/,
  },
  mlflow: {
    name: 'MLflow',
    path: ({ servicesPython }) => join(servicesPython, 'bin', 'python'),
    args: ['-c', 'from importlib.metadata import version; print(version("mlflow"))'],
    version: /([\d.]+)/,
  },
};

/** The programs that steps and the one-machine stack need; those of servers that run elsewhere are not asked for. */
export function programChecks(tools: Tools, config: ServerConfig | null): readonly Check[] {
  const services = config === null ? [] : servicesHere(config, tools);
  return [
    checkOf('programs', 'Python', () => pythonOf(tools)),
    ...[...always, ...services.flatMap((service) => ofServices[service] ?? [])].map((asked) =>
      checkOf('programs', asked.name, () => versionOf(asked, tools)),
    ),
  ];
}

/** Which servers `longhaul up` would start here. A tool that lacks is told by its own check. */
function servicesHere(config: ServerConfig, tools: Tools): readonly string[] {
  try {
    return stackSettings(config, tools).services;
  } catch {
    return ['temporal', 'mlflow'];
  }
}

const patienceMs = 12_000;

async function versionOf({ path, args, version }: Asked, tools: Tools): Promise<Found> {
  try {
    const program = path(tools);
    const { stdout, stderr } = await execute(program, [...args], { timeout: patienceMs });
    return ok(version.exec(`${stdout}\n${stderr}`)?.[1] ?? `at ${program}`);
  } catch (error) {
    const [why = ''] = error instanceof Error ? error.message.split('\n', 1) : [];
    return problem(why, 'Run: npm run setup');
  }
}

/** The interpreter that steps get where the file names none. */
async function pythonOf(tools: Tools): Promise<Found> {
  const mend = 'Install one with: uv python install 3.11';
  try {
    const { stdout } = await execute(tools.uv, ['python', 'find', '--no-project'], { timeout: patienceMs });
    const { stdout: version } = await execute(stdout.trim(), ['--version'], { timeout: patienceMs });
    return ok(`${version.trim().replace('Python ', '')} at ${stdout.trim()}`);
  } catch {
    return problem('uv finds no Python on this machine', mend);
  }
}
