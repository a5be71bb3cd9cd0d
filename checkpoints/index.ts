export { SqliteSaver } from './sqliteSaver.ts';
