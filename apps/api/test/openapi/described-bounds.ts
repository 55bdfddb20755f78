import { getMetadataStorage } from 'class-validator';

/** A schema, as far as rules of requests are told by it. */
export interface BoundedSchema {
  type?: string | string[];
  format?: string;
  enum?: unknown[];
  pattern?: string;
  minimum?: number;
  maximum?: number;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
  uniqueItems?: boolean;
  maxProperties?: number;
  items?: BoundedSchema;
}

interface Rule {
  name: string;
  propertyName: string;
  constraints?: unknown[];
  each: boolean;
}

type Target = (abstract new (...args: never[]) => object) & { name: string };

/** How the description tells of a rule; rules that are not here have no words in JSON Schema. */
const TOLD: Record<string, (schema: BoundedSchema, bound: unknown) => boolean> = {
  isInt: ({ type }) => [type].flat().includes('integer'),
  min: ({ minimum }, least) => minimum === least,
  max: ({ maximum }, most) => maximum === most,
  maxLength: ({ maxLength }, most) => maxLength === most,
  isText: ({ maxLength }, most) => maxLength === most,
  isName: ({ maxLength }, most) => maxLength === most,
  isFileName: ({ maxLength }, most) => maxLength === most,
  isTime: ({ format }) => format === 'date-time',
  isUrl: ({ format }) => format === 'uri',
  isEmailAddress: ({ format }) => format === 'email',
  isMetadata: ({ maxProperties }) => maxProperties !== undefined,
  isIn: ({ enum: values = [] }, allowed) => (allowed as unknown[]).every((value) => values.includes(value)),
  matches: ({ pattern }, form) => pattern === (form as RegExp).source,
  arrayMinSize: ({ minItems }, least) => minItems === least,
  arrayMaxSize: ({ maxItems }, most) => maxItems === most,
  arrayUnique: ({ uniqueItems }) => uniqueItems === true,
};

/** What requests are refused for and their description does not say, as `Class.field: rule`; and how much was looked at. */
export function untoldRules(schemas: Record<string, { properties?: Record<string, BoundedSchema> }>): {
  looked: number;
  untold: string[];
} {
  const rules = rulesByClass();
  const looked = [...rules.keys()].flatMap((described) =>
    [...rules]
      .filter(([target]) => described === target || described.prototype instanceof target)
      .flatMap(([, own]) => own.map((rule) => ({ described, rule })))
      .flatMap(({ described: { name }, rule }) => {
        const schema = schemas[name]?.properties?.[rule.propertyName];
        const isTold = TOLD[rule.name];
        if (!schema || !isTold) return [];
        const told = isTold(rule.each ? (schema.items ?? {}) : schema, rule.constraints?.[0]);
        return [{ what: `${name}.${rule.propertyName}: ${rule.name}`, told }];
      }),
  );
  return { looked: looked.length, untold: looked.filter(({ told }) => !told).map(({ what }) => what) };
}

/** Every rule of every class that was loaded. class-validator has no other way to all of them. */
function rulesByClass(): Map<Target, Rule[]> {
  const { validationMetadatas } = getMetadataStorage() as unknown as {
    validationMetadatas: Map<Target, Rule[]>;
  };
  return validationMetadatas;
}
