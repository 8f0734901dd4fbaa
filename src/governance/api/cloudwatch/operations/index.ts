import type { Operation } from '#protocol/aws'
import type { CloudWatchContext } from '../context.ts'
import { GetMetricData } from './GetMetricData.ts'
import { GetMetricStatistics } from './GetMetricStatistics.ts'
import { ListMetrics } from './ListMetrics.ts'
import { PutMetricData } from './PutMetricData.ts'

export const operations: Readonly<Record<string, Operation<CloudWatchContext>>> = {
  GetMetricData,
  GetMetricStatistics,
  ListMetrics,
  PutMetricData,
}
