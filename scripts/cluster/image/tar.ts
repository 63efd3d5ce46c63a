/** One entry of an archive in the format of POSIX's pax; its content follows it in blocks of 512 bytes. */
export interface TarEntry {
  /** Without a leading slash. */
  readonly name: string;
  readonly mode: number;
  readonly size: number;
  readonly type: 'file' | 'folder' | 'link';
  /** Where a symbolic link points. */
  readonly target?: string;
}

const BLOCK = 512;
const TYPES = { file: '0', folder: '5', link: '2' } as const;

/** The same entry gives the same bytes on every machine: no time, no owner. */
export function tarHeader(entry: TarEntry): Buffer {
  const fits = Buffer.byteLength(entry.name) <= 100 && Buffer.byteLength(entry.target ?? '') <= 100;
  return fits ? plainHeader(entry) : Buffer.concat([extendedHeader(entry), plainHeader(shortened(entry))]);
}

/** Zeroes that fill a content's last block. */
export const tarPadding = (size: number): Buffer => Buffer.alloc((BLOCK - (size % BLOCK)) % BLOCK);

export const tarEnd = (): Buffer => Buffer.alloc(2 * BLOCK);

function plainHeader({ name, mode, size, type, target = '' }: TarEntry): Buffer {
  return header(name, mode, size, TYPES[type], target);
}

/** Says the whole name and target in records of their own, since the header's fields hold 100 bytes. */
function extendedHeader({ name, target }: TarEntry): Buffer {
  const records = Buffer.concat([
    paxRecord('path', name),
    ...(target === undefined ? [] : [paxRecord('linkpath', target)]),
  ]);
  return Buffer.concat([
    header('PaxHeader', 0o644, records.length, 'x', ''),
    records,
    tarPadding(records.length),
  ]);
}

/** `LENGTH KEY=VALUE\n`, whose length counts its own digits. */
function paxRecord(key: string, value: string): Buffer {
  const rest = Buffer.from(` ${key}=${value}\n`);
  let length = rest.length;
  while (length !== rest.length + String(length).length) length = rest.length + String(length).length;
  return Buffer.concat([Buffer.from(String(length)), rest]);
}

const cut = (text: string): string => Buffer.from(text).subarray(0, 100).toString('latin1');
const shortened = (entry: TarEntry): TarEntry => ({
  ...entry,
  name: cut(entry.name),
  ...(entry.target === undefined ? {} : { target: cut(entry.target) }),
});

function header(name: string, mode: number, size: number, type: string, target: string): Buffer {
  const block = Buffer.alloc(BLOCK);
  const octal = (value: number, digits: number) => `${value.toString(8).padStart(digits, '0')}\0`;
  block.write(name, 0, 100);
  block.write(octal(mode, 7), 100);
  block.write(octal(0, 7), 108);
  block.write(octal(0, 7), 116);
  block.write(octal(size, 11), 124);
  block.write(octal(0, 11), 136);
  block.write(' '.repeat(8), 148);
  block.write(type, 156);
  block.write(target, 157, 100);
  block.write('ustar\0' + '00', 257);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}
