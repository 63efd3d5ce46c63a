import { Client } from '@temporalio/client';
import type { Connection } from '@temporalio/client';
import { createArtifactStore } from '../../activities/store/index.ts';
import { loadServerConfig } from '../../config/load-server.ts';
import type { ServerConfig } from '../../config/server-config.ts';
import type { ArtifactStore } from '../../core/ports/artifact-store.ts';
import { homePaths } from '../../local/home.ts';
import type { HomePaths } from '../../local/home.ts';
import { checkServer } from '../check-server.ts';
import { connectToTemporal, temporalSettings } from '../connection.ts';
import { createLonghaulClient } from '../longhaul-client.ts';
import type { LonghaulClient } from '../longhaul-client.ts';
import { workflowPage } from '../temporal-ui.ts';
import { serverFileOf } from './server-file.ts';

/** Options of every command. */
export interface GlobalOptions {
  readonly server?: string;
  readonly json?: boolean;
}

/** What can be known without a server: the operator's file and the store. */
export interface LocalSession {
  readonly serverFile: string;
  readonly config: ServerConfig;
  readonly home: HomePaths;
  readonly store: ArtifactStore;
}

/** A command's connection to everything. */
export interface Session extends LocalSession {
  readonly connection: Connection;
  readonly longhaul: LonghaulClient;
  /** Address of a workflow's page in the Temporal UI. */
  readonly pageOf: (workflowId: string) => string;
}

/** For what only reads the store. @throws LonghaulError InvalidConfig */
export function openLocal(options: GlobalOptions): LocalSession {
  const home = homePaths();
  const serverFile = serverFileOf(options, home);
  const config = loadServerConfig(serverFile);
  return {
    serverFile,
    config,
    home,
    store: createArtifactStore({ store: config.store, home }),
  };
}

/** Runs `use` with a checked connection and closes it after. @throws LonghaulError InvalidConfig, Unreachable, NotFound */
export async function withSession<T>(
  options: GlobalOptions,
  use: (session: Session) => Promise<T>,
): Promise<T> {
  const local = openLocal(options);
  const settings = temporalSettings(local.config);
  const connection = await connectToTemporal(settings);
  try {
    await checkServer(connection, settings.namespace);
    const client = new Client({ connection, namespace: settings.namespace });
    const ui =
      process.env['LONGHAUL_TEMPORAL_UI'] ?? `http://127.0.0.1:${local.config.local.ports.temporalUi}`;
    return await use({
      ...local,
      connection,
      longhaul: createLonghaulClient({ client, store: local.store }),
      pageOf: (id) => workflowPage(ui, settings.namespace, id),
    });
  } finally {
    await connection.close();
  }
}
