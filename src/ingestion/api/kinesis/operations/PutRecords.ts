import { PutRecords$, type PutRecordsInput, type PutRecordsOutput } from '@aws-sdk/client-kinesis'
import { StreamErrors, columnsOf, spanBytes, type RecordColumns } from '#ingestion/streams'
import { isLakeError } from '#kit'
import { listColumns } from '#protocol/aws'
import { operation } from '../context.ts'
import { checkMaySeal } from '../kms-keys.ts'
import { putRecordsOutput } from '../put-records-output.ts'
import { encryptionOf, referenceOf, refuseDryRun } from '../shapes.ts'

const requestBytesMax = 10 * 1024 * 1024

/**
 * https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutRecords.html
 *
 * When the disk or its queue takes no record at all the request itself fails.
 */
export const PutRecords = operation<PutRecordsInput, PutRecordsOutput>(
  PutRecords$,
  async (input, ctx) => {
    const reference = referenceOf(input)
    const stream = await ctx.streams.find(ctx, reference)
    const columns = recordColumns(input)
    if (bytesOf(columns) > requestBytesMax) {
      throw StreamErrors.InvalidArgument('Records size exceeds 10 MB limit')
    }
    await checkMaySeal(ctx, ctx.logKeys.arnOf(stream.logId), stream.arn)
    refuseDryRun(input)
    const results = await ctx.streams.putColumns(ctx, reference, columns)
    const { errors } = results
    if (errors.size === columns.count) {
      const [first] = errors.values()
      if (!isLakeError(first, 'ThroughputExceeded')) throw first!
    }
    return putRecordsOutput(results, encryptionOf(stream))
  },
)

/** The records of the request, read as columns where they could be. */
function recordColumns(input: PutRecordsInput): RecordColumns {
  const lent = listColumns(input)
  if (!lent) {
    return columnsOf(
      input.Records!.map(({ Data, PartitionKey, ExplicitHashKey }) => ({
        data: Data!,
        partitionKey: PartitionKey,
        explicitHashKey: ExplicitHashKey,
      })),
    )
  }
  const { columns } = lent
  return {
    count: columns.count,
    bytes: columns.bytes,
    spans: columns.spans,
    stride: columns.stride,
    data: columns.placeOf('Data'),
    key: columns.placeOf('PartitionKey'),
    hashKey: columns.placeOf('ExplicitHashKey'),
  }
}

function bytesOf(columns: RecordColumns): number {
  let sizeBytes = 0
  for (let index = 0; index < columns.count; index += 1) {
    sizeBytes += spanBytes(columns, columns.data, index) + spanBytes(columns, columns.key, index)
  }
  return sizeBytes
}
