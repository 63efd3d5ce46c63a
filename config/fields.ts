/** The kinds of values that both files are made of. A field's title is what an error offers as right. */
import { z } from 'zod';
import { durationPattern, parseDuration } from './duration.ts';
import { parseShare, percentPattern } from './share.ts';

const writtenDuration = z.string().regex(durationPattern);
const durationTitle = 'a duration such as `500ms`, `10s`, `10m`, `6h` or `7d`';

/** Milliseconds above 0, written as `10m`. */
export const duration = writtenDuration
  .refine((text) => parseDuration(text) !== 0, 'is no time at all')
  .transform((text) => parseDuration(text) ?? 0)
  .meta({ title: durationTitle });

/** Milliseconds, or none: `0s`. */
export const durationOrNone = writtenDuration
  .transform((text) => parseDuration(text) ?? 0)
  .meta({ title: `${durationTitle}, or \`0s\`` });

const writtenShare = z.union([z.string().regex(percentPattern), z.number()]);

/** A written share that `accepts` takes, as a number; anything else is told as no share. */
const shareThat = (accepts: (value: number) => boolean) =>
  writtenShare.transform((written, context) => {
    const value = parseShare(written);
    if (value !== null && accepts(value)) return value;
    context.issues.push({
      code: 'custom',
      input: written,
      message: `is ${written}, which is no share of a whole`,
    });
    return z.NEVER;
  });

/** A share of requests above 0 and below 1, written as `1 %` or `0.01`. */
export const share = shareThat((value) => value > 0 && value < 1).meta({
  title: 'a share above 0 and below 1, such as `1 %` or `0.01`',
});

/** Percent from 0 to 100, written as `80 %` or `0.8`. */
export const percent = shareThat((value) => value >= 0 && value <= 1)
  .transform((value) => Math.round(value * 1e8) / 1e6)
  .meta({ title: 'a percentage such as `80 %` or `0.8`' });

/** A name that is safe in ids, labels and file names. */
export const name = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]*$/, 'a name of lower-case letters, digits and hyphens')
  .meta({ title: 'a name of lower-case letters, digits and hyphens' });

export const projectId = z
  .string()
  .regex(/^[A-Za-z0-9_][\w.-]*\/[A-Za-z0-9_][\w.-]*$/, 'a name of the form `owner/repo`')
  .meta({ title: 'a name of the form `owner/repo`' });

/** Name of an environment variable, and so of a secret. */
export const variableName = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'a name of letters, digits and underscores')
  .meta({ title: 'a name of letters, digits and underscores' });

/** A path inside the repository or the output folder: relative, and never out of it. */
export const relativePath = z
  .string()
  .min(1)
  .refine(
    (path) => !path.startsWith('/') && !path.split(/[\\/]/).includes('..'),
    'leads out of the repository',
  )
  .meta({ title: 'a relative path without `..`' });

const commandLine = z.string().min(1).meta({ title: 'a command line' });

/** One command line or a list of them. */
export const commands = z
  .union([commandLine, z.array(commandLine).min(1)])
  .transform((written) => (typeof written === 'string' ? [written] : written))
  .meta({ title: 'a command line, or a list of them' });

/** Text, or a number or a boolean, which arrives as it is written in the file. */
export const writtenValue = z
  .union([z.string(), z.number(), z.boolean()])
  .transform(String)
  .meta({ title: 'text, a number, or true or false' });

/** Environment variables by name. */
export const variables = z.record(variableName, writtenValue).meta({ title: 'a mapping of values by name' });

export const secretNames = z.array(variableName).meta({ title: 'a list of the names of secrets' });

export const paths = z.array(relativePath).meta({ title: 'a list of relative paths' });

/** Patterns of files (core/file-patterns.ts): `src`, `tests/*.py`; `!` takes out what an earlier one put in. */
export const patterns = z
  .array(
    z
      .string()
      .min(1)
      .refine(
        (pattern) => !pattern.replace(/^!/, '').split('/').includes('..') && !/^!?\//.test(pattern),
        'leads out of the repository',
      )
      .meta({ title: 'a pattern such as `src`, `tests/**/*.py` or `!docs`' }),
  )
  .min(1)
  .meta({ title: 'a list of patterns of files' });

const byteUnits = { KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3, TiB: 1024 ** 4 } as const;

/** Bytes, written as `512MiB` or `16GiB`. */
export const bytes = z
  .string()
  .regex(/^\d+(\.\d+)?\s*(KiB|MiB|GiB|TiB)$/)
  .transform((text) => {
    const unit = text.slice(-3) as keyof typeof byteUnits;
    return Math.round(Number.parseFloat(text) * byteUnits[unit]);
  })
  .meta({ title: 'a size such as `512MiB` or `16GiB`' });

export const httpPath = z
  .string()
  .regex(/^\/\S*$/)
  .meta({ title: 'a path that begins with `/`' });

export const url = z.url().meta({ title: 'a URL such as `http://127.0.0.1:9090`' });

export const httpUrl = z
  .url({ protocol: /^https?$/ })
  .meta({ title: 'a URL that begins with `http://` or `https://`' });

export const port = z.int().min(1).max(65_535).meta({ title: 'a port, a whole number from 1 to 65535' });

export const timezone = z
  .string()
  .refine(isTimeZone, 'is no time zone')
  .meta({ title: 'a time zone such as `Asia/Seoul` or `UTC`' });

function isTimeZone(text: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: text }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
