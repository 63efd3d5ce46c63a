import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { defaultServerYaml } from '../../config/default-server.ts';
import { namespace, searchAttributes } from '../../core/ids.ts';
import { findTools } from '../../local/tools.ts';

export interface DevServer {
  readonly environment: TestWorkflowEnvironment;
  /** A home with an operator's file that names the server. */
  readonly home: string;
  readonly stop: () => Promise<void>;
}

/** A real server with Longhaul's namespace; `attributes` are the search attributes that it knows. */
export async function startDevServer(
  attributes: readonly string[] = Object.values(searchAttributes),
): Promise<DevServer> {
  const environment = await TestWorkflowEnvironment.createLocal({
    server: {
      executable: { type: 'existing-path', path: findTools().temporal },
      namespace: namespace.name,
      extraArgs: attributes.flatMap((name) => ['--search-attribute', `${name}=Keyword`]),
    },
  });
  const home = makeHome(environment.address);
  return {
    environment,
    home,
    stop: async () => {
      await environment.teardown();
      rmSync(home, { recursive: true });
    },
  };
}

/** A LONGHAUL_HOME whose operator's file names a Temporal server at `address` and serves `projects`. */
export function makeHome(address: string, projects: Readonly<Record<string, string>> = {}): string {
  const home = mkdtempSync(join(tmpdir(), 'longhaul-client-'));
  const yaml = defaultServerYaml({ projects }).replace(/address: [\d.:]+/, `address: ${address}`);
  writeFileSync(join(home, 'longhaul.server.yaml'), yaml);
  return home;
}
