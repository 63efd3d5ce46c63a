import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { findTools } from '../../local/tools.ts';

/** A repository root whose set-up has recorded this. */
function rootWith(recorded: unknown): string {
  const root = mkdtempSync(path.join(tmpdir(), 'longhaul-tools-'));
  onTestFinished(() => {
    rmSync(root, { recursive: true });
    vi.unstubAllEnvs();
  });
  mkdirSync(path.join(root, '.tools'));
  writeFileSync(
    path.join(root, '.tools/tools.json'),
    typeof recorded === 'string' ? recorded : JSON.stringify(recorded),
  );
  return root;
}

test('what set-up recorded is found', () => {
  const tools = findTools(
    rootWith({ k6: process.execPath, testServer: { type: 'existing-path', path: process.execPath } }),
  );
  expect(tools.k6).toBe(process.execPath);
  expect(tools.testServer).toEqual({ type: 'existing-path', path: process.execPath });
});

test('a test server that the SDK downloads is told as such', () => {
  expect(findTools(rootWith({ testServer: { type: 'cached-download' } })).testServer).toEqual({
    type: 'cached-download',
  });
});

test('a variable goes before what set-up recorded', () => {
  const root = rootWith({ k6: '/recorded/k6', testServer: { type: 'cached-download' } });
  vi.stubEnv('LONGHAUL_K6', process.execPath);
  vi.stubEnv('LONGHAUL_TEST_SERVER', process.execPath);
  expect(findTools(root).k6).toBe(process.execPath);
  expect(findTools(root).testServer).toEqual({ type: 'existing-path', path: process.execPath });
});

test('a tool that is not recorded is named, with the way to have it', () => {
  expect(() => findTools(rootWith({})).prometheus).toThrow(/tool prometheus is not set up.*npm run setup/);
  expect(() => findTools(rootWith({})).testServer).toThrow(/tool testServer is not set up.*npm run setup/);
});

test('a tool that is gone from its place is named with that place', () => {
  expect(() => findTools(rootWith({ envoy: '/gone/envoy' })).envoy).toThrow(
    /envoy is not at \/gone\/envoy.*npm run setup/,
  );
});

test('a record that is not JSON is named', () => {
  expect(() => findTools(rootWith('{'))).toThrow(/tools\.json is not JSON; remove it and run: npm run setup/);
});
