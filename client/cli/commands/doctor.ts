import { resolve } from 'node:path';
import type { Command } from 'commander';
import { homePaths } from '../../../local/home.ts';
import { allChecks } from '../../doctor/checks.ts';
import { examine } from '../../doctor/examine.ts';
import type { Check, Finding } from '../../doctor/finding.ts';
import { examples } from '../context.ts';
import type { AddCommand } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import type { ExitCode } from '../exit-codes.ts';
import { git } from '../git.ts';
import { createLiveBlock } from '../live-block.ts';
import { printJson } from '../output.ts';
import type { Output } from '../output.ts';
import { doctorLines } from '../render/doctor-lines.ts';
import { pageFor } from '../render/page.ts';
import { cut } from '../render/text.ts';
import { serverFileOf } from '../server-file.ts';
import type { GlobalOptions } from '../session.ts';

export const addDoctor: AddCommand = (parent, { output, endWith }) => {
  parent
    .command('doctor')
    .description(
      'look at the machine, the connections and the configuration, and say how to mend what is not well',
    )
    .addHelpText(
      'after',
      examples('longhaul doctor', "longhaul doctor --json | jq '.findings[] | select(.mend)'"),
    )
    .action(async (_options: unknown, command: Command) => {
      const options = command.optsWithGlobals<GlobalOptions>();
      const json = options.json === true;
      const home = homePaths();
      const repository = await git(['rev-parse', '--show-toplevel'], process.cwd()).catch(() => null);
      const checks = allChecks({ home, serverFile: resolve(serverFileOf(options, home)), repository });
      const progress = json ? silent : progressOf(checks, output);
      const findings = await examine(checks, progress.found);
      progress.end();
      const code = codeOf(findings);
      if (json) printJson(output, { ok: code === exitCodes.ok, findings });
      else for (const line of doctorLines(findings, pageFor(output))) output.print(line);
      endWith(code);
    });
};

/** What a script can act on: start a server, or change a file. */
function codeOf(findings: readonly Finding[]): ExitCode {
  const problems = findings.filter(({ state }) => state === 'problem');
  if (problems.length === 0) return exitCodes.ok;
  const away = problems.every(({ area }) => area === 'connections' || area === 'workers');
  return away ? exitCodes.cannotConnect : exitCodes.configuration;
}

interface Progress {
  readonly found: (check: Check) => void;
  readonly end: () => void;
}

const silent: Progress = { found: () => undefined, end: () => undefined };

/** A line for a person that says what is still looked at. */
function progressOf(checks: readonly Check[], output: Output): Progress {
  if (!output.interactive) return silent;
  const block = createLiveBlock();
  const open = new Set(checks);
  const draw = (): void => {
    const names = [...open].map(({ name }) => name).join(', ');
    block.draw((columns) => [
      cut(`looked at ${checks.length - open.size} of ${checks.length}: ${names}`, columns),
    ]);
  };
  draw();
  return {
    found: (check) => {
      open.delete(check);
      draw();
    },
    end: () => {
      block.end(() => []);
    },
  };
}
