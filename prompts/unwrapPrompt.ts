import type { ReadResult } from './reply.ts';
import { isJson, removeOpeningThoughts, splitThoughts } from './thoughts.ts';

/** A fenced block and nothing else. */
const FENCED = /^(`{3,}|~{3,}|"{2,3})[^\n`]*\n([\s\S]*?)\n?[ \t]*\1\s*$/;
const FENCE_START = /^\s*(?:`{3,}|~{3,})/;
/** A text between quotes that has none inside. */
const QUOTED = /^["“]([^"“”]+)["”]$/;
/** The tags in which a request shows prompts (prompts/fence.ts), and others that optimizers make of them. */
const TAGS =
  'system-prompt|current-version|new-system-prompt|new_system_prompt|improved-system-prompt|system_prompt|prompt';
const TAGGED = new RegExp(`^<(${TAGS})>\\s*([\\s\\S]*?)\\s*</\\1>\\s*$`, 'i');
/** Tags of the request that no prompt has inside. */
const LEFT_TAG = /<\/?(?:system-prompt|current-version|version-\d+|did-worse|new[_-]system[_-]prompt)>/i;
/** Marks of a chat template, which an endpoint may take for the end of the prompt. */
const TEMPLATE_MARK = /<\|[\w▁-]+\|>|<<\/?SYS>>|\[\/?INST\]|<(?:start|end)_of_turn>/;
/** A line, or its beginning, that announces the prompt. What a prompt should hold is a description of one, and no announcement. */
const PREAMBLE =
  /^(?:[*#>_ ]*)(?:(?:sure|certainly|of course|okay|ok|absolutely|great)[,.!]?\s*)?(?:(?:here(?:’s|'s| is| are)|below is|this is)\s+)?(?:(?:the|my|a|an|your)\s+)?(?:(?:new|improved|revised|updated|rewritten|better|complete|final|whole|full)\s+){0,3}(?:system[ _-]prompt|prompt|version of the (?:system )?prompt)\b(?![^:\n]*\b(?:should|must|needs?|ought|could|would|can|has to)\b)[^:\n.!?]{0,60}:[*_]*[ \t]*(?:\n+|(?=\S))/i;
/** Words to whoever asked, alone on the first line or before a fence or tag. */
const GREETING =
  /^(?:sure(?: thing)?|certainly|of course|okay|ok|absolutely|great|gladly)[,.!:]*[ \t]*(?:\n+|(?=`{3}|~{3}|<))/i;
/** A first line that hands the prompt over without calling it one. */
const HANDOVER =
  /^(?:(?:sure|certainly|of course|okay|ok|absolutely|great|gladly)[,.!:]*\s*)?(?:here (?:it is|you go|you are)|(?:here(?:’s|'s| is)|below is|this is)\s+(?:(?:the|my|a|an|your)\s+)?(?:(?:new|improved|revised|updated|rewritten|better|complete|final|whole|full)\s+){0,3}(?:rewrite|version|revision|one))\b[^:\n.!?]{0,60}[:.!]+[ \t]*(?:\n+|(?=`{3}|~{3}|<))/i;
/** A last paragraph to whoever asked. */
const FAREWELL = /\n\s*\n(?:i hope (?:this|that|it)\b|let me know (?:if|what|how)\b)[^\n]*\s*$/i;
const HEADING =
  /^(?:#{1,6}[ \t]+|\*\*)(?:(?:new|improved|revised|updated|final)\s+)?system[ _-]prompt(?:\*\*)?[ \t]*\n+/i;

/**
 * Removes what optimizers put around a new system prompt: a thought, a preamble, a fence, the request's own tags, quotes. If
 * something else stands around it, that is a complaint, since nobody can tell which part is the prompt.
 */
export function unwrapPrompt(text: string): ReadResult<string> {
  let prompt = removeOpeningThoughts(text);
  for (let inner = unwrapOnce(prompt.trim()); inner !== null; inner = unwrapOnce(prompt.trim())) prompt = inner;
  if (FENCE_START.test(prompt)) return { complaint: 'the new prompt was a fenced block among other text' };
  if (LEFT_TAG.test(prompt)) return { complaint: 'the new prompt held tags of the request' };
  if (TEMPLATE_MARK.test(prompt)) return { complaint: 'the new prompt held marks of a chat template' };
  if (hasOuterThought(prompt)) return { complaint: 'the new prompt held a thought' };
  // a newline inside a text of JSON may have come as such
  return isJson(prompt.replaceAll('\n', ' '))
    ? { complaint: 'the new prompt was JSON and no text' }
    : { value: prompt };
}

/** What is inside the outermost wrapping; null if there is none, or if it is not plain. */
function unwrapOnce(text: string): string | null {
  const fenced = FENCED.exec(text)?.[2];
  if (fenced !== undefined) return isOneBlock(fenced) ? fenced : null;
  const inner = TAGGED.exec(text)?.[2] ?? QUOTED.exec(text)?.[1];
  if (inner !== undefined) return inner;
  const preamble = [PREAMBLE, HEADING, HANDOVER, GREETING].map((pattern) => pattern.exec(text)?.[0]).find(Boolean);
  if (preamble !== undefined) return preamble.length === text.length ? null : text.slice(preamble.length);
  const farewell = FAREWELL.exec(text);
  return farewell && farewell.index > 0 ? text.slice(0, farewell.index) : null;
}

/** Whether a prompt begins or ends with a thought. Between its lines, one shows the form of an answer. */
function hasOuterThought(prompt: string): boolean {
  const { answer, hasThoughts } = splitThoughts(prompt);
  return hasThoughts && (prompt.startsWith(answer) || prompt.endsWith(answer));
}

/** Whether the fences inside a block are those of blocks inside it: the first one names a language. */
function isOneBlock(block: string): boolean {
  const fences = block.match(/^[ \t]*(?:`{3,}|~{3,})[^\n]*/gm) ?? [];
  return fences.length % 2 === 0 && (fences.length === 0 || /\w/.test(fences[0] ?? ''));
}
