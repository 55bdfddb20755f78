import { z } from 'zod';

/** Building blocks of the schema. Descriptions become the configuration reference, so each is a full sentence. */

export function text(description: string, fallback?: string): z.ZodType<string> {
  const schema = z.string({ error: 'is required' }).min(1);
  return (fallback === undefined ? schema : schema.default(fallback)).describe(description);
}

export function optionalText(description: string): z.ZodType<string | undefined> {
  return z.string().optional().describe(description);
}

export function secret(description: string, minimumLength: number): z.ZodType<string> {
  return z
    .string({ error: 'is required' })
    .min(minimumLength, `must have at least ${minimumLength} characters`)
    .describe(description)
    .meta({ secret: true, description });
}

export function optionalSecret(description: string, minimumLength = 1): z.ZodType<string | undefined> {
  return z
    .string()
    .min(minimumLength, `must have at least ${minimumLength} characters`)
    .optional()
    .describe(description)
    .meta({ secret: true, description });
}

export function url(description: string, protocols: RegExp, fallback?: string): z.ZodType<string> {
  const schema = z
    .string({ error: 'is required' })
    .refine((value) => URL.canParse(value) && protocols.test(new URL(value).protocol), {
      error: `must be an address of the form ${protocols.source}`,
    });
  return (fallback === undefined ? schema : schema.default(fallback)).describe(description);
}

export function optionalUrl(description: string, protocols: RegExp): z.ZodType<string | undefined> {
  return z
    .string()
    .refine((value) => URL.canParse(value) && protocols.test(new URL(value).protocol), {
      error: `must be an address of the form ${protocols.source}`,
    })
    .optional()
    .describe(description);
}

export function ratio(description: string, fallback: number): z.ZodType<number> {
  return z.coerce
    .number({ error: 'must be a number' })
    .min(0, 'must be 0 or more')
    .max(1, 'must be 1 or less')
    .default(fallback)
    .describe(description);
}

export function integer(
  description: string,
  fallback: number,
  minimum: number,
  maximum: number,
): z.ZodType<number> {
  return z.coerce
    .number({ error: 'must be a whole number' })
    .int('must be a whole number')
    .min(minimum, `must be ${minimum} or more`)
    .max(maximum, `must be ${maximum} or less`)
    .default(fallback)
    .describe(description);
}

export function oneOf<const T extends string>(
  description: string,
  values: readonly T[],
  fallback: T,
): z.ZodType<T> {
  return z
    .enum(values, { error: `must be one of ${values.join(', ')}` })
    .default(() => fallback)
    .describe(description);
}
