import { ChatOpenAI } from '@langchain/openai';
import { drpo, paperNodes, type Models } from '../index.ts'; // 'drpo' once installed

/** A model served by Ollama (`ollama pull llama3.2`), with four requests at a time at most. */
export const ollama = (model: string, baseURL = 'http://127.0.0.1:11434/v1') =>
  new ChatOpenAI({ model, apiKey: 'ollama', temperature: 0, maxConcurrency: 4, configuration: { baseURL } });

/** Aligns a small local model, while larger models judge and rewrite. On the command line: `--base llama3.2@http://…/v1`. */
export const search = (others: Omit<Models, 'base'>, baseURL?: string) =>
  drpo(paperNodes({ ...others, base: ollama('llama3.2', baseURL) }), { depth: 4, final: null });
