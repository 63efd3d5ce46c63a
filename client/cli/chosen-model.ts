import { exitCodes } from './exit-codes.ts';
import { CommandFailure } from './failure.ts';
import { localProject } from './project.ts';

export interface ModelOptions {
  readonly model?: string;
  /** Folder of the repository; by default the current folder's. */
  readonly repo?: string;
}

/** `--model`, else the model of the repository that the command is typed in. @throws CommandFailure where neither is */
export async function chosenModel({ model, repo }: ModelOptions): Promise<string> {
  if (model !== undefined) return model;
  const local = await localProject(repo ?? process.cwd());
  if (local !== null) return local.identity.model;
  throw new CommandFailure(
    exitCodes.usage,
    'There is no longhaul.yaml here to take the model from. Name it: --model NAME',
  );
}
