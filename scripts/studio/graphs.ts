import * as graphs from '../../graphs/index.ts';
import { Gateway, memoryStore, modelsFrom } from '../../models/index.ts';
import { paperNodes } from '../../nodes/index.ts';
import { loadConfig } from '../config.ts';
import { graphOptions } from '../session.ts';
import { askPerson } from '../../graphs/approve.ts';

/** The config that DRPO_CONFIG names; without one every role is played by the embedded simulated models. */
const file = process.env['DRPO_CONFIG'];
const config = loadConfig({ file, roles: file === undefined ? { optimizer: 'simulated' } : {} });

const { concurrency, budget, preset, queries, examples, rewards, judge } = config;
const gateway = new Gateway({ concurrency, budget, store: memoryStore() });
const models = modelsFrom(config.models, { gateway, env: process.env });
const nodes = paperNodes(models, { ...queries, preset, k: examples.k, rewards, judge });
/** With DRPO_APPROVE=1 the run rests at each level and asks a person. */
const approve = process.env['DRPO_APPROVE'] === '1' ? { approve: askPerson() } : {};
const options = { ...graphOptions(config), ...approve };

/** Both stages, for Studio and LangGraph Server, which bring their own checkpoints (langgraph.json). */
export const drpo = graphs.drpo(nodes, options);

/** Stage 2 alone: here every level is a checkpoint of the thread itself, to be edited and gone on from. */
export const searchSystemPrompt = graphs.searchSystemPrompt(nodes, options);

/** Stage 1 alone. */
export const rewriteExamples = graphs.rewriteExamples(nodes, options);
