import { homePaths } from '../../local/home.ts';
import type { HomePaths } from '../../local/home.ts';

/** `--server`, else LONGHAUL_SERVER, else the file in the home. */
export function serverFileOf(options: { readonly server?: string }, home: HomePaths = homePaths()): string {
  const variable = process.env['LONGHAUL_SERVER'];
  return options.server ?? (variable === undefined || variable === '' ? home.serverConfig : variable);
}
