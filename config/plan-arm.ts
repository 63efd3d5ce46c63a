import { armVariableNames, armVariables } from '../core/arm-variables.ts';
import { LonghaulError } from '../core/errors.ts';
import type { PlannedArm } from '../core/planned-arm.ts';
import type { ArmSpec } from '../core/serving.ts';
import { fillVariables } from '../core/variables.ts';
import { armId } from './arm-id.ts';

/**
 * The arm with its id, and with what is released in the reference of its image.
 * @throws LonghaulError InvalidConfig for a variable that there is not
 */
export function planArm({ environment, ...planned }: PlannedArm): ArmSpec {
  const { container, ...serve } = planned.serve;
  if (container === undefined) return { ...planned, id: armId(planned) };
  const { text: image, unfilled } = fillVariables(
    container.image,
    environment === undefined ? {} : armVariables(planned, environment),
  );
  const [wrong] = unfilled;
  if (wrong !== undefined)
    throw new LonghaulError(
      'InvalidConfig',
      `release.serve.container.image, ${container.image}, asks for \`\${${wrong.name}}\`, which has no value.`,
      { mend: `It can have ${armVariableNames.join(', ')}; \`$$\` stands for one \`$\`.` },
    );
  const arm = { ...planned, serve: { ...serve, container: { ...container, image } } };
  return { ...arm, id: armId(arm) };
}
