/** Markup that holds words of others safely: whatever is put into {@link markup} is text, unless it is markup already. */

/** Markup that is safe as it is. */
export interface Html {
  readonly html: string;
}

type Part = Html | string | number | null | readonly Html[];

export const markup = (fixed: TemplateStringsArray, ...parts: readonly Part[]): Html => ({
  html: fixed.reduce((sofar, text, index) => `${sofar}${textOf(parts[index - 1] ?? '')}${text}`),
});

function textOf(part: Part): string {
  if (part === null) return '';
  if (typeof part === 'string' || typeof part === 'number') return escapeHtml(String(part));
  return 'html' in part ? part.html : part.map((each) => each.html).join('\n');
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Characters that HTML cannot hold, a terminal's colours among them, become U+FFFD. */
const escapeHtml = (text: string): string =>
  text
    .toWellFormed()
    .replace(/[^\t\n\r\u0020-\u007e\u00a0-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '\ufffd')
    .replace(/[&<>"']/g, (character) => entities[character] ?? character);

/** Words in which what is between backticks is code. */
export const prose = (text: string): Html => ({
  html: text
    .split(/`([^`]+)`/)
    .map((part, index) => (index % 2 === 1 ? `<code>${escapeHtml(part)}</code>` : escapeHtml(part)))
    .join(''),
});

/** A table with a caption, its first column the head of each row; nothing when it has no rows. */
export const table = (
  caption: string,
  header: readonly string[],
  rows: readonly (readonly (Html | string)[])[],
): Html | null =>
  rows.length === 0
    ? null
    : markup`<div class="scroll">
        <table>
          <caption>
            ${caption}
          </caption>
          <thead>
            <tr>
              ${header.map((cell) => markup`<th scope="col">${cell}</th>`)}
            </tr>
          </thead>
          <tbody>
            ${rows.map(
              ([first = '', ...cells]) =>
                markup`<tr>
                  <th scope="row">${first}</th>
                  ${cells.map((cell) => markup`<td>${cell}</td>`)}
                </tr>`,
            )}
          </tbody>
        </table>
      </div>`;

/** A part of the page under a title; nothing when nothing is in it. */
export const section = (title: string, ...parts: readonly (Html | null)[]): Html | null => {
  const there = parts.filter((part) => part !== null);
  return there.length === 0
    ? null
    : markup`<section>
        <h2>${title}</h2>
        ${there}
      </section>`;
};

/** Words in a picture. */
export const label = (x: number, y: number, anchor: 'start' | 'middle' | 'end', text: string): Html =>
  markup`<text class="quiet" x="${x}" y="${y}" text-anchor="${anchor}">${text}</text>`;
