import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of package.json. */
export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
export const inRoot = (...parts) => path.join(root, ...parts);
export const inTools = (...parts) => path.join(root, '.tools', ...parts);
export const runtimeNode = inRoot('node_modules/.bin/node');
export const flightsLock = inRoot('examples/flights/requirements-dev.txt');
export const servicesLock = inRoot('scripts/setup/services.txt');
export const testServersLock = inRoot('scripts/setup/test-servers.txt');
