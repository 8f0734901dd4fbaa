import {
  PutRecordBatch$,
  type PutRecordBatchInput,
  type PutRecordBatchOutput,
} from '@aws-sdk/client-firehose'
import { operation } from '../context.ts'
import { invalidArgument } from '../refusal.ts'
import { streamOf } from '../subject.ts'
import { isEncrypted } from './PutRecord.ts'

const batchBytesMax = 4 * 1024 * 1024

/** https://docs.aws.amazon.com/firehose/latest/APIReference/API_PutRecordBatch.html. All records are on the disk when it answers, or none was taken. */
export const PutRecordBatch = operation<PutRecordBatchInput, PutRecordBatchOutput>(
  PutRecordBatch$,
  async (input, ctx) => {
    const ref = streamOf(ctx, input)
    const records = input.Records!.map(({ Data }) => Data!)
    const bytes = records.reduce((sum, data) => sum + data.byteLength, 0)
    if (bytes > batchBytesMax) throw invalidArgument('Records size exceeds 4 MB limit')
    const ids = await ctx.delivery.put(ref, records)
    return {
      FailedPutCount: 0,
      Encrypted: isEncrypted(ctx.delivery.get(ref)),
      RequestResponses: ids.map((RecordId) => ({ RecordId })),
    }
  },
)
