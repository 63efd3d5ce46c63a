import { z } from 'zod';

/** The same schema with every key optional and no default filled in, for a file that is laid over another. */
export function withoutDefaults(schema: z.ZodType): z.ZodType {
  const bare = bareOf(schema);
  const meta = schema.meta();
  return meta === undefined ? bare : bare.meta({ ...meta });
}

function bareOf(schema: z.ZodType): z.ZodType {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault) {
    return withoutDefaults(schema.unwrap() as z.ZodType);
  }
  if (!(schema instanceof z.ZodObject)) return schema;
  const shape = schema.shape as Readonly<Record<string, z.ZodType>>;
  const fields = Object.entries(shape);
  return z.strictObject(
    Object.fromEntries(fields.map(([key, field]) => [key, withoutDefaults(field).optional()])),
  );
}
