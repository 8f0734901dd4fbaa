const shardLevelMetrics = [
  'IncomingBytes',
  'IncomingRecords',
  'IteratorAgeMilliseconds',
  'OutgoingBytes',
  'OutgoingRecords',
  'ReadProvisionedThroughputExceeded',
  'WriteProvisionedThroughputExceeded',
] as const

/** The metrics that a request names; `ALL` stands for each of them. */
export function metricsOf(names: readonly string[]): readonly string[] {
  return names.includes('ALL') ? shardLevelMetrics : names
}
