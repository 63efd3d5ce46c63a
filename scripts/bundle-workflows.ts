import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode } from '@temporalio/worker';

/**
 * Bundles the compiled workflows once, for every worker that runs them: dist/workflows/index.js becomes
 * dist/workflow-bundle.js. Runs compiled, from dist/scripts.
 */
const dist = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const bundle = await bundleWorkflowCode({ workflowsPath: path.join(dist, 'workflows', 'index.js') });
const file = path.join(dist, 'workflow-bundle.js');
writeFileSync(file, bundle.code);
console.log(`${file}: ${(Buffer.byteLength(bundle.code) / 1024).toFixed(0)} KiB`);
