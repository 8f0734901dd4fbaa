import {
  DisableEnhancedMonitoring$,
  type DisableEnhancedMonitoringInput,
  type EnhancedMonitoringOutput,
  type MetricsName,
} from '@aws-sdk/client-kinesis'
import { mustBeActive } from '#ingestion/streams'
import { operation } from '../context.ts'
import { metricsOf } from '../metrics.ts'
import { referenceOf } from '../shapes.ts'

/** https://docs.aws.amazon.com/kinesis/latest/APIReference/API_DisableEnhancedMonitoring.html */
export const DisableEnhancedMonitoring = operation<
  DisableEnhancedMonitoringInput,
  EnhancedMonitoringOutput
>(DisableEnhancedMonitoring$, async (input, ctx) => {
  const names = metricsOf(input.ShardLevelMetrics!)
  let desired: readonly string[] = []
  const stream = await ctx.streams.change(ctx, referenceOf(input), (found) => {
    mustBeActive(found)
    desired = found.shardLevelMetrics.filter((name) => !names.includes(name))
    return { shard_level_metrics: JSON.stringify(desired) }
  })
  return {
    StreamName: stream.name,
    StreamARN: stream.arn,
    CurrentShardLevelMetrics: stream.shardLevelMetrics as MetricsName[],
    DesiredShardLevelMetrics: desired as MetricsName[],
  }
})
