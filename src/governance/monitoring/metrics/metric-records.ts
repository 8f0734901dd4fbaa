/** A measure of something, by its names; dimensions in any order mean the same. */
export interface MetricName {
  readonly namespace: string
  readonly name: string
  readonly dimensions: Readonly<Record<string, string>>
}

export interface MetricScope {
  readonly accountId: string
  readonly region: string
}

/** Values of a metric at about one time, summed up as CloudWatch's statistic sets are. */
export interface MetricPoint extends MetricScope, MetricName {
  readonly timestampMs: number
  /** `Bytes`, `Count`, `Milliseconds`, …; `None` without one. */
  readonly unit: string
  readonly sampleCount: number
  readonly sum: number
  readonly minimum: number
  readonly maximum: number
}

/** One period's values. */
export interface MetricBucket {
  readonly startMs: number
  readonly unit: string
  readonly sampleCount: number
  readonly sum: number
  readonly minimum: number
  readonly maximum: number
}

export interface MetricQuery extends MetricScope, MetricName {
  readonly startMs: number
  /** Exclusive. */
  readonly endMs: number
  readonly periodMs: number
  readonly unit?: string | undefined
}

/** A point of one value. */
export function single(value: number) {
  return { sampleCount: 1, sum: value, minimum: value, maximum: value }
}
