import type { LogRecord } from '#ingestion/streams'

/** A record on its way to a function. */
export interface MappedRecord extends LogRecord {
  readonly shardId: string
  /** As the stream gives it on the wire. */
  readonly sequenceNumber: string
}

/** The event that a function is given: https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html */
export function kinesisEvent(
  records: readonly MappedRecord[],
  about: { readonly roleArn: string; readonly region: string; readonly sourceArn: string },
) {
  return {
    Records: records.map((record) => ({
      kinesis: {
        kinesisSchemaVersion: '1.0',
        partitionKey: record.partitionKey,
        sequenceNumber: record.sequenceNumber,
        data: base64(record.data),
        approximateArrivalTimestamp: record.arrivalMs / 1000,
      },
      eventSource: 'aws:kinesis',
      eventVersion: '1.0',
      eventID: `${record.shardId}:${record.sequenceNumber}`,
      eventName: 'aws:kinesis:record',
      invokeIdentityArn: about.roleArn,
      awsRegion: about.region,
      eventSourceARN: about.sourceArn,
    })),
  }
}

/**
 * Where the records begin that an answer says have failed: their number when there are none, 0 when the whole batch counts as failed.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-batchfailurereporting.html
 */
export function firstFailure(payload: Uint8Array, records: readonly MappedRecord[]): number {
  let answer: unknown
  try {
    answer = JSON.parse(Buffer.from(payload).toString())
  } catch {
    return 0
  }
  const failures = (answer as { readonly batchItemFailures?: unknown } | null)?.batchItemFailures
  if (answer === null || failures === undefined || failures === null) return records.length
  if (!Array.isArray(failures)) return 0
  let first = records.length
  for (const failure of failures as readonly unknown[]) {
    const id = (failure as { readonly itemIdentifier?: unknown } | null)?.itemIdentifier
    const index = records.findIndex(({ sequenceNumber }) => sequenceNumber === id)
    if (index < 0) return 0
    first = Math.min(first, index)
  }
  return first
}

function base64(data: Uint8Array): string {
  return Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('base64')
}
