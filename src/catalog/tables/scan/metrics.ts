import type { Filter, Test } from './filter.ts'
import { mayMatch, testRange, type Range } from './judge.ts'
import type { ColumnMetrics } from './manifest.ts'
import { fromBytes } from './values.ts'

/** Whether a file may have rows that pass, by the counts and bounds of its columns. */
export function metricsMayMatch(
  filter: Filter,
  metrics: ColumnMetrics,
  recordCount: number,
): boolean {
  if (recordCount === 0) return false
  return mayMatch(filter, (test) => testRange(test, columnRange(test, metrics)))
}

function columnRange({ fieldId, type }: Test, metrics: ColumnMetrics): Range {
  const values = metrics.valueCounts.get(fieldId)
  const nulls = metrics.nullCounts.get(fieldId)
  const nans = metrics.nanCounts.get(fieldId)
  const isFloating = type.kind === 'float' || type.kind === 'double'
  const bound = (bounds: ReadonlyMap<number, Buffer>) => {
    const bytes = bounds.get(fieldId)
    const value = bytes && fromBytes(type, bytes)
    return typeof value === 'number' && Number.isNaN(value) ? undefined : value
  }
  return {
    lower: bound(metrics.lowerBounds),
    upper: bound(metrics.upperBounds),
    hasNull: nulls === undefined ? 'unknown' : nulls > 0,
    hasNaN: isFloating ? (nans === undefined ? 'unknown' : nans > 0) : false,
    allNull: values !== undefined && nulls !== undefined && values > 0 && values === nulls,
    allNaN:
      values !== undefined && nans !== undefined && nans > 0 && values === nans + (nulls ?? 0),
  }
}
