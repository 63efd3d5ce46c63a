/**
 * The checklist of a pull request. People tick its items in the comment itself, so what they ticked is read from what
 * stands there: each item ends with a mark that nobody sees, which names it and says who had ticked it.
 */
import { filePatterns } from '../../file-patterns.ts';
import type { CiView, PullRequestFacts } from '../../forge-view.ts';
import type { ChecklistGroup, ChecklistItem } from '../../pull-request-policy.ts';
import { factsOf } from '../step-words.ts';
import { escapeText } from './text.ts';

const begin = '<!-- longhaul:checklist -->';
const end = '<!-- longhaul:checklist:end -->';

/** What Longhaul itself knows of an item; null where it is for people alone. */
interface Known {
  readonly holds: boolean;
  readonly said: string;
}

/** Empty when nothing changed that asks for it. `standing`: the comment as it is now, with the ticks of people. */
export function checklistSection(
  facts: Omit<PullRequestFacts, 'base' | 'champion' | 'history'>,
  standing: string | null,
): string {
  const { changedFiles, policy, run } = facts;
  const isTouched = ({ files }: ChecklistGroup): boolean => {
    const chooses = filePatterns(files ?? []);
    return changedFiles.some(chooses);
  };
  if (!policy.checklist.some(isTouched)) return '';
  const groups = policy.checklist.filter((group) => group.files === undefined || isTouched(group));
  const ticked = tickedByPeople(standingChecklist(standing));
  const texts = groups.map((group) => groupText(group, ticked, (item) => knownOf(item, run, changedFiles)));
  return [begin, '### Checklist', ...texts, end].join('\n\n');
}

/** The checklist as it stands, for a comment that has nothing to say of it: the ticks of people outlive it. */
export function standingChecklist(standing: string | null): string {
  const from = standing?.indexOf(begin) ?? -1;
  const to = standing?.indexOf(end, from) ?? -1;
  return standing === null || from === -1 || to === -1 ? '' : standing.slice(from, to + end.length);
}

function groupText(
  { title, items }: ChecklistGroup,
  ticked: ReadonlySet<string>,
  know: (item: ChecklistItem) => Known | null,
): string {
  const lines = items.map((item) => {
    const name = markOf(title, item.item);
    const known = know(item);
    const by = ticked.has(name) ? 'person' : known?.holds === true ? 'longhaul' : 'none';
    const said = known === null ? '' : ` *(Longhaul: ${known.said})*`;
    return `- [${by === 'none' ? ' ' : 'x'}] ${escapeText(item.item, 300)}${said} <!-- longhaul:item:${by}:${name} -->`;
  });
  return [`**${escapeText(title, 200) || 'Items'}**`, '', ...lines].join('\n');
}

/** A name of letters, digits and `%` alone, which can end no comment. */
const markOf = (title: string, item: string): string =>
  encodeURIComponent(`${title.toWellFormed()}/${item.toWellFormed()}`).replace(/[-_.!~*'()]/g, (character) =>
    character === '_' || character === '.' ? character : `%${character.charCodeAt(0).toString(16)}`,
  );

const itemLine = /^[-*+] \[[xX]\] .*<!-- longhaul:item:(?<by>person|none|longhaul):(?<name>[\w.%]+) -->\s*$/;

/** Names of the items that a person ticked: ticked now, and not by Longhaul before. */
function tickedByPeople(standing: string): ReadonlySet<string> {
  const ticked = standing
    .split(/\r?\n/)
    .map((line) => itemLine.exec(line)?.groups)
    .filter((groups) => groups !== undefined && groups['by'] !== 'longhaul');
  return new Set(ticked.map((groups) => groups?.['name'] ?? ''));
}

function knownOf(
  { steps, pulled }: ChecklistItem,
  run: CiView,
  changedFiles: readonly string[],
): Known | null {
  if (pulled === true) return pulledData(run, changedFiles);
  return steps === undefined ? null : passedSteps(run, steps);
}

function passedSteps({ steps }: CiView, patterns: readonly string[]): Known | null {
  const isMeant = filePatterns(patterns);
  const meant = steps.filter(({ name }) => isMeant(name));
  if (meant.length === 0) return null;
  const names = (of: typeof meant): string => of.map(({ name }) => escapeText(name, 60)).join(', ');
  const open = meant.filter(({ state }) => state === 'running' || state === 'waiting');
  const notPassed = meant.filter((step) => step.state !== 'passed' && !open.includes(step));
  if (notPassed.length > 0) return { holds: false, said: `${names(notPassed)} did not pass` };
  if (open.length > 0) return { holds: false, said: `${names(open)} not done yet` };
  return { holds: true, said: `${names(meant)} passed` };
}

/** Of each `.dvc` file that changed; data that DVC's stages make is asked of people. */
function pulledData({ results }: CiView, changedFiles: readonly string[]): Known | null {
  const targets = changedFiles.filter((path) => path.endsWith('.dvc')).map((path) => path.slice(0, -4));
  if (targets.length === 0) return null;
  const pulled = new Set(
    results
      .flatMap(({ outcome }) => factsOf(outcome)?.data ?? [])
      .map(({ target }) => target.replace(/\/+$|\.dvc$/g, '')),
  );
  const lacking = targets.filter((target) => !pulled.has(target));
  if (lacking.length === 0) return { holds: true, said: 'pulled, and compared file by file' };
  const [first = ''] = lacking;
  const others = lacking.length === 1 ? '' : ` and ${lacking.length - 1} more`;
  return { holds: false, said: `no step has pulled ${escapeText(first, 100)}${others}` };
}
