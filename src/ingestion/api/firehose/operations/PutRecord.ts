import { PutRecord$, type PutRecordInput, type PutRecordOutput } from '@aws-sdk/client-firehose'
import { AwsError } from '#protocol/aws'
import { operation } from '../context.ts'
import { slowDown } from '../errors.ts'
import { streamOf } from '../subject.ts'

/** https://docs.aws.amazon.com/firehose/latest/APIReference/API_PutRecord.html. The record is on the disk when it answers. */
export const PutRecord = operation<PutRecordInput, PutRecordOutput>(
  PutRecord$,
  async (input, ctx) => {
    const ref = streamOf(ctx, input)
    const data = input.Record!.Data!
    const stream = ctx.delivery.get(ref)
    if (ctx.quotas && !(ctx.quotas.mayPut(stream) && ctx.quotas.mayTake(stream, data.byteLength))) {
      throw new AwsError(slowDown())
    }
    const [recordId] = await ctx.delivery.put(ref, [data])
    return { RecordId: recordId, Encrypted: isEncrypted(ctx.delivery.get(ref)) }
  },
)

export function isEncrypted(stream: {
  readonly encryption: Readonly<Record<string, unknown>>
}): boolean {
  return stream.encryption['Status'] === 'ENABLED'
}
