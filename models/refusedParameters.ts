import { listCauses, readStatus, toText, type ErrorFields } from './errorFields.ts';
import { listErrorObjects, readErrorText } from './errorText.ts';
import { findPromptFault } from './promptFaults.ts';
import { ODDS_PARAMETER } from './transport.ts';

/** The statuses with which endpoints refuse a parameter. An error with status 200 has none. */
const REFUSAL_STATUSES = new Set([undefined, 200, 400, 404, 405, 415, 422, 500, 501]);
/** Further ones, with which endpoints refuse the odds of tokens, such as 403, as is reported of OpenAI's GPT-5. Other parameters are not refused so. */
const ODDS_REFUSAL_STATUSES = new Set<number | undefined>([403, 409, 413, 502]);

/** What a message says of a parameter that the endpoint does not take. */
const REFUSAL =
  /\bnot\b|n't|\bun(supported|known|recogni[sz]ed|expected|available)|invalid|illegal|extra[_ ](inputs|fields|forbidden)|\bonly\b|\bmust\b|\bshould\b|cannot|disallow|deprecated|no longer|instead|too (large|high|big)|at most|less than|greater than|maximum (allowed|value|number)|supported range|refus|reject|forbid|remove|omit|exceed|range of|failed to (generate|validate) json|failed to (parse|compile|initiali[sz]e) \w*grammar|no endpoints? found|不支持|无效|非法|有误/i;

const UNKNOWN = /unknown|unrecogni|extra|unexpected|unsupported param/i;
const TOO_LARGE = /too (large|high|big)|at most|(less|lower) than|maximum|minimum|\brange\b|exceed/i;
/** A message that names a parameter's successor. Without "use", "instead" follows the value that came. */
const USE_INSTEAD = /\buse\b.*\binstead\b/i;

/** The circumstances of a refusal, which may name parameters that the endpoint takes. */
const CIRCUMSTANCE = /\b(when|if|while|unless)\b[^.;]*|\bwith (extended )?thinking\b|\busing greedy\b/gi;

/** Where a message begins to list what the endpoint takes. */
const ACCEPTED_LIST =
  /\b(expected one of|(allowed|supported|valid|accepted|permitted) (parameters|fields|keys|names|arguments|properties)( are|:)|must be one of|choose from)/i;

/** A word such as `stop` that names a parameter, not a thing. */
const createNamePattern = (name: string): string =>
  `['"\`]${name}['"\`]|\\b(parameters?|arguments?|fields?|options?|propert(y|ies)|keys?|supplied|\\w*support\\w*( (on|by|for|with) [\\w ]+)?|unknown|unrecogni[sz]ed|unexpected|invalid|extra|value (for|of)):? (the )?${name}\\b|\\b${name} ?(=|>|<|!=|:|(is|are|must|should|cannot|not|isn't|parameter|argument|sequences?|values?)\\b|不)`;

const ROLE_ORDER =
  '\\broles must alternate|\\b(user|assistant) roles\\b|\\bvalid role\\b|\\brole[\'"`]? ?$|\\b(start|begin)s? with (an? |the )?[\'"`]?user\\b';

/** How a message names the form of a reply. */
const FORMAT_PATTERN =
  /\bresponse[_ ]?formats?\b|\bjson[_ -]?(schema|object|mode|output)s?\b|\bstructured[_ ]?outputs?\b|\bguided_?\w*json\b|\bgrammars?\b|json_validate_failed|failed to (generate|validate) json|\boutput_?config\b(?!\.effort)|\b(output|response)_?(format|json_?schema|schema|mime_?type)\b|\binvalid (json schema in )?format\b|\brequired for format\b/i;

/** How a message names each parameter. */
const NAME_PATTERNS: Readonly<Record<string, RegExp>> = {
  temperature: /\btemperature\b/i,
  top_p: /\btop_?p\b/i,
  max_tokens: /\bmax(imum)?[_ ]?((output|new)[_ ]?)?tokens\b|\bnum_?predict\b/i,
  max_completion_tokens: /\bmax_?completion_?tokens\b/i,
  seed: /\bseed\b/i,
  reasoning_effort: /\b(reasoning[_. ]?)?effort\b|['"`]reasoning['"`]|\bthink(ing)?\b/i,
  encoding_format: /\bencoding[_ ]?format\b|\bbase64\b/i,
  dimensions: /\bdimensions\b|\bmatryoshka\b/i,
  stop: new RegExp(createNamePattern('stop(_?sequences?)?'), 'i'),
  n: new RegExp(
    `${createNamePattern('n')}|\\b(one|single|multiple|several|number of) (completion|choice|candidate|generation|output|sample)|\\bcandidate_?count|\\bn_cmpl|\\bnum_return`,
    'i',
  ),
  system: new RegExp(
    `\\bsystem['"\`]? (role|message|prompt|instruction)|\\broles?\\b.*\\bsystem\\b|['"\`]system['"\`]|\\bdeveloper instruction|${ROLE_ORDER}`,
    'i',
  ),
  developer: new RegExp(`\\bdeveloper\\b|\\bunknown role\\b|${ROLE_ORDER}`, 'i'),
  json_schema: FORMAT_PATTERN,
  json_object: FORMAT_PATTERN,
  maxLength: /\bmax_?length\b/i,
  logprobs: /\b(top_?)?log_?probs?\b|\blog[- ]?probabilit/i,
};

/** Parts of a request that no endpoint answers without. */
const NEEDED = new Set([
  'model',
  'messages',
  'prompt',
  'input',
  'stream',
  'response_format',
  'user',
  'assistant',
  'text',
]);

/** How messages name a parameter, which may be a user's own. */
function getNamePattern(name: string): RegExp | undefined {
  if (Object.hasOwn(NAME_PATTERNS, name)) return NAME_PATTERNS[name];
  const literal = name.replace(/\W/g, String.raw`\$&`);
  return new RegExp(`${createNamePattern(literal)}${literal.includes('_') ? `|\\b${literal}\\b` : ''}`, 'i');
}

/** A request's parameters that its endpoint refused. */
export interface RefusedParameters {
  names: readonly string[];
  /** Whether the endpoint takes the parameter, but not so large a value. */
  isTooLarge: boolean;
  /** Whether the endpoint does not know the parameter at all. */
  isUnknown: boolean;
}

const refusals = new WeakMap<object, RefusedParameters>();

/** Returns an endpoint's error, after noting which of a request's keys it refuses. `texts`: those of the request. */
export function addRefusal(error: unknown, sent: readonly string[], texts: readonly string[] = []): unknown {
  const refused = findRefusedParameters(error, sent, texts);
  if (refused && typeof error === 'object' && error !== null) refusals.set(error, refused);
  return error;
}

/** What `addRefusal` found in an error. */
export const getRefusal = (error: unknown): RefusedParameters | undefined =>
  typeof error === 'object' && error !== null ? refusals.get(error) : undefined;

/**
 * Finds which of a request's `keys` an error refuses: named in `param`, in the places of a `detail` list, or in its words.
 * Messages with a system prompt count as the parameter "system" or "developer", a form of the reply as its rung.
 */
export function findRefusedParameters(
  error: unknown,
  keys: readonly string[],
  texts: readonly string[] = [],
): RefusedParameters | null {
  const status = listCauses(error)
    .map(readStatus)
    .find((s) => s !== undefined);
  const mayRefuseAll = REFUSAL_STATUSES.has(status);
  const known = keys.filter((key) => Object.hasOwn(NAME_PATTERNS, key) || !NEEDED.has(key));
  const sent = mayRefuseAll ? known : known.filter((key) => ODDS_REFUSAL_STATUSES.has(status) && isOfOdds(key));
  if (sent.length === 0 || findPromptFault(error, status)) return null;
  const text = readErrorText(error, texts);
  const places = listErrorObjects(error).flatMap(listPlaces);
  const named = sent.filter((name) => places.some((place) => isPlaceOf(name, place)));
  const isElsewhere = places.length > 0 && !places.some((place) => /^(body|messages)$|^body\.messages$/.test(place));
  const found = named.length || isElsewhere ? named : findInText(text, sent);
  // a keyword of the schema is refused, and not the schema
  const all = sent.includes('maxLength') && NAME_PATTERNS['maxLength']?.test(text) ? ['maxLength'] : found;
  if (all.length === 0) return null;
  // the odds of tokens are one thing with two names
  const names = [...new Set(all.map((name) => (isOfOdds(name) ? ODDS_PARAMETER : name)))];
  return { names, isTooLarge: TOO_LARGE.test(text) && !USE_INSTEAD.test(text), isUnknown: UNKNOWN.test(text) };
}

const isOfOdds = (name: string): boolean => name === ODDS_PARAMETER || name === 'top_logprobs';

function findInText(text: string, sent: readonly string[]): string[] {
  if (!REFUSAL.test(text)) return [];
  const words = text.split(ACCEPTED_LIST)[0] ?? '';
  const listNames = (part: string): string[] => sent.filter((name) => getNamePattern(name)?.test(part));
  const certain = listNames(words.replace(CIRCUMSTANCE, ' '));
  const names = certain.length ? certain : listNames(words);
  // of two that exclude each other one is enough
  return /\bboth\b|only one of/i.test(text) ? names.slice(-1) : names;
}

/** The parameters that a body points at, such as "temperature", "messages.0.role" or "body.max_tokens". */
function listPlaces(body: ErrorFields): string[] {
  return [body['loc'], body['param'], body['field']]
    .map((place) => (Array.isArray(place) ? place.map(String).join('.') : toText(place)).replace(/\[(\d+)\]/g, '.$1'))
    .filter((place) => place !== '');
}

function isPlaceOf(name: string, place: string): boolean {
  if (name.startsWith('json_')) return place.split('.').includes('response_format');
  if (name === 'system' || name === 'developer') return /messages\.\d+(\..*)?\.role$/.test(place) || place === name;
  return place.split('.').includes(name);
}
