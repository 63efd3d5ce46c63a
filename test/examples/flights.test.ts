/** The sample project as users copy it: its real data, checked by the real Great Expectations; and its demo's changes. */
import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findTools, repositoryRoot } from '../../local/tools.ts';

const execute = promisify(execFile);
const sample = join(repositoryRoot(), 'examples', 'flights');
let folder: string;

interface Ended {
  readonly code: number;
  readonly said: string;
}

/** Runs a program of the sample's environment in a copy of the sample. */
async function run(program: string, ...args: readonly string[]): Promise<Ended> {
  const bin = join(findTools().flightsPython, 'bin');
  const env = {
    PATH: `${bin}:${process.env['PATH'] ?? ''}`,
    HOME: folder,
    PYTHONPATH: 'src',
    LONGHAUL_OUTPUT_DIR: folder,
  };
  try {
    const { stdout, stderr } = await execute(program, [...args], { cwd: join(folder, 'flights'), env });
    return { code: 0, said: stdout + stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, said: stdout + stderr };
  }
}

const python = (...lines: readonly string[]): Promise<Ended> => run('python', '-c', lines.join('\n'));

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'longhaul-flights-'));
  cpSync(sample, join(folder, 'flights'), { recursive: true });
  expect(await run('python', 'scripts/make_data.py')).toMatchObject({ code: 0 });
}, 180_000);
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('the data of the sample project', () => {
  it('comes out with the hashes that DVC tracks', async () => {
    const { said } = await python(
      'import hashlib, json, pathlib, re',
      'for name in ("sample", "full"):',
      '    files = sorted(pathlib.Path("data", name).glob("*.parquet"))',
      '    rows = [{"md5": hashlib.md5(f.read_bytes()).hexdigest(), "relpath": f.name} for f in files]',
      '    told = re.search(r"md5: (\\w+)\\.dir", pathlib.Path("data", f"{name}.dvc").read_text()).group(1)',
      '    print(name, hashlib.md5(json.dumps(rows).encode()).hexdigest() == told)',
    );
    expect(said.trim()).toBe('sample True\nfull True');
  }, 60_000);

  it('meets all that Great Expectations is asked to check', async () => {
    expect(await run('python', 'scripts/validate_data.py', '--data-path', 'data/sample')).toMatchObject({ code: 0 });
    expect(existsSync(join(folder, 'data_report.md'))).toBe(false);
  }, 120_000);

  it('is refused with a report that names column, expectation and finding when it is broken', async () => {
    await python(
      'import pandas as pd, shutil',
      'shutil.copytree("data/sample", "data/broken", dirs_exist_ok=True)',
      'flights = pd.read_parquet("data/broken/train.parquet")',
      'flights.loc[:50, "humid"] = 400.0',
      'flights.loc[:50, "origin"] = "LHR"',
      'flights.to_parquet("data/broken/train.parquet")',
    );
    const { code } = await run('python', 'scripts/validate_data.py', '--data-path', 'data/broken');
    expect(code).toBe(1);
    const report = readFileSync(join(folder, 'data_report.md'), 'utf8');
    expect(report).toMatch(/humid.*400/);
    expect(report).toMatch(/origin.*LHR/);
  }, 120_000);
});

it('the demo’s two changes apply to the sample, one after the other', async () => {
  const apply = (patch: string): Promise<Ended> => run('git', 'apply', join('demo', patch));
  expect(await apply('2-pressure-tendency.patch')).toEqual({ code: 0, said: '' });
  expect(await apply('3-pressure-tendency-fixed.patch')).toEqual({ code: 0, said: '' });
});
