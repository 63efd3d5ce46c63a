import { Argument } from 'commander';
import { bashScript } from '../completion/bash.ts';
import { commandTree } from '../completion/command-tree.ts';
import type { CommandNode } from '../completion/command-tree.ts';
import { fishScript } from '../completion/fish.ts';
import { zshScript } from '../completion/zsh.ts';
import type { AddCommand } from '../context.ts';
import { examples } from '../context.ts';

const scripts = { bash: bashScript, zsh: zshScript, fish: fishScript } as const satisfies Record<
  string,
  (root: CommandNode) => string
>;
type Shell = keyof typeof scripts;

export const addCompletion: AddCommand = (parent, { output }) => {
  parent
    .command('completion')
    .addArgument(new Argument('<shell>', 'the shell that reads it').choices(Object.keys(scripts)))
    .description('print a script that completes commands, options, runs and steps in a shell')
    .addHelpText(
      'after',
      examples(
        "echo 'source <(longhaul completion bash)' >> ~/.bashrc",
        'longhaul completion zsh > "${fpath[1]}/_longhaul"',
        'longhaul completion fish > ~/.config/fish/completions/longhaul.fish',
      ),
    )
    .action((shell: Shell) => {
      output.print(scripts[shell](commandTree(parent)).trimEnd());
    });
};
