import type { LangGraphRunnableConfig } from '@langchain/langgraph';
import type { SearchNodes } from '../../nodes/node.ts';
import type { RewardSelection } from '../../state/reward.ts';
import { selectQueryRewards } from '../evaluateCandidate.ts';
import type { ScheduledQuery } from '../queryData.ts';

/** Makes the node that selects the rewards of a query before its level comes. */
export const selectRewardsAhead =
  (nodes: Pick<SearchNodes, 'selectRewards'>) =>
  async (
    ahead: Pick<ScheduledQuery, 'index' | 'query' | 'details'>,
    config: LangGraphRunnableConfig,
  ): Promise<{ selectedRewards: RewardSelection[] }> => {
    // the calls of the level at hand go out first
    await new Promise<void>((next) => void setImmediate(next));
    return { selectedRewards: [await selectQueryRewards(nodes, ahead, config)] };
  };
