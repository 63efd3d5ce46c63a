/** Says whether the demo's result file tells the story it should: `node scripts/check-demo.mjs FILE`. */
import { readFileSync } from 'node:fs';

const EXPECTED = ['released', 'rolledBack', 'released'];
const [file] = process.argv.slice(2);
if (file === undefined) fail('Usage: node scripts/check-demo.mjs FILE');

const { releases } = JSON.parse(readFileSync(file, 'utf8'));
const outcomes = releases.map(({ outcome }) => outcome);
if (outcomes.join() !== EXPECTED.join())
  fail(`The demo ended as ${outcomes.join(', ')}; it should end as ${EXPECTED.join(', ')}`);

const { verified, total } = releases[1].compensations;
if (total === 0 || verified !== total)
  fail(`The bad release has ${verified} of ${total} compensations verified; all should be`);

for (const { name, outcome, userRequests, failedRequests, seconds } of releases) {
  console.log(
    `${name}: ${outcome}, ${failedRequests} of ${userRequests} requests of users failed, ${Math.round(seconds)}s`,
  );
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
