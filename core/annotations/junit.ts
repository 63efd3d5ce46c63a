/** What a JUnit report of pytest tells of tests that failed. */
import type { Annotation } from '../ports/forge.ts';
import { readTags, xmlText } from '../xml.ts';
import type { XmlTag } from '../xml.ts';
import { finding } from './finding.ts';
import { titleOfUncollected } from './pytest.ts';
import { errorWords, framesOf, ownLines, testFrame } from './trace.ts';

export function junitFindings(xml: string): readonly Annotation[] {
  const found: Annotation[] = [];
  let test: XmlTag | null = null;
  let open: XmlTag | null = null;
  for (const tag of readTags(xml)) {
    if (tag.name === 'testcase' && tag.kind === 'open') test = tag;
    if (test === null || (tag.name !== 'failure' && tag.name !== 'error')) continue;
    if (tag.kind === 'open') open = tag;
    else {
      const told = tag.kind === 'empty' ? tag : open;
      const body = open === null ? '' : xmlText(xml.slice(open.to, tag.from));
      if (told !== null) found.push(...ofTest(test.attributes, told.attributes['message'] ?? '', body));
      open = null;
    }
  }
  return found;
}

function ofTest(
  { name = '', classname = '', file, line }: Readonly<Record<string, string>>,
  said: string,
  text: string,
): readonly Annotation[] {
  const body = ownLines(text.split('\n'));
  const frames = framesOf(body);
  const isCollecting = classname === '';
  const module = isCollecting ? name : classname.replace(/(?:\.[A-Z]\w*)+$/, '');
  const frame = isCollecting ? frames.at(-1) : testFrame(frames);
  // pytest counts lines from 0 in its older format.
  const place = frame ?? { path: file ?? `${module.replaceAll('.', '/')}.py`, line: Number(line ?? 0) + 1 };
  const message = errorWords(body) || said;
  if (isCollecting) return finding(place.path, place, { title: titleOfUncollected, message });
  const test = [...classesOf(classname, place.path, module), name].join('.');
  const phase = /^failed on (setup|teardown) with /.exec(said)?.[1];
  const title = phase === undefined ? `${test} failed` : `${test}: error at ${phase}`;
  return finding(place.path, place, { title, message });
}

function classesOf(classname: string, path: string, module: string): readonly string[] {
  const ofPath = path.replace(/\.py$/, '').replaceAll('/', '.');
  const rest = classname.startsWith(`${ofPath}.`)
    ? classname.slice(ofPath.length + 1)
    : classname.slice(module.length + 1);
  return rest === '' || classname === ofPath ? [] : [rest];
}
