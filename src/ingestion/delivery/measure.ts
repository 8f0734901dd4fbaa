import { dataBytes, type RecordColumns } from '#ingestion/streams'
import type { Measure } from '#platform/telemetry'
import type { Batch } from './batch.ts'
import { channelNameOf, isChannel, type Channel } from './channels/channel.ts'
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
  if (isChannel(stream)) return measureChannel(measure, stream, batch, failed, nowMs)
  const name = lane === 'backup' ? 'BackupToS3' : destinations[target.kind]
  tell(measure, stream, {
    [`${name}.Records`]: deliveredOf(records, failed),
    [`${name}.Bytes`]: bytes,
    [`${name}.Success`]: 1,
    [`${name}.DataFreshness`]: Math.max(0, Math.round((nowMs - oldestMs) / 1000)),
    ...(failed > 0 ? { [`${name}.FailedRecords`]: failed } : {}),
  })
}

/** https://docs.aws.amazon.com/streams/latest/dev/data-delivery-monitoring.html */
function measureChannel(
  measure: Measure,
  channel: Channel,
  { records, bytes, oldestMs }: Batch,
  failed: number,
  nowMs: number,
): void {
  const { id, source } = channel
  const dimensions = {
    ChannelName: channelNameOf(channel)!,
    ChannelId: id,
    StreamName: source.stream.slice(source.stream.indexOf('/') + 1),
  }
  const values = {
    RecordCount: records,
    SuccessfulRecordCount: deliveredOf(records, failed),
    FailedRecordCount: failed,
    DLQDeliverySuccess: failed,
    BytesIn: bytes,
    BytesProcessed: bytes,
    DeliverySuccess: 1,
    DataFreshness: Math.max(0, Math.round((nowMs - oldestMs) / 1000)),
  }
  for (const [name, value] of Object.entries(values)) {
    const named = { namespace: 'AWS/Kinesis', name: `DeliveryToS3.${name}`, dimensions }
    measure({ ...placeOf(channel), ...named, unit: unitOf(name), value })
  }
}

/** Of a record that was taken apart each piece may have failed. */
function deliveredOf(records: number, failed: number): number {
  return Math.max(0, records - failed)
}

function tell(
  measure: Measure,
  stream: DeliveryStream,
  values: Readonly<Record<string, number>>,
): void {
  const dimensions = { DeliveryStreamName: stream.name }
  for (const [name, value] of Object.entries(values)) {
    measure({ ...placeOf(stream), namespace, name, dimensions, unit: unitOf(name), value })
  }
}

function placeOf({ accountId, region }: DeliveryStream) {
  return { accountId, region }
}

function unitOf(name: string): 'Bytes' | 'Seconds' | 'Count' {
  if (name.includes('Bytes')) return 'Bytes'
  return name.endsWith('Freshness') ? 'Seconds' : 'Count'
}
