/** A tag of an XML text with its attributes: the start of an element, its end, or both at once. */
export interface XmlTag {
  readonly name: string;
  readonly kind: 'open' | 'close' | 'empty';
  readonly attributes: Readonly<Record<string, string>>;
  /** Where it begins and ends in the text: between two tags is what {@link xmlText} reads. */
  readonly from: number;
  readonly to: number;
}

const token =
  /<!--[\s\S]*?-->|<!\[CDATA\[[\s\S]*?\]\]>|<\?[\s\S]*?\?>|<![^>]*>|<(\/?)([\w:.-]+)((?:"[^"]*"|'[^']*'|[^>"'])*?)(\/?)>/g;

/** The tags of an XML text in order; text, comments and declarations are passed over. */
export function* readTags(xml: string): Generator<XmlTag> {
  for (const { 0: whole, 1: close, 2: name, 3: attributes, 4: empty, index } of xml.matchAll(token)) {
    if (name === undefined) continue;
    const kind = close === '/' ? 'close' : empty === '/' ? 'empty' : 'open';
    const place = { from: index, to: index + whole.length };
    yield { name, kind, attributes: readAttributes(attributes ?? ''), ...place };
  }
}

/** The text of an element without tags in it, as it was before it became XML. */
export const xmlText = (written: string): string =>
  written
    .split(/(<!\[CDATA\[[\s\S]*?\]\]>)/)
    .map((part) => (part.startsWith('<![CDATA[') ? part.slice(9, -3) : unescape(part)))
    .join('');

function readAttributes(text: string): Readonly<Record<string, string>> {
  const found = text.matchAll(/([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g);
  return Object.fromEntries(
    [...found].map(([, name = '', double, single]) => [name, unescape(double ?? single ?? '')] as const),
  );
}

const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };

function unescape(text: string): string {
  return text.replace(
    /&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi,
    (whole: string, hex?: string, decimal?: string, name?: string) => {
      if (hex !== undefined) return String.fromCodePoint(Number.parseInt(hex, 16));
      if (decimal !== undefined) return String.fromCodePoint(Number.parseInt(decimal, 10));
      return entities[name ?? ''] ?? whole;
    },
  );
}
