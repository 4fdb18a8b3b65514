import type { FastifySchema, FastifySchemaCompiler } from 'fastify';
import type { TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import { Settings } from 'typebox/system';
import { Value } from 'typebox/value';
import { type Problem, ProblemError } from './problem.ts';

// The default is 8, and each alternative of a union counts: the last wrong field would be missing.
Settings.Set({ maxErrors: 200 });

/** Where a part of the request stands in the pointers of a problem: `/body/login`, `/query/limit`. */
const placeOfPart: Record<string, string> = {
  body: '/body',
  querystring: '/query',
  params: '/path',
  headers: '/headers',
};
const maxPlaces = 50;

/**
 * Checks requests with TypeBox itself, which names all the places that are wrong. Texts of the
 * address are turned into numbers and booleans where the schema asks for them; a JSON body is
 * taken at its word ("12" is not 12). Members that the schema does not declare are dropped.
 */
export const validatorCompiler: FastifySchemaCompiler<FastifySchema> = ({ schema, httpPart }) => {
  const type = schema as TSchema;
  const check = Compile(type);
  const part = httpPart ?? 'body';
  return (value: unknown) => {
    let given = part === 'body' ? value : fromText(type, value);
    given = Value.Default(type, given);
    if (check.Check(given)) return { value: part === 'headers' ? given : Value.Clean(type, given) };
    const errors = placesOf(check.Errors(given), placeOfPart[part] ?? `/${part}`);
    return {
      error: new ProblemError(400, 'REQUEST_INVALID', 'The request is not valid', {
        detail: errors
          .map(({ at, message }) => `${at} ${message}`)
          .join('; ')
          .slice(0, 500),
        errors,
      }),
    };
  };
};

interface SchemaError {
  readonly keyword: string;
  readonly schemaPath: string;
  readonly instancePath: string;
  readonly params: object;
  readonly message: string;
}

/** One entry per wrong place. The alternatives of a union become one sentence. */
function placesOf(errors: readonly SchemaError[], part: string): NonNullable<Problem['errors']> {
  const unions = errors.filter(({ keyword }) => keyword === 'anyOf');
  const places: { at: string; message: string }[] = [];
  const add = (at: string, message: string) => {
    if (places.length < maxPlaces && !places.some((place) => place.at === at)) {
      places.push({ at, message });
    }
  };
  for (const error of errors) {
    const at = `${part}${error.instancePath}`;
    const union = unions.find(({ schemaPath }) =>
      error.schemaPath.startsWith(`${schemaPath}/anyOf/`),
    );
    if (union) {
      // Deeper than the union itself: the alternative that was meant, and its own place.
      if (error.instancePath !== union.instancePath) add(at, error.message);
    } else if (error.keyword === 'anyOf') {
      const alternatives = errors.filter(
        ({ schemaPath, instancePath }) =>
          schemaPath.startsWith(`${error.schemaPath}/anyOf/`) &&
          instancePath === error.instancePath,
      );
      const deeper = errors.some(
        ({ schemaPath, instancePath }) =>
          schemaPath.startsWith(`${error.schemaPath}/anyOf/`) &&
          instancePath !== error.instancePath,
      );
      if (!deeper) add(at, unionMessage(alternatives));
    } else if (error.keyword === 'required') {
      const { requiredProperties = [] } = error.params as { requiredProperties?: string[] };
      for (const name of requiredProperties) add(`${at}/${pointerToken(name)}`, 'is required');
    } else {
      add(at, error.message);
    }
  }
  return places;
}

function unionMessage(alternatives: readonly SchemaError[]): string {
  const constants = alternatives.filter(({ keyword }) => keyword === 'const');
  if (constants.length === alternatives.length && constants.length > 0) {
    const values = constants.map(({ params }) =>
      JSON.stringify((params as { allowedValue?: unknown }).allowedValue),
    );
    return `must be one of ${values.join(', ')}`;
  }
  return [...new Set(alternatives.map(({ message }) => message))].join(', or ') || 'is not valid';
}

/** RFC 6901 §4 */
function pointerToken(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}

type JsonSchema = {
  readonly type?: string;
  readonly anyOf?: readonly JsonSchema[];
  readonly items?: JsonSchema;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly const?: unknown;
};

function fromText(schema: TSchema, value: unknown): unknown {
  const { properties } = schema as JsonSchema;
  if (properties === undefined || typeof value !== 'object' || value === null) return value;
  const converted: Record<string, unknown> = { ...value };
  for (const [name, property] of Object.entries(properties)) {
    if (Object.hasOwn(converted, name)) converted[name] = textAs(property, converted[name]);
  }
  return converted;
}

/** What does not look exactly like the wanted type stays text, and fails the check. */
function textAs(schema: JsonSchema, value: unknown): unknown {
  const types = typesOf(schema);
  if (types.has('array')) {
    const items = Array.isArray(value) ? value : [value];
    return schema.items ? items.map((item) => textAs(schema.items as JsonSchema, item)) : items;
  }
  if (typeof value !== 'string' || types.has('string')) return value;
  if ((types.has('integer') || types.has('number')) && /^-?\d+(\.\d+)?$/.test(value)) {
    return Number(value);
  }
  if (types.has('boolean') && (value === 'true' || value === 'false')) return value === 'true';
  return value;
}

function typesOf(schema: JsonSchema): Set<string> {
  if (schema.anyOf) return new Set(schema.anyOf.flatMap((option) => [...typesOf(option)]));
  if (schema.type !== undefined) return new Set([schema.type]);
  return new Set(schema.const === undefined ? [] : [typeof schema.const]);
}
