import type { Dimension } from '@aws-sdk/client-cloudwatch'
import type { MetricBucket } from '#governance/monitoring'
import { invalidValue, unsupported } from './invalid.ts'

export const basicStatistics = ['SampleCount', 'Average', 'Sum', 'Minimum', 'Maximum'] as const
export type BasicStatistic = (typeof basicStatistics)[number]

/** One statistic of a period. */
export function statisticOf(bucket: MetricBucket, statistic: BasicStatistic): number {
  switch (statistic) {
    case 'SampleCount':
      return bucket.sampleCount
    case 'Average':
      return bucket.sum / bucket.sampleCount
    case 'Sum':
      return bucket.sum
    case 'Minimum':
      return bucket.minimum
    case 'Maximum':
      return bucket.maximum
  }
}

/** Percentiles and their kin need every value, and only statistic sets are kept. */
export function checkBasic(statistic: string): BasicStatistic {
  const found = basicStatistics.find((each) => each === statistic)
  if (found) return found
  if (/^(?:p|tm|wm|tc|ts|pr|iqm|tn)/i.test(statistic)) {
    throw unsupported(`The statistic ${statistic}`)
  }
  throw invalidValue(`The value ${statistic} for parameter Stat is not supported.`)
}

export function dimensionsOf(
  dimensions: readonly Dimension[] | undefined,
): Readonly<Record<string, string>> {
  return Object.fromEntries((dimensions ?? []).map(({ Name, Value }) => [Name!, Value!]))
}

/** Whole minutes: nothing finer is kept. https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricStat.html */
export function periodMsOf(seconds: number): number {
  if (seconds % 60 === 0 && seconds > 0) return seconds * 1000
  if ([1, 5, 10, 20, 30].includes(seconds)) return 60_000
  throw invalidValue('The parameter Period must be a multiple of 60, or 1, 5, 10, 20 or 30.')
}
