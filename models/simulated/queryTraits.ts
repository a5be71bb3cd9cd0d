import { drawNormal } from './seededDraws.ts';

/** The kinds of queries. Each query is either malicious or benign, and may be of several other kinds. */
export type QueryKind =
  | 'malicious'
  | 'benign'
  | 'live'
  | 'creative'
  | 'format'
  | 'technical'
  | 'emotional'
  | 'cultural'
  | 'factual'
  | 'advice';

/** What the simulated models know of a query, all of it read from its text. */
export interface QueryTraits {
  text: string;
  kinds: ReadonlySet<QueryKind>;
  /** A few words of the query that name its subject. */
  subject: string;
  /** How much easier it is to answer well than the average query, in points. */
  ease: number;
}

/** The standard deviation of ease between queries, in points. */
const EASE_SD_POINTS = 1;

/** The words that mark each kind. */
const KIND_PATTERNS: readonly (readonly [QueryKind, RegExp])[] = [
  [
    'malicious',
    /\b(hack|steal|thief|thieves|murder|poison|bombs?|tortur\w+|insult\w*|graffiti|paraly[sz]e|hurt (someone|somebody|him|her|people)|counterfeit|fake (id|ids|money|concert|tickets|documents)|cheat\w*|scam\w*|fraud|stalk|weapons?|illegal\w*|racist|launder\w*|phish\w*|malware|damage (my|his|her|the|our)|blackmail|smuggle|shoplift\w*|break into|forge)\b/i,
  ],
  [
    'live',
    /\b(today|tonight|latest|current(ly)?|right now|this (week|month|year)|weather|news|prices?|stock|average temperature|nearby|near me|where can i buy|open now|email them|book me|send)\b/i,
  ],
  [
    'creative',
    /\b(poem|story|song|lyrics|haiku|novel|imagine|write an? (tale|story|poem|monologue|dialogue|scene|speech|toast)|monologue|slogan|pretend|funny|joke|invent)\b/i,
  ],
  [
    'format',
    /\b(table|json|csv|yaml|list of|in (one|two|three|\d+) (words?|sentences?|lines?|bullets?)|bullet points|translate|summari[sz]e|rewrite|edit this|rows?|columns?|exactly \w+ words)\b/i,
  ],
  [
    'technical',
    /\b(python|javascript|typescript|code|function|docker|git|github|sql|api|linux|latex|algorithm|server|compiler|regex|excel|database|two factor|encrypt\w*|bug)\b/i,
  ],
  [
    'emotional',
    /\b(i feel|i'm (sad|afraid|lonely|anxious|tired|worried)|lonely|grie\w+|anxious|anxiety|breakup|broke up|girlfriend|boyfriend|divorce|job loss|lost my|died|stress\w*|ashamed|afraid|depress\w+|nervous|heartbroken)\b/i,
  ],
  [
    'cultural',
    /\b(cultur\w+|religio\w+|tradition\w*|custom|customs|ramadan|diwali|dawah|immigrant\w*|foreign\w*|countr(y|ies)|ethnic\w*|gender|wedding in|etiquette|festival)\b/i,
  ],
  [
    'factual',
    /^\s*(what|why|who|when|where|which|would|is|are|does|did|how (many|much|does|do|did|far|long|old|is|are))\b/i,
  ],
  [
    'advice',
    /\b(how (to|can|should|could|would you)|should i|recommend|suggest\w*|tips|ways to|advice|help me|plan|recipe|can you|easiest|best way)\b/i,
  ],
];

const STOP_WORDS = new Set(
  'the and for are you your can could would should what why who when where which how does did was were this that these those with from into about please tell give some any not have has had its his her him she they them their our out make write one two want need there here just like than then also more most very will shall may might must let get got been being because example instance reason reasons therefore such short first'.split(
    ' ',
  ),
);

/** The content words, 3 to 24 letters or digits in lower case, in the first 4,000 characters of a text. */
export const extractContentWords = (text: string): string[] =>
  (
    text
      .slice(0, 4000)
      .toLowerCase()
      .match(/[\p{L}\p{N}]{3,24}/gu) ?? []
  ).filter((word) => !STOP_WORDS.has(word));

/** A malicious query has no other kind, because only a good refusal matters. */
function detectKinds(text: string): Set<QueryKind> {
  const kinds = KIND_PATTERNS.filter(([, pattern]) => pattern.test(text)).map(([kind]) => kind);
  if (kinds.includes('malicious')) return new Set<QueryKind>(['malicious']);
  return new Set<QueryKind>(['benign', ...(kinds.length ? kinds : (['advice'] as const))]);
}

/** Up to four words in a row from the first content word. */
function extractSubject(text: string): string {
  const words = text.slice(0, 4000).match(/[\p{L}\p{N}][\p{L}\p{N}'’-]{0,24}/gu) ?? [];
  const from = words.findIndex((word) => !isSmallWord(word));
  const run = from < 0 ? [] : words.slice(from, from + 4);
  while (isSmallWord(run.at(-1))) run.pop();
  return run.join(' ') || 'this matter';
}

const isSmallWord = (word: string | undefined): boolean =>
  word !== undefined && (word.length < 3 || STOP_WORDS.has(word.toLowerCase()));

/** Reads the kinds and subject of a query from its words. Its ease is drawn from a hash. */
export const readQueryTraits = (text: string): QueryTraits => ({
  text,
  kinds: detectKinds(text.slice(0, 4000)),
  subject: extractSubject(text),
  ease: EASE_SD_POINTS * drawNormal('ease', text),
});
