import { drpo, paperNodes, type Models } from '../../index.ts';
declare const models: Models;
drpo({ ...paperNodes(models), sampleQueries: async () => ({ queries: 7 }) });
