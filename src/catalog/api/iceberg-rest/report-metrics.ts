import type { ReportKind } from '#catalog/tables'

/** What a report measured, as metrics of CloudWatch have it. */
export interface ReportedMetric {
  readonly name: string
  readonly unit: 'Count' | 'Bytes' | 'Milliseconds'
  readonly value: number
}

/** https://github.com/apache/iceberg/blob/main/open-api/rest-catalog-open-api.yaml, `ScanReport` and `CommitReport` */
const kinds: Readonly<Record<string, ReportKind>> = {
  'scan-report': 'scan',
  'commit-report': 'commit',
}

/**
 * The metrics that Iceberg's clients report; what else a report has is kept with it, and is no metric: names are the server's to choose.
 * https://github.com/apache/iceberg/tree/main/core/src/main/java/org/apache/iceberg/metrics, `ScanMetrics` and `CommitMetrics`
 */
const known: Readonly<Record<ReportKind, readonly string[]>> = {
  scan: [
    'total-planning-duration',
    'result-data-files',
    'result-delete-files',
    'scanned-data-manifests',
    'scanned-delete-manifests',
    'skipped-data-manifests',
    'skipped-delete-manifests',
    'skipped-data-files',
    'skipped-delete-files',
    'total-data-manifests',
    'total-delete-manifests',
    'total-file-size-in-bytes',
    'total-delete-file-size-in-bytes',
  ],
  commit: [
    'total-duration',
    'attempts',
    'added-data-files',
    'removed-data-files',
    'added-delete-files',
    'removed-delete-files',
    'added-records',
    'removed-records',
    'added-files-size-bytes',
    'removed-files-size-bytes',
    'total-data-files',
    'total-delete-files',
    'total-records',
    'total-files-size-bytes',
  ],
}

/** In nanoseconds. */
const timeUnits: Readonly<Record<string, number>> = {
  nanoseconds: 1,
  microseconds: 1e3,
  milliseconds: 1e6,
  seconds: 1e9,
  minutes: 60e9,
  hours: 3_600e9,
  days: 86_400e9,
}

export function reportKind(type: string): ReportKind | undefined {
  return Object.hasOwn(kinds, type) ? kinds[type] : undefined
}

/** `result-data-files` of a scan is `ScanResultDataFiles`. What is no number is passed over. */
export function reportedMetrics(kind: ReportKind, metrics: unknown): readonly ReportedMetric[] {
  if (typeof metrics !== 'object' || metrics === null) return []
  return known[kind].flatMap((name) => {
    const given = (metrics as Readonly<Record<string, unknown>>)[name]
    const measured = measuredOf(given)
    return measured ? [{ name: metricName(kind, name), ...measured }] : []
  })
}

function measuredOf(given: unknown): Omit<ReportedMetric, 'name'> | undefined {
  if (typeof given !== 'object' || given === null) return undefined
  const metric = given as Readonly<Record<string, unknown>>
  const duration = numberOf(metric['total-duration'])
  const timeUnit = timeUnits[String(metric['time-unit'])]
  if (duration !== undefined && timeUnit !== undefined) {
    return { unit: 'Milliseconds', value: (duration * timeUnit) / 1e6 }
  }
  const value = numberOf(metric['value'])
  if (value === undefined) return undefined
  return { unit: metric['unit'] === 'bytes' ? 'Bytes' : 'Count', value }
}

/** Undefined for what no count is. */
function numberOf(value: unknown): number | undefined {
  const number = typeof value === 'bigint' ? Number(value) : value
  return typeof number === 'number' && Number.isFinite(number) && number >= 0 ? number : undefined
}

function metricName(kind: ReportKind, name: string): string {
  return [kind, ...name.split('-')].map((word) => word[0]!.toUpperCase() + word.slice(1)).join('')
}
