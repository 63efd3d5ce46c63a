import type { ArmStatus } from '../../../core/serving.ts';
import type { DeployStatus } from '../../deploy-status.ts';
import type { Page } from './page.ts';
import { marks } from './style.ts';
import { tableLines } from './table-lines.ts';
import { wrap } from './text.ts';

/** What an environment serves: a row an arm, then where it answers, then what people should know. */
export function statusLines(status: DeployStatus, { columns, style }: Page): readonly string[] {
  const { arms, baseUrl, lane, previewUrl, warnings = [] } = status;
  if (arms.length === 0) return [`${lane.environment} serves no version of ${lane.model} yet.`];
  const troubles = arms.flatMap(({ track, problem }) =>
    problem === undefined ? [] : [`${style.bad(marks.bad)} ${track}: ${problem}`],
  );
  const known = warnings.map((warning) => `${style.wait('!')} ${warning}`);
  return [
    `${lane.model} in ${lane.environment}, ${placeWords(status)}.`,
    '',
    ...tableLines(
      [
        ['TRACK', 'VERSION', 'READY', 'TRAFFIC', 'RESTARTS', 'ARM'],
        ...arms.map((arm) => [
          ...[trackName(arm, status), arm.version, `${arm.ready}/${arm.desired}`, trafficOf(arm, status)],
          ...[String(arm.restarts), arm.id],
        ]),
      ],
      columns,
    ),
    '',
    `answers  ${baseUrl}`,
    ...(previewUrl === undefined ? [] : [`preview  ${previewUrl}`]),
    ...[...troubles, ...known].flatMap((text) => wrap(text, columns)),
  ];
}

const routerWords: Readonly<Record<string, string>> = {
  istio: 'split by Istio',
  gateway: 'split by the Gateway API',
  service: 'split by shares of replicas',
  envoy: 'split by Envoy',
};

function placeWords({ cluster, layout, router }: DeployStatus): string {
  if (cluster === null) return 'on this machine';
  const how = layout === 'colour' ? 'blue-green' : (routerWords[router] ?? router);
  return `on ${cluster}, ${how}`;
}

const trackName = ({ track }: ArmStatus, { layout, slots }: DeployStatus): string =>
  layout === 'colour' ? `${track} (${slots[track] ?? '?'})` : track;

/** As the router itself has it. */
function trafficOf({ track }: ArmStatus, { candidateWeight, arms }: DeployStatus): string {
  const stableHas = arms.some((arm) => arm.track === 'stable') ? 100 - candidateWeight : 0;
  return `${Math.round((track === 'candidate' ? candidateWeight : stableHas) * 10) / 10} %`;
}
