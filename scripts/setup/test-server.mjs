import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { programNamedIn } from './existing.mjs';
import { canReach } from './internet.mjs';
import { inTools } from './paths.mjs';
import { missingJavaAndMaven } from './prerequisites.mjs';
import { isProgram } from './processes.mjs';
import { runShowingProgress } from './progress.mjs';
import { makeWhole } from './stamps.mjs';
import { TEST_SERVER } from './versions.mjs';

const folder = inTools(TEST_SERVER.artifact, TEST_SERVER.version);
const program = path.join(folder, TEST_SERVER.artifact);

/** Temporal's time-skipping server: named, installed here before, left to the SDK's own download, or from Maven. */
export async function planTestServer() {
  const named = programNamedIn('LONGHAUL_TEST_SERVER');
  if (named !== undefined) return { plan: existingPath(named), missing: [] };
  if (isProgram(program)) return { plan: existingPath(program), missing: [] };
  if (await canReach('https://temporal.download')) return { plan: { type: 'cached-download' }, missing: [] };
  const problem = missingJavaAndMaven();
  return { plan: undefined, missing: problem === undefined ? [] : [problem] };
}

/** @returns how the SDK finds the test server, in the words of its `TestWorkflowEnvironment` */
export async function provideTestServer(plan) {
  if (plan !== undefined) return plan;
  await makeWhole(folder, fetchFromMaven);
  return existingPath(program);
}

const existingPath = (file) => ({ type: 'existing-path', path: file });

async function fetchFromMaven(draft) {
  const project = path.join(draft, 'pom.xml');
  writeFileSync(project, projectThatNeedsTheServer());
  await runShowingProgress({
    what: `fetch ${TEST_SERVER.artifact} ${TEST_SERVER.version} with Maven`,
    expect: '30s',
    command: 'mvn',
    args: [
      '--batch-mode',
      '--no-transfer-progress',
      '-f',
      project,
      'dependency:copy-dependencies',
      '-DoutputDirectory=lib',
    ],
    cwd: draft,
  });
  rmSync(path.join(draft, 'target'), { recursive: true, force: true });
  mkdirSync(path.join(draft, 'lib'), { recursive: true });
  const start = path.join(draft, TEST_SERVER.artifact);
  writeFileSync(start, startScript());
  chmodSync(start, 0o755);
}

function projectThatNeedsTheServer() {
  return `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>longhaul</groupId>
  <artifactId>test-server</artifactId>
  <version>1</version>
  <dependencies>
    <dependency>
      <groupId>io.temporal</groupId>
      <artifactId>${TEST_SERVER.artifact}</artifactId>
      <version>${TEST_SERVER.version}</version>
    </dependency>
  </dependencies>
</project>
`;
}

function startScript() {
  return `#!/bin/sh
# Starts Temporal's time-skipping test server; it stays the process that the caller started, so a kill reaches it.
here=$(cd "$(dirname "$0")" && pwd)
exec "\${JAVA_HOME:+$JAVA_HOME/bin/}java" -XX:TieredStopAtLevel=1 -cp "$here/lib/*" io.temporal.testserver.TestServer "$@"
`;
}
