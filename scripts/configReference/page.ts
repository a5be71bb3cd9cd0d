import { loadConfig } from '../../run/config/loadConfig.ts';
import { readPath } from '../../run/config/readPath.ts';
import { KEY_SECTIONS } from './meanings.ts';
import { listKeys, type DocumentedKey, type JsonSchema } from './schema.ts';

const START = `# All keys of a config

A config is JSON or YAML. Only \`models.optimizer\` is needed, in the config or as \`--optimizer\`. An unknown key is an error.
\`drpo config\` prints the resolved config, with the place that each value comes from. Editors complete keys and show their
meaning if the config names the schema:

\`\`\`yaml
# yaml-language-server: $schema=./node_modules/drpo/drpo.schema.json
models:
  optimizer: simulated
\`\`\`

In JSON, the key \`$schema\` names it. All keys exist since 0.1.0.
`;

/** Makes docs/configuration.md: every key with type, default and meaning. */
export function buildPage(): string {
  const keys = new Map(listKeys().map((key) => [key.path, key]));
  const sections = KEY_SECTIONS.map(({ title, text, keys: meanings }) => {
    const rows = Object.entries(meanings).map(([path, meaning]) => {
      const key = keys.get(path);
      if (!key) throw new Error(`expected a key of the config, got ${path}`);
      return `| \`${path}\` | ${describeTypes(key)} | ${describeDefault(key)} | ${meaning} |`;
    });
    return [
      `## ${title}`,
      '',
      text,
      '',
      '| key | type | default | meaning |',
      '| --- | --- | --- | --- |',
      ...rows,
    ].join('\n');
  });
  return [START, ...sections.map((section) => `${section}\n`)].join('\n');
}

const SHORT_TYPES: Readonly<Record<string, string>> = {
  'models.optimizer': 'text or object',
  'models.base': 'text or object',
  'models.reward': 'text or object',
  'models.judge': 'text or object',
  'models.proofJudge': 'text or object',
  'models.embeddings': '`lexical` or object',
  'search.strategy': 'text or object',
  'search.guards': 'true, false or object',
  'rewards.criteria': 'list of texts and objects',
  'judge.panel': 'list of texts and objects',
};

/** The type of a key in words; of one that stands in several objects, all of its types. */
function describeTypes({ path, nodes }: DocumentedKey): string {
  const short = SHORT_TYPES[path];
  if (short !== undefined) return short;
  const values = new Set(nodes.flatMap(listValues));
  if (values.size > 0) return [...values].map((value) => `\`${String(value)}\``).join(', ');
  return [...new Set(nodes.flatMap(listTypes))].join(' or ');
}

const listValues = ({ const: only, enum: some }: JsonSchema): unknown[] => some ?? (only === undefined ? [] : [only]);

function listTypes(node: JsonSchema): string[] {
  const branches = [...(node.anyOf ?? []), ...(node.oneOf ?? [])].filter((one) => typeof one === 'object');
  return branches.length > 0 ? branches.flatMap(listTypes) : [describeType(node)];
}

function describeType(node: JsonSchema): string {
  switch (node.type) {
    case 'string':
      return 'text';
    case 'integer':
      return `whole number${describeRange(node)}`;
    case 'number':
      return `number${describeRange(node)}`;
    case 'boolean':
      return 'true or false';
    case 'array':
      return describeList(node);
    case 'null':
      return 'null';
    default:
      return 'object';
  }
}

function describeList({ items }: JsonSchema): string {
  if (Array.isArray(items)) return `${items.length} numbers`;
  if (typeof items !== 'object') return 'list';
  return items.type === 'string' ? 'list of texts' : 'list of objects';
}

function describeRange({ minimum, maximum, exclusiveMinimum }: JsonSchema): string {
  const from =
    typeof exclusiveMinimum === 'number'
      ? ` above ${exclusiveMinimum}`
      : minimum === undefined
        ? ''
        : ` from ${minimum}`;
  return maximum === undefined || maximum >= Number.MAX_SAFE_INTEGER ? from : `${from} to ${maximum}`;
}

const loadDefaults = (preset: string): unknown =>
  loadConfig({ values: { preset, models: { optimizer: { model: 'm' } } } });
const [defaults, reference] = ['default', 'reference'].map(loadDefaults);

/** Keys whose default is said with their meaning: it is a path or depends on the model. */
const EXPLAINED_KEYS = /^(models\.|queries\.files|examples\.file)/;

function describeDefault({ path, nodes }: DocumentedKey): string {
  const standard = nodes.find((node) => node.default !== undefined)?.default;
  if (EXPLAINED_KEYS.test(path)) return formatDefault(standard);
  const [usual, paper] = [defaults, reference].map((config) => readPath(config, path));
  const value = isPlain(usual) ? usual : standard;
  const text = formatDefault(value);
  if (!isPlain(usual) || JSON.stringify(usual) === JSON.stringify(paper) || path === 'preset') return text;
  return `${text}; \`reference\`: ${paper === undefined ? 'no final' : formatDefault(paper)}`;
}

const isPlain = (value: unknown): boolean => value !== undefined && (Object(value) !== value || Array.isArray(value));

const formatDefault = (value: unknown): string =>
  Object(value) === value && !Array.isArray(value)
    ? ''
    : Array.isArray(value) && value.length === 0
      ? 'none'
      : typeof value === 'string'
        ? `\`${value}\``
        : value === undefined
          ? ''
          : JSON.stringify(value);
