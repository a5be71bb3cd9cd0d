import type { KeySection } from './keySection.ts';

/** The meaning of the keys of a role's model. */
export const MODEL_SECTION: KeySection = {
  title: 'A role’s model',
  text: '`ROLE` is `optimizer`, `base`, `reward`, `judge` or `proofJudge`. The items of `judge.panel` have the same keys. [models.md](models.md) says more.',
  keys: {
    'models.ROLE.provider':
      'An OpenAI-compatible endpoint, the simulated models, a model object of a script (`langchain`), or a provider of LangChain’s `initChatModel`.',
    'models.ROLE.model': 'The name of the model. It may be left out if the endpoint lists one.',
    'models.ROLE.baseUrl':
      'The address of the endpoint, without a key. Left out: the variable `OPENAI_BASE_URL`, else OpenAI’s.',
    'models.ROLE.apiKeyEnv':
      'The environment variable that holds the key. For OpenAI’s address it is `OPENAI_API_KEY`.',
    'models.ROLE.api': '`completions` sends one text to a base model that does not chat. Left out: `chat`.',
    'models.ROLE.temperature': 'Left out: 0, but 0.2 for the optimizer. Null sends none.',
    'models.ROLE.topP': 'Left out: 1, but 0.95 for the optimizer. Null sends none.',
    'models.ROLE.maxTokens':
      'Tokens of a reply. Left out: 2048, or fewer if the reply needs fewer. Null sends no limit.',
    'models.ROLE.seed': 'The seed of the sampling. Null or left out: none is sent.',
    'models.ROLE.reasoningEffort': 'How much the model thinks, such as `low`, sent under the provider’s name for it.',
    'models.ROLE.systemRole':
      'Who says the system prompt. `user` puts it before the first user message. Left out: `system`.',
    'models.ROLE.output':
      'The form of replies, not for the base model. `auto` starts with a JSON schema. Left out: `auto`, but `text` in the preset `reference`.',
    'models.ROLE.headers': 'Headers of each request: a text, or `{ env: NAME }` for a key.',
    'models.ROLE.query': 'Parameters of each address: a text, or `{ env: NAME }` for a key.',
    'models.ROLE.extraBody': 'Merged into each request; not the keys that drpo sets itself.',
    'models.ROLE.timeoutSeconds': 'Seconds until a call counts as failed. Left out: 600.',
    'models.ROLE.maxRetries': 'Attempts after the first. Left out: 6.',
    'models.ROLE.price': 'Prices in USD per million tokens. Left out: those of the table, if it has the model.',
    'models.ROLE.price.input': 'The price of input.',
    'models.ROLE.price.cachedInput': 'The price of input that the provider has cached. Left out: that of input.',
    'models.ROLE.price.writtenInput':
      'The price of input that the provider’s cache stores, as Anthropic bills it. Left out: that of input.',
    'models.ROLE.price.output': 'The price of output.',
    'models.ROLE.price.reasoning': 'The price of output that is thinking. Left out: that of output.',
    'models.ROLE.price.batch':
      'The same prices of requests in a batch (`--batch`). Left out: batches count at the prices of other requests.',
    'models.ROLE.price.batch.input': 'The price of input in a batch.',
    'models.ROLE.price.batch.cachedInput': 'The price of cached input in a batch. Left out: that of input in a batch.',
    'models.ROLE.price.batch.writtenInput':
      'The price of input in a batch that the cache stores. Left out: that of input in a batch.',
    'models.ROLE.price.batch.output': 'The price of output in a batch.',
    'models.ROLE.price.batch.reasoning':
      'The price of output in a batch that is thinking. Left out: that of output in a batch.',
    'models.embeddings':
      'How the similarity of queries is measured: by shared words (`lexical`), or by a model of embeddings.',
    'models.embeddings.provider':
      '`lexical`, an OpenAI-compatible endpoint, or a model object of a script (`langchain`).',
    'models.embeddings.model': 'The name of the model.',
    'models.embeddings.baseUrl': 'As for a role.',
    'models.embeddings.apiKeyEnv': 'As for a role.',
    'models.embeddings.headers': 'As for a role.',
    'models.embeddings.query': 'As for a role.',
    'models.embeddings.extraBody': 'As for a role.',
    'models.embeddings.timeoutSeconds': 'As for a role.',
    'models.embeddings.maxRetries': 'As for a role.',
  },
};
