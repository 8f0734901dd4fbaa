import {
  GetQueryRuntimeStatistics$,
  type GetQueryRuntimeStatisticsInput,
  type GetQueryRuntimeStatisticsOutput,
} from '@aws-sdk/client-athena'
import { executionNotFound, scopeOf } from '../subject.ts'
import { operation } from '../context.ts'

/** https://docs.aws.amazon.com/athena/latest/APIReference/API_GetQueryRuntimeStatistics.html. Without the stages of the plan. */
export const GetQueryRuntimeStatistics = operation<
  GetQueryRuntimeStatisticsInput,
  GetQueryRuntimeStatisticsOutput
>(GetQueryRuntimeStatistics$, async (input, ctx) => {
  const execution = await ctx.queries.find(scopeOf(ctx), input.QueryExecutionId!)
  if (!execution) throw executionNotFound(input.QueryExecutionId!)
  const { statistics } = execution
  if (!statistics) return { QueryRuntimeStatistics: {} }
  return {
    QueryRuntimeStatistics: {
      Timeline: {
        QueryQueueTimeInMillis: statistics.queueMs,
        QueryPlanningTimeInMillis: statistics.planningMs,
        EngineExecutionTimeInMillis: statistics.engineMs,
        ServicePreProcessingTimeInMillis: 0,
        ServiceProcessingTimeInMillis: 0,
        TotalExecutionTimeInMillis: statistics.totalMs,
      },
      Rows: {
        InputBytes: statistics.scannedBytes,
        OutputRows: statistics.outputRows,
      },
    },
  }
})
