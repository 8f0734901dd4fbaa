import { PutRecord$, type PutRecordInput, type PutRecordOutput } from '@aws-sdk/client-firehose'
import { operation } from '../context.ts'
import { streamOf } from '../subject.ts'

/** https://docs.aws.amazon.com/firehose/latest/APIReference/API_PutRecord.html. The record is on the disk when it answers. */
export const PutRecord = operation<PutRecordInput, PutRecordOutput>(
  PutRecord$,
  async (input, ctx) => {
    const ref = streamOf(ctx, input)
    const [recordId] = await ctx.delivery.put(ref, [input.Record!.Data!])
    return { RecordId: recordId, Encrypted: isEncrypted(ctx.delivery.get(ref)) }
  },
)

export function isEncrypted(stream: {
  readonly encryption: Readonly<Record<string, unknown>>
}): boolean {
  return stream.encryption['Status'] === 'ENABLED'
}
