import { PutRecord$, type PutRecordInput, type PutRecordOutput } from '@aws-sdk/client-kinesis'
import { StreamErrors, checkOrderingNumber } from '#ingestion/streams'
import { isLakeError } from '#kit'
import { operation } from '../context.ts'
import { checkMaySeal } from '../kms-keys.ts'
import { encryptionOf, referenceOf, refuseDryRun } from '../shapes.ts'

/**
 * https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutRecord.html
 *
 * Any order of acknowledged puts is kept, so SequenceNumberForOrdering is only checked.
 */
export const PutRecord = operation<PutRecordInput, PutRecordOutput>(
  PutRecord$,
  async (input, ctx) => {
    const reference = referenceOf(input)
    const stream = await ctx.streams.find(ctx, reference)
    if (input.SequenceNumberForOrdering !== undefined) {
      checkOrderingNumber(stream, input.SequenceNumberForOrdering, ctx.clock.now())
    }
    await checkMaySeal(ctx, ctx.logKeys.arnOf(stream.logId), stream.arn)
    refuseDryRun(input)
    const record = {
      data: input.Data!,
      partitionKey: input.PartitionKey,
      explicitHashKey: input.ExplicitHashKey,
    }
    const [result] = await ctx.streams
      .put(ctx, reference, [record], 'PutRecord')
      .catch(withoutIndex)
    if (result!.error) throw result!.error
    return {
      ShardId: result!.shardId,
      SequenceNumber: result!.sequenceNumber,
      EncryptionType: encryptionOf(stream),
    }
  },
)

/** The only record of a request has no index. */
function withoutIndex(error: unknown): never {
  if (!isLakeError(error, 'RecordTooLarge')) throw error
  const { sizeBytes, sizeBytesMax } = error.details
  throw StreamErrors.RecordTooLarge(error.message, { sizeBytes, sizeBytesMax })
}
