/** A provider that LangChain's `initChatModel` knows: the package of its class, and the variables in which that looks for a key. */
interface Provider {
  package: string;
  keyNames: readonly string[];
}

/** The providers besides "openai", which has its own client. Those without `keyNames` find their credentials themselves. */
export const PROVIDERS = {
  anthropic: { package: '@langchain/anthropic', keyNames: ['ANTHROPIC_API_KEY'] },
  'google-genai': { package: '@langchain/google-genai', keyNames: ['GOOGLE_API_KEY', 'GEMINI_API_KEY'] },
  ollama: { package: '@langchain/ollama', keyNames: [] },
  mistralai: { package: '@langchain/mistralai', keyNames: ['MISTRAL_API_KEY'] },
  mistral: { package: '@langchain/mistralai', keyNames: ['MISTRAL_API_KEY'] },
  bedrock: { package: '@langchain/aws', keyNames: [] },
  aws: { package: '@langchain/aws', keyNames: [] },
  google: { package: '@langchain/google', keyNames: [] },
  'google-vertexai': { package: '@langchain/google-vertexai', keyNames: [] },
  'google-vertexai-web': { package: '@langchain/google-vertexai-web', keyNames: [] },
  azure_openai: { package: '@langchain/openai', keyNames: ['AZURE_OPENAI_API_KEY'] },
  langsmith: { package: '@langchain/openai', keyNames: ['LANGSMITH_GATEWAY_API_KEY', 'LANGSMITH_API_KEY'] },
  deepseek: { package: '@langchain/deepseek', keyNames: ['DEEPSEEK_API_KEY'] },
  xai: { package: '@langchain/xai', keyNames: ['XAI_API_KEY'] },
  fireworks: { package: '@langchain/fireworks', keyNames: ['FIREWORKS_API_KEY'] },
  together: { package: '@langchain/together-ai', keyNames: ['TOGETHER_AI_API_KEY'] },
  groq: { package: '@langchain/groq', keyNames: ['GROQ_API_KEY'] },
  cerebras: { package: '@langchain/cerebras', keyNames: ['CEREBRAS_API_KEY'] },
  cohere: { package: '@langchain/cohere', keyNames: ['COHERE_API_KEY'] },
  perplexity: { package: '@langchain/perplexity', keyNames: ['PERPLEXITY_API_KEY'] },
} as const satisfies Record<string, Provider>;

/** A name for `provider` in a role's settings. */
export type ProviderName = keyof typeof PROVIDERS;

/** Whether a name is one of LangChain's providers. */
export const isProviderName = (name: string): name is ProviderName => Object.hasOwn(PROVIDERS, name);

/** The names of all providers, for schemas. */
export const PROVIDER_NAMES = Object.keys(PROVIDERS).filter(isProviderName);
