export * from './graphs/index.ts';
export * from './nodes/index.ts';
