import { dataBytes, type RecordColumns } from '#ingestion/streams'
import type { Measure } from '#platform/telemetry'
import type { Batch } from './batch.ts'
import type { DeliveryStream } from './records.ts'

/** https://docs.aws.amazon.com/firehose/latest/dev/monitoring-with-cloudwatch-metrics.html */
const namespace = 'AWS/Firehose'

const destinations = {
  s3: 'DeliveryToS3',
  http: 'DeliveryToHttpEndpoint',
  iceberg: 'DeliveryToIceberg',
} as const

/** What was put into a delivery stream at once. */
export function measurePut(measure: Measure, stream: DeliveryStream, columns: RecordColumns): void {
  tell(measure, stream, { IncomingRecords: columns.count, IncomingBytes: dataBytes(columns) })
}

/** A batch that was delivered; `failed` of its records went to the error prefix. */
export function measureDelivery(
  measure: Measure,
  batch: Batch,
  failed: number,
  nowMs: number,
): void {
  const { stream, lane, target, records, bytes, oldestMs } = batch
  const name = lane === 'backup' ? 'BackupToS3' : destinations[target.kind]
  tell(measure, stream, {
    [`${name}.Records`]: records - failed,
    [`${name}.Bytes`]: bytes,
    [`${name}.Success`]: 1,
    [`${name}.DataFreshness`]: Math.max(0, Math.round((nowMs - oldestMs) / 1000)),
    ...(failed > 0 ? { [`${name}.FailedRecords`]: failed } : {}),
  })
}

function tell(
  measure: Measure,
  { accountId, region, name: stream }: DeliveryStream,
  values: Readonly<Record<string, number>>,
): void {
  const dimensions = { DeliveryStreamName: stream }
  for (const [name, value] of Object.entries(values)) {
    const unit = name.endsWith('Bytes') ? 'Bytes' : name.endsWith('Freshness') ? 'Seconds' : 'Count'
    measure({ accountId, region, namespace, name, dimensions, unit, value })
  }
}
