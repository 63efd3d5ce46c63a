import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const person = new URL('../../client/cli/person.ts', import.meta.url).href;
const inTerminal = fileURLToPath(new URL('in-terminal.py', import.meta.url));

/** Runs a script at a terminal of its own, types `keys` when it asks, and resolves to all that was seen, with its exit. */
function askAndType(script: string, keys: string): Promise<string> {
  const source = `import { confirm } from ${JSON.stringify(person)};\n${script}`;
  const child = spawn('python3', [inTerminal, process.execPath, '--input-type=module', '-e', source]);
  let seen = '';
  let typed = false;
  child.stdout.on('data', (part: Buffer) => {
    seen += part.toString();
    if (typed || !seen.includes('[y/N]')) return;
    typed = true;
    child.stdin.write(keys);
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', () => {
      resolve(seen);
    });
  });
}

const ask = 'console.log(`answer ${await confirm("Really?")}`);';

test.each([
  ['y\r', 'true'],
  ['n\r', 'false'],
  ['\r', 'false'],
  ['\u0004', 'false'],
])('%j at the terminal is %s', async (keys, answer) => {
  expect(await askAndType(ask, keys)).toContain(`answer ${answer}`);
});

test('Ctrl-C at a question ends the command by the signal, with no stack trace', async () => {
  const seen = await askAndType(ask, '\u0003');
  expect(seen).toContain('ended by -2');
  expect(seen).not.toContain('at ');
});

test('Ctrl-C at a question is heard by whoever ends things in order', async () => {
  const handler = "process.once('SIGINT', () => { console.log('heard'); process.exit(130); });";
  const seen = await askAndType(`${handler} setInterval(() => undefined, 1000); ${ask}`, '\u0003');
  expect(seen).toMatch(/heard[^]*ended by 130/);
});

test('a question that is withdrawn lets the command go on', async () => {
  const script = `const c = new AbortController(); const it = confirm('Really?', c.signal); c.abort();
    console.log(String(await it));`;
  expect(await askAndType(script, '')).toMatch(/\nnull\r/);
});
