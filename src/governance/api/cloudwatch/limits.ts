import type { LimitTable } from '#protocol/aws'

const namespace = { min: 1, max: 255, pattern: /[^:].*/ }
const name = { min: 1, max: 255 }
const dimensions = { max: 30 }
const statistics = { enum: ['SampleCount', 'Average', 'Sum', 'Minimum', 'Maximum'] }

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDatum.html */
const unit = {
  enum: [
    'Seconds',
    'Microseconds',
    'Milliseconds',
    'Bytes',
    'Kilobytes',
    'Megabytes',
    'Gigabytes',
    'Terabytes',
    'Bits',
    'Kilobits',
    'Megabits',
    'Gigabits',
    'Terabits',
    'Percent',
    'Count',
    'Bytes/Second',
    'Kilobytes/Second',
    'Megabytes/Second',
    'Gigabytes/Second',
    'Terabytes/Second',
    'Bits/Second',
    'Kilobits/Second',
    'Megabits/Second',
    'Gigabits/Second',
    'Terabits/Second',
    'Count/Second',
    'None',
  ],
}

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_Operations.html */
export const limits: LimitTable = {
  '*.Namespace': namespace,
  '*.MetricName': name,
  '*.Dimensions': dimensions,
  'PutMetricDataInput.MetricData': { max: 1000 },
  'PutMetricDataInput.MetricData[].MetricName': name,
  'PutMetricDataInput.MetricData[].Dimensions': dimensions,
  'PutMetricDataInput.MetricData[].Unit': unit,
  'PutMetricDataInput.MetricData[].StorageResolution': { integer: true, min: 1 },
  'PutMetricDataInput.MetricData[].Values': { max: 150 },
  'GetMetricStatisticsInput.Period': { integer: true, min: 1 },
  'GetMetricStatisticsInput.Unit': unit,
  'GetMetricStatisticsInput.Statistics[]': statistics,
  'GetMetricDataInput.MetricDataQueries': { min: 1, max: 500 },
  'GetMetricDataInput.MetricDataQueries[].Period': { integer: true, min: 1 },
  'GetMetricDataInput.MetricDataQueries[].MetricStat.Period': { integer: true, min: 1 },
  'GetMetricDataInput.MetricDataQueries[].MetricStat.Unit': unit,
  'ListMetricsInput.RecentlyActive': { enum: ['PT3H'] },
  'GetMetricDataInput.MaxDatapoints': { integer: true, min: 1, max: 100_800 },
}
