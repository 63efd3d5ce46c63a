import { z } from 'zod';
import type { StepSpec } from '../core/step.ts';
import { compareSchedule, seenFile } from '../core/trigger-policy.ts';
import type { ComparePolicy } from '../core/trigger-policy.ts';
import { commandFields } from './step-config.ts';
import { toStepSpec } from './step-spec.ts';
import type { Shared } from './step-spec.ts';

const command = z.strictObject(commandFields({ timeout: '30m', queue: 'steps' }));

/** The step that looks at the source of the data and leaves what it saw, to be compared by its digest. */
export function toCompareStep({ run, secrets }: ComparePolicy, shared: Shared): StepSpec {
  const lines =
    run === undefined ? importsNow : `{ ${run.join('\n')}\n} > "$LONGHAUL_OUTPUT_DIR/${seenFile}"`;
  const given = command.parse({ run: lines, secrets, outputs: [seenFile] });
  return toStepSpec(compareSchedule, [], given, shared);
}

/**
 * What DVC's imports would be updated to: for each the etags, checksums and revisions of its source, which `dvc update`
 * asks for without downloading where the source tells them. Files that DVC tracks without a source are content of the
 * commit: nothing that happens elsewhere changes them.
 */
const importsNow = `imports=$(git ls-files -- '*.dvc' | while IFS= read -r file; do grep -q '^deps:' "$file" && echo "$file" || :; done)
test -n "$imports" || { echo 'No file of DVC here imports data; say in triggers.data.compare.run what is to be compared.' >&2; exit 1; }
echo "$imports" | tr '\\n' '\\0' | xargs -0 dvc update --no-download
echo "$imports" | while IFS= read -r file; do echo "$file"; sed -n '/^deps:/,/^outs:/p' "$file"; done > "$LONGHAUL_OUTPUT_DIR/${seenFile}"`;
