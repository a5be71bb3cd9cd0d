type JsonSchema = Readonly<Record<string, unknown>>;

/** What Anthropic's API refuses in a schema. */
const CLAUDE_REFUSES = new Set(['maxLength', 'minLength', 'maxItems', 'minimum', 'maximum', 'pattern']);

/** A schema as Anthropic's API takes it: without lengths and bounds, whole numbers as a list. */
export const toClaudeSchema = (schema: JsonSchema): JsonSchema =>
  editSchema(schema, (part) => {
    const kept = Object.entries(part).filter(
      ([key, value]) => !CLAUDE_REFUSES.has(key) && !(key === 'minItems' && Number(value) > 1),
    );
    const numbers = listWholeNumbers(part);
    return { ...Object.fromEntries(kept), ...(numbers && { enum: numbers }) };
  });

/** A schema as Gemini's API takes it: it sorts keys by name unless their order is given. */
export const toGeminiSchema = (schema: JsonSchema): JsonSchema =>
  editSchema(schema, (part) => ({
    ...Object.fromEntries(Object.entries(part).filter(([key]) => key !== 'additionalProperties')),
    ...(isRecord(part['properties']) && { propertyOrdering: Object.keys(part['properties']) }),
  }));

/** More whole numbers than these are not listed. */
const MAX_LISTED = 100;

function listWholeNumbers({ type, minimum, maximum }: JsonSchema): number[] | undefined {
  if (type !== 'integer' || typeof minimum !== 'number' || typeof maximum !== 'number') return undefined;
  const count = maximum - minimum + 1;
  return count > MAX_LISTED ? undefined : Array.from({ length: count }, (_, i) => minimum + i);
}

/** A schema, and those of its properties and items, as `edit` makes them. */
function editSchema(schema: JsonSchema, edit: (schema: JsonSchema) => JsonSchema): JsonSchema {
  const edited = edit(schema);
  const { properties, items } = edited;
  const editInner = (inner: unknown): unknown => (isRecord(inner) ? editSchema(inner, edit) : inner);
  return {
    ...edited,
    ...(isRecord(properties) && {
      properties: Object.fromEntries(Object.entries(properties).map(([name, inner]) => [name, editInner(inner)])),
    }),
    ...(isRecord(items) && { items: editInner(items) }),
  };
}

const isRecord = (value: unknown): value is JsonSchema =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
