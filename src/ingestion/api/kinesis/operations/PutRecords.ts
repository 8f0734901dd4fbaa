import { PutRecords$, type PutRecordsInput, type PutRecordsOutput } from '@aws-sdk/client-kinesis'
import { StreamErrors } from '#ingestion/streams'
import { isLakeError, type LakeError } from '#kit'
import { operation } from '../context.ts'
import { checkMaySeal } from '../kms-keys.ts'
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
    let sizeBytes = 0
    const records = input.Records!.map((entry) => {
      sizeBytes += entry.Data!.byteLength + (entry.PartitionKey?.length ?? 0)
      return {
        data: entry.Data!,
        partitionKey: entry.PartitionKey,
        explicitHashKey: entry.ExplicitHashKey,
      }
    })
    if (sizeBytes > requestBytesMax) {
      throw StreamErrors.InvalidArgument('Records size exceeds 10 MB limit')
    }
    await checkMaySeal(ctx, ctx.logKeys.arnOf(stream.logId), stream.arn)
    refuseDryRun(input)
    const results = await ctx.streams.put(ctx, reference, records)
    const failed = results.filter((result) => result.error)
    const [first] = failed
    if (failed.length === results.length && !isLakeError(first!.error, 'ThroughputExceeded')) {
      throw first!.error!
    }
    return {
      FailedRecordCount: failed.length,
      Records: results.map((result) =>
        result.error
          ? failedEntry(result.error)
          : { SequenceNumber: result.sequenceNumber, ShardId: result.shardId },
      ),
      EncryptionType: encryptionOf(stream),
    }
  },
)

function failedEntry(error: LakeError) {
  if (error.kind === 'throttled') {
    return { ErrorCode: 'ProvisionedThroughputExceededException', ErrorMessage: error.message }
  }
  return { ErrorCode: 'InternalFailure', ErrorMessage: 'Internal Service Failure' }
}
